"""From the CPU's memory to the device's."""

from __future__ import annotations

import torch
from torch import Tensor


def upload(tensor: Tensor, device: torch.device) -> Tensor:
    """Return a tensor on the device, without waiting for what the device still has to do before.

    From ordinary memory CUDA copies through a buffer of its own, and has the caller wait for it; from pinned memory it
    doesn't. torch keeps the pinned memory until the copy is made.
    """
    if device.type == "cuda":
        return tensor.pin_memory().to(device, non_blocking=True)
    return tensor.to(device)
