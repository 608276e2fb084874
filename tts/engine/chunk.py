"""A chunk as a job hands it in, how it is solved, and what comes of it.

Letters in shapes: frames counts mel frames, those of a chunk's reference included; rows counts frames in the network,
where guidance has every chunk twice, with its condition and without.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from tts.clock import Samples

_NO_GUIDANCE = 1e-5  # below this strength upstream doesn't compute the null condition either


@dataclass(frozen=True)
class Guidance:
    """How the ODE is solved."""

    steps: int = 16
    cfg_strength: float = 2.0
    sway: float = -1.0

    @property
    def passes(self) -> int:
        """How often a chunk is in the network."""
        return 2 if self.cfg_strength >= _NO_GUIDANCE else 1


@dataclass(frozen=True, eq=False)
class Chunk:
    """One chunk to say."""

    reference: Tensor  # (reference frames, 100) float32, mel of the voice
    tokens: Tensor  # (tokens,) int64, text of the reference, then of the chunk
    frames: int  # of reference and chunk together
    seed: int  # of the noise
    guidance: Guidance = Guidance()
    alone: bool = False  # shares no step, so that nothing else changes how its numbers are rounded

    @property
    def rows(self) -> int:
        """How much of a step it takes."""
        return self.frames * self.guidance.passes


@dataclass(frozen=True, eq=False)
class Sound:
    """What a chunk came to."""

    samples: Samples  # ((frames - reference frames - 1) * 256,)
    device_s: float  # of the device's time; of a shared step, its share by rows
    shared: bool  # whether other chunks were in any of its steps
