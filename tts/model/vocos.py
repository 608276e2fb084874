"""The Vocos vocoder: mel frames to sound (arXiv 2306.00814, gemelo-ai/vocos), decoding only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import yaml
from torch import Tensor, nn

from tts.clock import BINS, HOP, MELS, SAMPLE_RATE, WINDOW
from tts.errors import ModelError
from tts.model.linear import Linear

_EPS = 1e-6
_LOUDEST = 1e2  # magnitudes are clipped here, as upstream does
_CLOCK = {"n_fft": WINDOW, "hop_length": HOP, "padding": "center"}
# What each part of a `config.yaml` must be, and say; what it doesn't say is upstream's default.
_SERVED: dict[str, tuple[str, dict[str, Any]]] = {
    "feature_extractor": ("MelSpectrogramFeatures", {"sample_rate": SAMPLE_RATE, "n_mels": MELS} | _CLOCK),
    "backbone": ("VocosBackbone", {"input_channels": MELS, "adanorm_num_embeddings": None}),
    "head": ("ISTFTHead", _CLOCK),
}
_DEFAULTS: dict[str, dict[str, Any]] = {"head": {"padding": "same"}}
_FREE = {"dim", "intermediate_dim", "num_layers", "layer_scale_init_value"}  # sizes, and where training began


@dataclass(frozen=True)
class VocosConfig:
    """Size of the backbone; everything else is fixed by the model's clock."""

    dim: int
    intermediate_dim: int
    num_layers: int


def load_vocos_config(path: Path) -> VocosConfig:
    """Read the `config.yaml` of a published Vocos.

    Raises:
        ModelError: the file is missing or describes a vocoder with another clock, padding or head.
    """
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
        for part in _SERVED:
            _expect(path, part, document[part])
        sizes = document["backbone"]["init_args"]
        return VocosConfig(**{key: int(sizes[key]) for key in VocosConfig.__annotations__})
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"{path}: not the config.yaml of a Vocos vocoder ({error!r})") from error


def _expect(path: Path, part: str, described: dict[str, Any]) -> None:
    kind, served = _SERVED[part]
    found = str(described.get("class_path", kind)).rpartition(".")[2]
    if found != kind:
        raise ModelError(f"{path}: its {part} is {found}; F5-TTS needs a vocoder with {kind}")
    given = described["init_args"]
    if unknown := sorted(given.keys() - served.keys() - _FREE):
        raise ModelError(f"{path}: unknown key {', '.join(unknown)} of its {part}")
    for key, value in (served | _DEFAULTS.get(part, {}) | given).items():
        if value != served.get(key, value):
            raise ModelError(f"{path}: {key} is {value}; F5-TTS needs a vocoder with {served[key]}")


class Vocos(nn.Module):
    """ConvNeXt backbone and an inverse Fourier transform, always in float32."""

    window: Tensor

    def __init__(self, config: VocosConfig) -> None:
        super().__init__()
        self.embed = nn.Conv1d(MELS, config.dim, kernel_size=7, padding=3)
        self.norm = nn.LayerNorm(config.dim, eps=_EPS)
        self.convnext = nn.ModuleList(
            ConvNeXtBlock(config.dim, config.intermediate_dim) for _ in range(config.num_layers)
        )
        self.final_layer_norm = nn.LayerNorm(config.dim, eps=_EPS)
        self.out = Linear(config.dim, 2 * BINS)
        self.register_buffer("window", torch.empty(WINDOW))

    @torch.inference_mode()
    def forward(self, mel: Tensor) -> Tensor:
        """Return the sound of a mel spectrogram.

        Args:
            mel: (frames, 100) float32, as `MelFrontEnd` gives.

        Returns:
            ((frames - 1) * 256,) float32 at 24 kHz.
        """
        hidden = self.norm(self.embed(mel.T[None])[0].T)  # (frames, dim)
        for block in self.convnext:
            hidden = block(hidden)
        magnitude, phase = self.out(self.final_layer_norm(hidden)).chunk(2, dim=-1)  # (frames, bins)
        spectrum = torch.polar(magnitude.exp().clip(max=_LOUDEST), phase)
        return torch.istft(spectrum.T, WINDOW, HOP, WINDOW, self.window, center=True)


class ConvNeXtBlock(nn.Module):
    """Depthwise convolution, then a pointwise MLP with a learnt gain per channel."""

    def __init__(self, dim: int, intermediate_dim: int) -> None:
        super().__init__()
        self.dwconv = nn.Conv1d(dim, dim, kernel_size=7, padding=3, groups=dim)
        self.norm = nn.LayerNorm(dim, eps=_EPS)
        self.pwconv1 = Linear(dim, intermediate_dim, gelu="exact")
        self.pwconv2 = Linear(intermediate_dim, dim)
        self.gamma = nn.Parameter(torch.ones(dim))

    def forward(self, hidden: Tensor) -> Tensor:
        """Map (frames, dim) to the same shape."""
        inner = self.pwconv1(self.norm(self.dwconv(hidden.T[None])[0].T))
        return torch.addcmul(hidden, self.gamma, self.pwconv2(inner))
