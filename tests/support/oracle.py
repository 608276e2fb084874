"""Upstream F5-TTS and this worker's network on the same weights, side by side.

The weights are random and away from zero (a fresh DiT's output layers are zero, so that it would agree with
anything), saved in the layout of the published checkpoints.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
import yaml
from f5_tts.model import CFM
from f5_tts.model import DiT as UpstreamDiT
from safetensors.torch import save_file
from torch import Tensor

from tts.model.checkpoint import load_dit
from tts.model.config import load_config
from tts.model.dit import DiT
from tts.text.tokens import Vocabulary, load_vocabulary, tokens

SMALL = {"dim": 128, "depth": 3, "heads": 2, "ff_mult": 2, "text_dim": 64, "conv_layers": 2}
V1 = {"text_mask_padding": True, "pe_attn_head": None}
V0 = {"text_mask_padding": False, "pe_attn_head": 1}
ARCHITECTURES: dict[str, dict[str, Any]] = {
    "v1": SMALL | V1,
    "v0": SMALL | V0,
    "average upsampling": SMALL | V1 | {"text_embedding_average_upsampling": True},
    "qk norm": SMALL | V1 | {"qk_norm": "rms_norm"},
    "heads wider than dim": SMALL | V1 | {"heads": 3},
    "v1 without response norm": SMALL | V1,
    "v0 without text blocks": SMALL | V0 | {"conv_layers": 0},
    "full width": {"dim": 1024, "depth": 2, "heads": 16, "ff_mult": 2, "text_dim": 512, "conv_layers": 4} | V1,
}
VOCAB = Path(str(files("f5_tts") / "infer" / "examples" / "vocab.txt"))
PROMPT = "Some call me nature, others call me mother nature. "


@dataclass(frozen=True)
class Pair:
    """The same weights twice."""

    upstream: CFM
    ours: DiT
    vocabulary: Vocabulary

    def tokens(self, text: str) -> Tensor:
        """Return (tokens,) vocabulary indices."""
        return torch.tensor(self.vocabulary.encode(tokens(text)))


def upstream_cfm(arch: dict[str, Any], vocabulary: Vocabulary | None = None, **options: Any) -> CFM:
    """Return upstream's model, unloaded."""
    vocabulary = vocabulary or load_vocabulary(VOCAB)
    network = UpstreamDiT(**arch, **options, text_num_embeds=len(vocabulary), mel_dim=100)
    return CFM(transformer=network, vocab_char_map=vocabulary.indices).eval()


def randomise(model: torch.nn.Module) -> None:
    """Draw every parameter so that signals keep their size from layer to layer."""
    generator = torch.Generator().manual_seed(1)
    for name, parameter in model.named_parameters():
        spread = 0.15 if parameter.dim() < 2 or "grn" in name else parameter[0].numel() ** -0.5
        parameter.data = spread * torch.randn(parameter.shape, generator=generator)
        if name.endswith(("_norm.weight", "norm.weight")):
            parameter.data += 1


def published(model: CFM, extra: dict[str, Tensor] | None = None) -> dict[str, Tensor]:
    """Return a model's tensors under the names of a published checkpoint."""
    state = {f"ema_model.{name}": tensor.contiguous().clone() for name, tensor in model.state_dict().items()}
    return state | {"initted": torch.tensor(True), "step": torch.tensor(1250000)} | (extra or {})


def config_file(folder: Path, arch: dict[str, Any]) -> Path:
    """Write a configuration in the form of the packaged ones."""
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump({"model": {"name": "test", "backbone": "DiT", "arch": arch}}))
    return path


@cache
def pair(name: str, folder: Path) -> Pair:
    """Return an architecture of `ARCHITECTURES` with random weights, upstream's and ours."""
    arch = ARCHITECTURES[name]
    upstream = upstream_cfm(arch)
    randomise(upstream)
    if name == "v1 without response norm":
        for block in upstream.transformer.text_embed.text_blocks:
            block.grn.gamma.data.zero_()
            block.grn.beta.data.zero_()
    folder.mkdir(parents=True, exist_ok=True)
    save_file(published(upstream), folder / "model.safetensors")
    config = load_config(config_file(folder, arch))
    vocabulary = load_vocabulary(VOCAB)
    ours = load_dit(
        folder / "model.safetensors", config.architecture, len(vocabulary), torch.device("cpu"), torch.float32
    )
    return Pair(upstream, ours, vocabulary)
