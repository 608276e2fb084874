"""A chunk of the real network is what it is alone, whoever joins, leaves, overflows or runs out of memory beside it."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.solve import running
from tts.clock import Samples
from tts.engine.arena import Arena
from tts.engine.budget import Budget
from tts.engine.chunk import Chunk, Guidance
from tts.engine.engine import Engine
from tts.engine.prepared import Prepared
from tts.engine.rounds import Rounds
from tts.engine.running import Running
from tts.engine.sound import NotFinite
from tts.engine.step import step
from warmup.environment.settings import Settings
from warmup.start import ready

WAYS = [Guidance(4), Guidance(5, 1.5, -0.7), Guidance(4, 0.0), Guidance(6), Guidance(4)]


@cache
def engine() -> Engine:
    found: Engine = ready(Settings(model="demo", on_runpod=True)).synthesizer.engine  # type: ignore[assignment]
    return found


@cache
def chunk(number: int) -> Chunk:
    generator = torch.Generator().manual_seed(number)
    reference = torch.randn(20 + 7 * number, 100, generator=generator) - 2
    tokens = torch.randint(0, 30, (10 + number,), generator=generator)
    return Chunk(reference, tokens, 60 + 11 * number + len(reference), number, WAYS[number])


class Hiccups(Rounds):
    """Rounds that run out of memory now and then."""

    def __init__(self, budget: int, out_of_memory: frozenset[int] = frozenset()) -> None:
        super().__init__(engine().device, engine()._loop._rounds._vocoder, "sdpa", Budget(budget))
        self._calls, self._out_of_memory = 0, out_of_memory

    def _step(self, chosen: Sequence[Running]) -> None:
        self._calls += 1
        if self._calls in self._out_of_memory:
            raise torch.OutOfMemoryError("CUDA out of memory")
        super()._step(chosen)


@cache
def alone(number: int) -> Samples:
    one = running(engine().network, chunk(number))
    rounds = Hiccups(1)
    while not one.sound.done():
        rounds.round([one])
    return one.sound.result().samples


@pytest.fixture(autouse=True)
def _inference() -> Any:
    with torch.inference_mode():
        yield


company = st.tuples(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6), st.floats(0, 3)), min_size=2, max_size=5),
    st.dictionaries(st.integers(0, 4), st.integers(0, 9), max_size=2),
    st.integers(1, 2000),
    st.frozensets(st.integers(0, 8).map(lambda n: 2 * n), max_size=3),
    st.booleans(),
)


@settings(max_examples=5, deadline=None)
@given(company)
def test_in_any_company(case: Any) -> None:
    keeps_to_itself(*case)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(company)
def test_in_sixty_companies(case: Any) -> None:
    keeps_to_itself(*case)


def keeps_to_itself(
    joins: list[tuple[int, int, float]],
    leaves: dict[int, int],
    budget: int,
    out_of_memory: frozenset[int],
    overflows: bool,
) -> None:
    rounds, tick = Hiccups(budget, out_of_memory), 0
    crowd = [(running(engine().network, chunk(number), due), number, comes) for number, comes, due in joins]
    bad = replace(chunk(0), reference=torch.full((20, 100), float("inf")))
    neighbour = running(engine().network, bad, due=0.5)
    while tick < 8 or not all(one.sound.done() for one, _, _ in crowd):
        for place, goes in leaves.items():
            if place < len(crowd) and goes == tick:
                crowd[place][0].sound.cancel()
        present = [one for one, _, comes in crowd if comes <= tick] + [neighbour] * overflows
        living = [one for one in present if not one.sound.done()]
        if living:
            rounds.round(living)
        tick += 1
    for one, number, _ in crowd:
        if not one.sound.cancelled():
            assert abs(one.sound.result().samples - alone(number)).max() <= 1e-5
    if overflows and neighbour.sound.done():
        assert isinstance(neighbour.sound.exception(), NotFinite)


def test_a_chunk_that_wants_to_be_alone_is_the_same_to_the_bit_whatever_else_runs() -> None:
    one = running(engine().network, replace(chunk(1), alone=True), due=1.0)
    others = [running(engine().network, chunk(number), due) for number, due in ((0, 0.0), (3, 2.0), (4, 3.0))]
    rounds = Hiccups(10_000)
    while living := [each for each in (one, *others) if not each.sound.done()]:
        rounds.round(living)
    assert (one.sound.result().samples == alone(1)).all()


@pytest.mark.parametrize("backend", ["sdpa", "torch_varlen"])
def test_a_step_never_waits_for_the_device(backend: str) -> None:
    """On the meta device there are no numbers: whatever would read one to go on, as a wait on a GPU does, fails."""
    meta = torch.device("meta")
    network = deepcopy(engine().network).half().to(meta)
    prepared, arena = Prepared(), Arena(backend)
    several = [running(network, chunk(number)) for number in range(3)]
    for one in several:
        prepared.join(one)
    packed = arena.pack(several)
    modulation, pace = prepared.modulation(packed.chunks), prepared.pace(packed.chunks)
    assert modulation.ndim == 3, "each at a time of its own"
    step(network, packed, modulation, pace.to(meta))
    assert packed.state.device == meta
    with pytest.raises((RuntimeError, NotImplementedError)):
        packed.state[0, 0].item()
