"""The chunks of a step, end to end: packed anew only when others are in it than in the step before.

First all chunks with their condition, those under guidance in front; then those once more, without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from tts.engine.attention import BACKENDS, Attend
from tts.engine.running import Running
from tts.engine.upload import upload
from tts.model.dit import PositionConvolution
from tts.model.rotary import rotations


@dataclass(frozen=True)
class Packed:
    """What a step reads and advances (the `Layout` of `tts.model.dit`)."""

    chunks: tuple[Running, ...]  # in the order in which they lie
    state: Tensor  # (frames, 100) float32; each chunk's own state is its part of it
    context: Tensor  # (rows, dim)
    guided: int  # frames that are in the network twice, the first ones
    item: Tensor  # (rows,) int64, which of the chunks a row belongs to
    rotary: Tensor
    spread: Tensor
    gaps: Tensor
    attend: Attend


class Arena:
    """Packs chunks whose contexts and states are there."""

    def __init__(self, backend: str) -> None:
        self.backend = backend
        self._last: Packed | None = None

    def pack(self, chosen: Sequence[Running]) -> Packed:
        """Return the chunks packed. Those left out keep their state."""
        chunks = tuple(sorted(chosen, key=lambda one: one.chunk.guidance.passes, reverse=True))
        last = self._last
        if last is None or len(last.chunks) != len(chunks) or any(map(_moved, last.chunks, chunks)):
            last = self._last = self._packed(chunks)
        return last

    def forget(self) -> None:
        """Free what is kept from one step to the next."""
        self._last = None

    def _packed(self, chunks: tuple[Running, ...]) -> Packed:
        guided = [one for one in chunks if one.chunk.guidance.passes == 2]
        sequences = [*chunks, *guided]
        lengths = [one.chunk.frames for one in sequences]
        network, frames = chunks[0].network, sum(lengths[: len(chunks)])
        device = network.device
        state = torch.cat([_there(one.state) for one in chunks])
        parts = [_there(one.context).split(one.chunk.frames) for one in chunks]
        owners = torch.tensor([chunks.index(one) for one in sequences])
        backend = "sdpa" if network.dtype == torch.float32 else self.backend  # the others have no float32
        packed = Packed(
            chunks=chunks,
            state=state,
            context=torch.cat([part for at in (0, 1) for several in parts for part in several[at : at + 1]]),
            guided=sum(lengths) - frames,
            item=upload(owners.repeat_interleave(torch.tensor(lengths)), device),
            attend=BACKENDS[backend](lengths, device),
            **places(lengths, network.arch.dim_head, device),
        )
        for one, own in zip(chunks, state.split(lengths[: len(chunks)]), strict=True):
            one.state = own
        return packed


def places(lengths: Sequence[int], dim_head: int, device: torch.device) -> dict[str, Tensor]:
    """Return where sequences lie, and their turns by position."""
    gap = PositionConvolution.GAP
    starts = torch.tensor([0, *lengths[:-1]]).cumsum(0) + torch.arange(len(lengths)) * gap
    spread = torch.cat([start + torch.arange(n) for start, n in zip(starts, lengths, strict=True)])
    gaps = torch.ones(sum(lengths) + gap * (len(lengths) - 1), dtype=torch.bool)
    gaps[spread] = False
    table = rotations(max(lengths), dim_head, device)
    return {
        "rotary": torch.cat([table[:n] for n in lengths]),
        "spread": upload(spread, device),
        "gaps": upload(gaps, device),
    }


def _moved(before: Running, now: Running) -> bool:
    """Whether a chunk isn't where it was; one that began anew isn't either."""
    return before is not now or now.at == 0


def _there(tensor: Tensor | None) -> Tensor:
    if tensor is None:
        raise ValueError("a chunk has to join before it is packed")
    return tensor
