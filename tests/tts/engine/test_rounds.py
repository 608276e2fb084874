"""Rounds under every mixture of joins, leaves, cancellations and failures: each job gets its own, or its own error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.clock import Samples
from tts.engine.budget import Budget
from tts.engine.chunk import Chunk, Guidance, Sound
from tts.engine.rounds import Rounds
from tts.engine.running import Running, Speech
from tts.engine.sound import NotFinite
from tts.errors import OutOfMemory

CPU = torch.device("cpu")
NETWORK: Any = SimpleNamespace(dtype=torch.float32)


@dataclass(frozen=True)
class Plan:
    """What becomes of a chunk."""

    frames: int
    steps: int
    due: float
    alone: bool
    fails_at: int | None = None  # step at which it raises
    overflows: int = 0  # how often it comes out not finite


@dataclass
class Job:
    plans: list[Plan]
    comes: int  # round
    goes: int | None = None  # round at which it is cancelled
    told: list[tuple[int, int, int]] = field(default_factory=list)
    speech: Speech = field(default_factory=Speech)


class Fake(Rounds):
    """Rounds that count steps instead of taking them, on a device with so much memory."""

    def __init__(self, memory: int, hiccups: frozenset[int], budget: Budget) -> None:
        super().__init__(CPU, None, "sdpa", budget)  # type: ignore[arg-type]
        self.plans: dict[Running, Plan] = {}
        self.taken: dict[Running, int] = {}
        self.company: set[Running] = set()  # who shared a step
        self.missed: Counter[Running] = Counter()  # how often memory ran out for who was alone, since the last success
        self.unlucky: set[Running] = set()  # for whom it did twice
        self._memory, self._hiccups, self._calls = memory, hiccups, 0

    def _step(self, chosen: Sequence[Running]) -> None:
        self._calls += 1
        if sum(one.rows for one in chosen) > self._memory or self._calls in self._hiccups:
            self.missed.update(chosen if len(chosen) == 1 else [])
            self.unlucky |= {one for one in chosen if self.missed[one] == 2}
            raise torch.OutOfMemoryError("CUDA out of memory")
        for one in chosen:
            assert len(chosen) == 1 or not one.alone
            assert not one.sound.done(), "who left takes no more steps"
            if self.plans[one].fails_at == one.at:
                raise RuntimeError(f"defect of {id(one)}")
        for one in chosen:
            self.taken[one] = self.taken.get(one, 0) + 1
            self.missed[one] = 0
            if len(chosen) > 1:
                self.company.add(one)

    def _sound(self, one: Running) -> Samples:
        if self.plans[one].overflows > one.again:
            raise NotFinite(f"chunk {one.number}")
        return np.full(1, id(one) % 1000, np.float32)


plans = st.builds(
    Plan,
    st.integers(1, 900),
    st.integers(4, 8),
    st.floats(0, 50),
    st.booleans(),
    st.one_of(st.none(), st.none(), st.none(), st.integers(0, 3)),
    st.sampled_from([0, 0, 0, 0, 1, 2]),
)
jobs = st.builds(Job, st.lists(plans, min_size=1, max_size=5), st.integers(0, 40), st.none() | st.integers(0, 60))


def play(rounds: Fake, crowd: list[Job], clock: list[float]) -> None:
    """Run until nobody waits any more."""
    tick, present = 0, []
    limit = 500 + 4 * sum(2 * (plan.steps + 1) for job in crowd for plan in job.plans)
    while tick < limit:
        for job in crowd:
            if job.comes == tick:
                present.append(enter(rounds, job))
            if job.goes == tick and job in present:
                job.speech.cancel()
        living = [one for job in present for one in job.speech.chunks if not one.sound.done()]
        if living:
            rounds.round(living)
        elif tick > 60:
            return
        tick += 1
        clock[0] += 1.0
    pytest.fail("somebody waits for ever")


def enter(rounds: Fake, job: Job) -> Job:
    job.speech = Speech(lambda *told: job.told.append(told))
    for number, plan in enumerate(job.plans, 1):
        chunk = Chunk(torch.empty(0, 100), torch.empty(0), plan.frames, number, Guidance(plan.steps), plan.alone)
        one = Running(job.speech, chunk, number, plan.due, Future(), NETWORK)
        job.speech.chunks.append(one)
        rounds.plans[one] = plan
    return job


days = (
    st.lists(jobs, max_size=8),
    st.integers(1, 8000),
    st.integers(300, 8000),
    st.frozensets(st.integers(0, 60).map(lambda n: 3 * n), max_size=10),
)


@settings(max_examples=150, deadline=None)
@given(*days)
def test_each_job_gets_what_is_its_own(crowd: list[Job], budget: int, memory: int, hiccups: frozenset[int]) -> None:
    gets_its_own(crowd, budget, memory, hiccups)


@pytest.mark.slow
@settings(max_examples=5000, deadline=None)
@given(*days)
def test_so_it_does_on_five_thousand_days(crowd: list[Job], budget: int, memory: int, hiccups: frozenset[int]) -> None:
    gets_its_own(crowd, budget, memory, hiccups)


def gets_its_own(crowd: list[Job], budget: int, memory: int, hiccups: frozenset[int]) -> None:
    clock = [0.0]
    rounds = Fake(memory, hiccups, Budget(budget, lambda: clock[0]))
    play(rounds, crowd, clock)
    for job in crowd:
        outcomes = [one.sound for one in job.speech.chunks]
        if any(future.cancelled() for future in outcomes):
            assert job.goes is not None
            continue
        errors = {error for future in outcomes if (error := future.exception()) is not None}
        assert len(errors) <= 1, "a job fails once"
        for error in errors:
            check_own(error, job, rounds)
        if not errors:
            assert not rounds.unlucky & set(job.speech.chunks)
            assert not any(plan.fails_at is not None or plan.overflows > 1 for plan in job.plans)
            check_sounds(rounds, job)


def check_own(error: BaseException, job: Job, rounds: Fake) -> None:
    if isinstance(error, OutOfMemory):
        assert rounds.unlucky & set(job.speech.chunks)
    elif isinstance(error, NotFinite):
        assert any(plan.overflows > 1 for plan in job.plans)
    else:
        assert str(error) in {f"defect of {id(one)}" for one in job.speech.chunks}


def check_sounds(rounds: Fake, job: Job) -> None:
    for one, plan in zip(job.speech.chunks, job.plans, strict=True):
        sound: Sound = one.sound.result()
        assert sound.samples[0] == id(one) % 1000
        assert rounds.taken[one] == plan.steps * (2 if plan.overflows else 1)
        assert sound.device_s > 0
        assert sound.shared == (one in rounds.company)
        assert not (sound.shared and plan.alone)
    total = sum(plan.steps for plan in job.plans)
    assert job.told[-1] == (total, total, len(job.plans))
    assert [done for done, *_ in job.told] == sorted(done for done, *_ in job.told)


def test_one_transient_lack_of_memory_after_the_other_fails_nobody() -> None:
    """Only two in a row do, of a chunk that is alone."""
    job = Job([Plan(100, 8, 0, False)], 0)
    play(Fake(10**6, frozenset(range(1, 20, 2)), Budget(1)), [job], [0.0])
    assert job.speech.chunks[0].sound.result()


def test_what_a_watcher_raises_fails_its_own_job_alone() -> None:
    rounds, clock = Fake(10**6, frozenset(), Budget(10**6)), [0.0]
    watched, other = (enter(rounds, Job([Plan(100, 4, 0, False)], 0)) for _ in range(2))
    watched.speech._progress = lambda *_: 1 // 0  # type: ignore[func-returns-value]
    while living := [one for job in (watched, other) for one in job.speech.chunks if not one.sound.done()]:
        rounds.round(living)
        clock[0] += 1
    assert isinstance(watched.speech.chunks[0].sound.exception(), ZeroDivisionError)
    assert other.speech.chunks[0].sound.result()


def test_an_error_that_outlives_its_job_is_everybodys() -> None:
    rounds = Fake(10**6, frozenset(), Budget(1))
    (one,) = enter(rounds, Job([Plan(100, 4, 0, False)], 0)).speech.chunks

    def broken(chosen: Sequence[Running]) -> None:
        raise torch.AcceleratorError("CUDA error: device-side assert triggered")

    rounds._step = broken  # type: ignore[method-assign]
    with pytest.raises(torch.AcceleratorError):
        rounds.round([one])
    assert not one.sound.done(), "who runs the rounds answers for all"
