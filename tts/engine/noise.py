"""Where the ODE of a chunk starts: normal noise by a stated algorithm, so that a seed means the same everywhere.

Bits of Philox-4x64-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011) under the seed as key, from
counter 1 on; 53 of each 64 as a number between 0 and 1; pairs of them by Box and Muller's transform in float64; then
rounded to float32. Generators of torch and numpy promise neither the same normals in every version nor on every device.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from tts.clock import MELS


def noise(frames: int, seed: int) -> Tensor:
    """Return (frames, 100) float32 for a seed of 0..2^63-1, computed on the CPU."""
    bits = np.random.Philox(key=seed).random_raw(frames * MELS)
    uniform = ((bits >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53  # neither 0 nor 1
    radius = np.sqrt(-2 * np.log(uniform[0::2]))
    angle = 2 * np.pi * uniform[1::2]
    normal = np.empty((len(radius), 2), np.float32)
    np.multiply(radius, np.cos(angle), out=normal[:, 0], casting="same_kind")
    np.multiply(radius, np.sin(angle), out=normal[:, 1], casting="same_kind")
    return torch.from_numpy(normal.reshape(frames, MELS))
