"""Rotary position embedding over adjacent pairs (arXiv 2104.09864), angles always in float32."""

from __future__ import annotations

import torch
from torch import Tensor


def rotations(frames: int, dim_head: int, device: torch.device) -> Tensor:
    """Return the rotary rotation of positions 0..frames-1, (frames, dim_head / 2) complex64.

    The frequencies are computed in float32, never read from a checkpoint: a half-precision copy of them
    turns angles by up to 0.35 rad after 10 s of sound, which upstream's fp16 path does.
    """
    pairs = torch.arange(0, dim_head, 2, device=device).float()
    rates = 1.0 / 10000.0 ** (pairs / dim_head)
    angles = torch.outer(torch.arange(frames, device=device).float(), rates)
    return torch.polar(torch.ones_like(angles), angles)


def rotate(vectors: Tensor, rotary: Tensor) -> None:
    """Turn (frames, ..., dim_head) in place by (frames, dim_head / 2), adjacent pairs as complex numbers."""
    turned = torch.view_as_complex(vectors.float().unflatten(-1, (-1, 2)))
    turned *= rotary[:, None, None]
    if vectors.dtype != torch.float32:
        vectors.copy_(torch.view_as_real(turned).flatten(-2))
