"""A chunk's mel frames to its sound, and the network that a chunk is made with again whose sound isn't one."""

from __future__ import annotations

from copy import deepcopy

import torch

from tts.clock import Samples
from tts.engine.running import Running
from tts.model.dit import DiT
from tts.model.vocos import Vocos


class NotFinite(FloatingPointError):
    """The model's output is not a sound."""


def sound(vocoder: Vocos, one: Running) -> Samples:
    """Return the sound of a chunk whose steps are done, ((frames - reference frames - 1) * 256,) float32 at 24 kHz.

    Raises:
        NotFinite: there is none.
    """
    assert one.state is not None
    wave: torch.Tensor = vocoder(one.state[len(one.chunk.reference) :])
    if not wave.isfinite().all():
        raise NotFinite(f"chunk {one.number} is not finite in {one.network.dtype}")
    samples: Samples = wave.cpu().numpy()
    return samples


def wider(network: DiT) -> DiT:
    """Return the network in the next precision with a wider range; itself if there is none."""
    if network.dtype == torch.float32:
        return network
    if network.dtype == torch.float16 and network.device.type == "cuda":
        return deepcopy(network).to(torch.bfloat16)
    return deepcopy(network).float()
