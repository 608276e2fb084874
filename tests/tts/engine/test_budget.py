"""The budget of frames is halved when memory runs out, and comes back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tts.engine.budget import QUIET_S, Budget


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_quiet_minute_doubles_what_an_exhausted_memory_halved() -> None:
    clock = Clock()
    budget = Budget(8192, clock)
    budget.ran_out(6000)
    assert budget.frames == 3000
    clock.now += QUIET_S - 1
    assert budget.frames == 3000
    clock.now += 1
    assert budget.frames == budget.frames == 6000, "doubled once, however often it is asked for"
    clock.now += QUIET_S
    assert budget.frames == 8192, "and never beyond what it was"


@given(st.integers(1, 10**6), st.lists(st.tuples(st.integers(1, 10**6), st.floats(0, 100)), max_size=30))
def test_a_budget_is_never_empty_and_comes_back_in_the_end(most: int, events: list[tuple[int, float]]) -> None:
    clock = Clock()
    budget = Budget(most, clock)
    for frames, wait in events:
        before = budget.frames
        budget.ran_out(frames)
        assert 1 <= budget.frames <= max(before // 2, 1)
        clock.now += wait
    for _ in range(20):
        clock.now += QUIET_S
        assert 1 <= budget.frames <= most
    assert budget.frames == most
