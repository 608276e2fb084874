"""When the solver evaluates the velocity, and with which seed a chunk's noise is drawn."""

from __future__ import annotations

import hashlib

import torch
from torch import Tensor

# Empirically pruned step sampling (arXiv 2505.19931): in 32nds, dense where speech takes shape.
_PRUNED = {
    5: (0, 2, 4, 8, 16, 32),
    6: (0, 2, 4, 6, 8, 16, 32),
    7: (0, 2, 4, 6, 8, 16, 24, 32),
    10: (0, 2, 4, 6, 8, 12, 16, 20, 24, 28, 32),
    12: (0, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32),
    16: (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32),
}


def schedule(steps: int, sway: float) -> Tensor:
    """Return the times at which the ODE is solved, (steps + 1,) float32 from 0 to 1.

    Pruned grids for the step counts that have one, uniform for the others; `sway` below 0 moves steps
    towards 0, where text and timing are decided (arXiv 2410.06885, equation 7).
    """
    pruned = _PRUNED.get(steps)
    times = torch.linspace(0, 1, steps + 1) if pruned is None else torch.tensor(pruned, dtype=torch.float32) / 32
    return times + sway * (torch.cos(torch.pi / 2 * times) - 1 + times)


def chunk_seed(seed: int, index: int) -> int:
    """Return the seed of a request's chunk: well mixed, 0..2^63-1, the same on every machine."""
    digest = hashlib.blake2b(f"{seed}/{index}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
