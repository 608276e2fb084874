"""Noise to mel frames: an Euler solver over several chunks at once, packed end to end.

Letters in shapes: frames counts the mel frames of all chunks of a batch together, references included;
with guidance every chunk is in the network twice, with and without its condition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import torch
from torch import Tensor

from tts.clock import MELS
from tts.engine.attention import BACKENDS, Attend
from tts.engine.schedule import schedule
from tts.model.dit import DiT, PositionConvolution
from tts.model.rotary import rotations

_NO_GUIDANCE = 1e-5  # below this strength upstream doesn't compute the null condition either


@dataclass(frozen=True)
class Item:
    """One chunk to say."""

    reference: Tensor  # (reference frames, 100) float32, mel of the voice
    tokens: Tensor  # (tokens,) int64, text of the reference, then of the chunk
    frames: int  # mel frames of reference and chunk together
    seed: int  # of the noise


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


@dataclass(frozen=True)
class PackedLayout:
    """Where packed sequences lie (the `Layout` of `tts.model.dit`)."""

    rotary: Tensor
    spread: Tensor
    gaps: Tensor
    attend: Attend


class Sampler:
    """Solves the ODE of a batch of chunks, step by step."""

    def __init__(self, network: DiT, backend: str = "sdpa") -> None:
        self.network = network
        self.backend = backend
        self._modulations = lru_cache(maxsize=8)(self._compute_modulations)

    def forget(self) -> None:
        """Free what is kept from one batch to the next."""
        self._modulations.cache_clear()

    @torch.inference_mode()
    def sample(
        self,
        items: Sequence[Item],
        guidance: Guidance,
        after_step: Callable[[Tensor], None] | None = None,
        watch: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> list[Tensor]:
        """Return the mel frames of every chunk without its reference, (frames, 100) float32 each.

        `after_step` sees the state after every step, (frames, 100) float32; an exception it raises ends
        the batch. `watch` is entered around every step.
        """
        network, lengths = self.network, [item.frames for item in items]
        times, modulations = self._modulations(guidance.steps, guidance.sway)
        layout = self._layout(lengths * guidance.passes)
        context = self._context(items, guidance.passes)
        state = torch.cat([noise(item) for item in items]).to(network.device)
        for step, (time, following) in enumerate(pairwise(times.tolist())):
            with watch():
                velocity = network(state, context, modulations[step], layout).float()
                if guidance.passes == 2:
                    velocity, null = velocity.chunk(2)
                    velocity = velocity + (velocity - null) * guidance.cfg_strength
                state = torch.add(state, velocity, alpha=following - time)
            if after_step is not None:
                after_step(state)
        spoken = zip(state.split(lengths), items, strict=True)
        return [frames[len(item.reference) :] for frames, item in spoken]

    def _compute_modulations(self, steps: int, sway: float) -> tuple[Tensor, Tensor]:
        times = schedule(steps, sway)
        return times, self.network.modulations(times[:-1].to(self.network.device))

    def _context(self, items: Sequence[Item], passes: int) -> Tensor:
        given = [self.network.context(item.reference, item.tokens, item.frames) for item in items]
        null = [self.network.context(None, item.tokens, item.frames) for item in items] if passes == 2 else []
        return torch.cat(given + null)

    def _layout(self, lengths: Sequence[int]) -> PackedLayout:
        device, gap = self.network.device, PositionConvolution.GAP
        table = rotations(max(lengths), self.network.arch.dim_head, device)
        starts = torch.tensor([0, *lengths[:-1]]).cumsum(0) + torch.arange(len(lengths)) * gap
        spread = torch.cat([start + torch.arange(n) for start, n in zip(starts, lengths, strict=True)]).to(device)
        gaps = torch.ones(sum(lengths) + gap * (len(lengths) - 1), dtype=torch.bool, device=device)
        gaps[spread] = False
        return PackedLayout(
            rotary=torch.cat([table[:n] for n in lengths]),
            spread=spread,
            gaps=gaps,
            attend=BACKENDS[self.backend](lengths, device),
        )


def noise(item: Item) -> Tensor:
    """Return where an item's ODE starts, (frames, 100) float32, drawn on the CPU so that devices agree."""
    return torch.randn(item.frames, MELS, generator=torch.Generator().manual_seed(item.seed))
