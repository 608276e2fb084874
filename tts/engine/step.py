"""One step of the ODE for all chunks of an arena, each at its own time and with its own strength of guidance."""

from __future__ import annotations

import torch
from torch import Tensor

from tts.engine.arena import Packed
from tts.model.dit import DiT


@torch.inference_mode()
def step(network: DiT, packed: Packed, modulation: Tensor, pace: Tensor) -> None:
    """Advance the state by one Euler step, in place. Nothing here waits for the device.

    Args:
        network: predicts the velocity.
        packed: the chunks.
        modulation: (6 * depth + 2, dim) where all chunks are at the same time of the same schedule, else one such
            table for each, (chunks, 6 * depth + 2, dim).
        pace: (chunks, 2) float32: the step in time, the strength of guidance.
    """
    frames, guided = len(packed.state), packed.guided
    velocity = network(packed.state, packed.context, modulation, packed).float()
    change, null = velocity[:frames], velocity[frames:]
    step_in_time, strength = pace[packed.item[:frames]].split(1, dim=1)  # (frames, 1)
    change[:guided] += (change[:guided] - null) * strength[:guided]
    packed.state.addcmul_(change, step_in_time)
