"""What no step changes: a chunk's context, what the times of a schedule do to the network. Made once, and kept."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from tts.engine.recent import Recent
from tts.engine.running import Running
from tts.engine.schedule import schedule
from tts.engine.upload import upload

_KEPT = 64 * 2**20  # bytes of each kind: contexts of 20 chunks of the base model, its tables of 200 steps


class Prepared:
    """Makes what chunks need to take part in steps."""

    def __init__(self) -> None:
        self._nulls = Recent(_KEPT)
        self._tables = Recent(_KEPT)

    def forget(self) -> None:
        """Free what is kept."""
        self._nulls.clear()
        self._tables.clear()

    def join(self, one: Running) -> None:
        """Give a chunk its state and its context."""
        network, chunk = one.network, one.chunk
        reference, tokens = upload(chunk.reference, network.device), upload(chunk.tokens, network.device)
        context = network.context(reference, tokens, chunk.frames)
        if chunk.guidance.passes == 2:
            context = torch.cat([context, self._null(one)])
        one.context = context
        one.state = upload(one.noise.result(), network.device)

    def modulation(self, chunks: Sequence[Running]) -> Tensor:
        """Return the tables of the next step, as `step` takes them."""
        tables = {(one.chunk.guidance.steps, one.chunk.guidance.sway, one.at): self._table(one) for one in chunks}
        if len(tables) == 1:
            return next(iter(tables.values()))
        return torch.stack([self._table(one) for one in chunks])

    def pace(self, chunks: Sequence[Running]) -> Tensor:
        """Return step in time and strength of guidance for each chunk, (chunks, 2) float32."""
        rows = [(one.times[one.at + 1] - one.times[one.at], one.chunk.guidance.cfg_strength) for one in chunks]
        return upload(torch.tensor(rows), chunks[0].network.device)

    def _null(self, one: Running) -> Tensor:
        """Return the context of no condition, which depends on lengths alone."""
        network, chunk = one.network, one.chunk
        key = (network.dtype, chunk.frames, len(chunk.tokens))
        return self._nulls.get(key, lambda: network.context(None, upload(chunk.tokens, network.device), chunk.frames))

    def _table(self, one: Running) -> Tensor:
        """Return the chunk's table for its next step, (6 * depth + 2, dim)."""
        network, guidance = one.network, one.chunk.guidance
        key = (network.dtype, guidance.steps, guidance.sway)

        def make() -> Tensor:
            return network.modulations(schedule(guidance.steps, guidance.sway)[:-1].to(network.device))

        return self._tables.get(key, make)[one.at]
