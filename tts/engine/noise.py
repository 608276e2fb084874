"""Where the ODE of a chunk starts."""

from __future__ import annotations

import torch
from torch import Tensor

from tts.clock import MELS


def noise(frames: int, seed: int) -> Tensor:
    """Return (frames, 100) float32, drawn on the CPU so that devices agree."""
    return torch.randn(frames, MELS, generator=torch.Generator().manual_seed(seed))
