"""Which network a checkpoint holds: the `model` block of F5-TTS's YAML files, checked and typed.

v0 (F5TTS_Base) and v1 (F5TTS_v1_Base) checkpoints have the same keys and shapes, so the architecture can
only come from a name or a file, never from the weights.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from tts.clock import HOP, MELS, SAMPLE_RATE, WINDOW
from tts.errors import ModelError
from tts.published import published

log = logging.getLogger("worker")
# Keys that decide how upstream trains or computes, not what the network is.
_TRAINING_KEYS = {"dropout", "attn_backend", "attn_mask_enabled", "checkpoint_activations"}
# What v0 does, and no YAML said before v1 came, since every model did.
_V0 = {"text_mask_padding": False, "pe_attn_head": 1}
_MEL = {
    "target_sample_rate": SAMPLE_RATE,
    "n_mel_channels": MELS,
    "hop_length": HOP,
    "win_length": WINDOW,
    "n_fft": WINDOW,
    "mel_spec_type": "vocos",
}


@dataclass(frozen=True)
class Architecture:
    """The shape of a DiT, with upstream's names and defaults (`f5_tts/model/backbones/dit.py`)."""

    dim: int  # width of the residual stream
    depth: int = 8  # transformer blocks
    heads: int = 8
    dim_head: int = 64  # width of one head; heads * dim_head need not be dim
    ff_mult: int = 4  # inner width of a feed-forward layer, in dims
    text_dim: int = MELS  # width of a text embedding
    conv_layers: int = 0  # ConvNeXt blocks over the text
    text_mask_padding: bool = True  # v1: text filler is zeroed after every block; v0: it is not
    text_embedding_average_upsampling: bool = False  # every token stretched over an equal share of frames
    qk_norm: str | None = None  # None or "rms_norm"
    pe_attn_head: int | None = None  # heads that rotate: None all (v1), 1 only the first (v0)

    def __post_init__(self) -> None:
        if self.qk_norm not in (None, "rms_norm"):
            raise ModelError(f"qk_norm {self.qk_norm!r} is not known; it is null or rms_norm")
        if self.dim % 16:
            raise ModelError(f"dim {self.dim} is not a multiple of 16, the groups of the position convolution")
        if self.text_embedding_average_upsampling and not self.text_mask_padding:
            raise ModelError("text_embedding_average_upsampling needs text_mask_padding: true")


@dataclass(frozen=True)
class ModelConfig:
    """A named architecture, as one YAML file describes it."""

    name: str
    architecture: Architecture


def packaged() -> list[str]:
    """Return the names of the DiT configurations that the f5-tts package ships."""
    names = sorted(entry.name.removesuffix(".yaml") for entry in (published() / "configs").iterdir())
    return [name for name in names if name.startswith("F5TTS")]


def load_config(source: str | Path) -> ModelConfig:
    """Read a configuration by packaged name (`F5TTS_v1_Base`) or from a YAML file of the same form.

    Raises:
        ModelError: the file is missing, isn't YAML, or describes a network this worker doesn't have.
    """
    document = _read(source)
    model = document.get("model") if isinstance(document, dict) else None
    if not isinstance(model, dict) or not isinstance(model.get("arch"), dict):
        raise ModelError(f"{source}: no `model: arch:` block; expected the form of f5_tts/configs/*.yaml")
    name = str(model.get("name", Path(source).stem))
    backbone = model.get("backbone", "UNetT" if name.startswith("E2TTS") else "DiT")  # not told before v1
    if backbone != "DiT":
        raise ModelError(f"{source}: backbone {backbone} is not served; only DiT (F5-TTS) is")
    if isinstance(model.get("mel_spec"), dict):
        _check_mel(source, model["mel_spec"])
    arch = model["arch"]
    if not _V0.keys() & arch.keys() and not name.startswith("F5TTS_v1"):
        log.info("%s: says neither %s, as before v1, so it is v0", source, " nor ".join(_V0))
        arch = arch | _V0
    return ModelConfig(name, _architecture(source, arch))


def _read(source: str | Path) -> Any:
    path = Path(source)
    if path.suffix not in (".yaml", ".yml"):
        if source not in packaged():
            raise ModelError(f"no configuration named {source}; known are {', '.join(packaged())}, or a .yaml file")
        return yaml.safe_load((published() / "configs" / f"{source}.yaml").read_text("utf-8"))
    try:
        return yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ModelError(f"{source}: can't be read as YAML: {error}") from error


def _check_mel(source: str | Path, mel: dict[str, Any]) -> None:
    for key, served in _MEL.items():
        if mel.get(key, served) != served:
            raise ModelError(f"{source}: {key} {mel[key]} is not served; this worker's mel front end has {served}")


def _architecture(source: str | Path, arch: dict[str, Any]) -> Architecture:
    known = {field.name for field in fields(Architecture)}
    if arch.get("long_skip_connection"):
        raise ModelError(f"{source}: long_skip_connection is not served; no released F5-TTS model has it")
    wanted = {key: value for key, value in arch.items() if key not in _TRAINING_KEYS | {"long_skip_connection"}}
    if unknown := sorted(map(str, set(wanted) - known)):
        raise ModelError(f"{source}: unknown architecture key {', '.join(unknown)}")
    if wanted.get("text_dim", 0) is None:
        del wanted["text_dim"]
    try:
        return Architecture(**wanted)
    except TypeError as error:
        raise ModelError(f"{source}: {error}") from error
