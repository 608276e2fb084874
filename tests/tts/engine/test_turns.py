"""Whose turn it is: earliest due first, what fits beside it, and nobody waits for ever."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.engine.turns import SOON_S, dues, turn


@dataclass(eq=False)
class One:
    due: float
    rows: int
    alone: bool
    steps: int = 1
    arrives: int = 0


crowds = st.lists(
    st.builds(One, st.floats(0, 100), st.integers(1, 3000), st.booleans(), st.integers(1, 8), st.integers(0, 30)),
    max_size=25,
)


@given(crowds, st.integers(1, 10_000))
def test_the_earliest_due_is_chosen_and_the_others_fit_beside_it(crowd: list[One], budget: int) -> None:
    chosen = turn(crowd, budget)
    assert bool(chosen) == bool(crowd)
    if not crowd:
        return
    assert chosen[0].due == min(one.due for one in crowd), "whatever its size"
    assert len(set(map(id, chosen))) == len(chosen)
    assert len(chosen) == 1 or sum(one.rows for one in chosen) <= budget
    assert len(chosen) == 1 or not any(one.alone for one in chosen)
    left = budget - sum(one.rows for one in chosen)
    if not chosen[0].alone:
        assert all(one.rows > left for one in crowd if one not in chosen and not one.alone), "no room is left unused"


@given(crowds, st.integers(1, 10_000))
def test_who_is_due_at_once_is_taken_in_the_order_of_arrival(crowd: list[One], budget: int) -> None:
    for one in crowd:
        one.due, one.alone = 1.0, False
    chosen = turn(crowd, budget)
    assert chosen == [one for one in crowd if one in chosen]
    assert chosen[:1] == crowd[:1]


@settings(max_examples=150, deadline=None)
@given(crowds, st.integers(1, 10_000))
def test_everyone_waits_at_most_for_those_who_are_due_before(crowd: list[One], budget: int) -> None:
    waits_for_the_earlier(crowd, budget)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None)
@given(crowds, st.integers(1, 10_000))
def test_so_it_is_in_ten_thousand_crowds(crowd: list[One], budget: int) -> None:
    waits_for_the_earlier(crowd, budget)


def waits_for_the_earlier(crowd: list[One], budget: int) -> None:
    ended: dict[int, int] = {}
    left = {id(one): one.steps for one in crowd}
    tick = 0
    while len(ended) < len(crowd):
        living = [one for one in crowd if one.arrives <= tick and id(one) not in ended]
        tick += 1
        for one in turn(living, budget):
            left[id(one)] -= 1
            if not left[id(one)]:
                ended[id(one)] = tick
    for one in crowd:
        before = sum(other.steps for other in crowd if other.due <= one.due)
        assert ended[id(one)] <= one.arrives + before


def test_a_job_that_nobody_hears_is_due_as_a_whole_and_one_that_is_heard_in_time_for_it() -> None:
    assert dues(100, [2, 4, 6], heard=False) == [100 + SOON_S] * 3
    assert dues(100, [2, 4, 6], heard=True) == [100 + SOON_S, 101 + SOON_S, 103 + SOON_S]


def test_a_first_chunk_comes_before_the_last_ones_of_a_job_that_came_earlier() -> None:
    early = [One(due, 1000, False) for due in dues(0, [5] * 10, heard=True)]
    late = One(dues(6, [1], heard=True)[0], 1000, False)
    assert turn([*early[3:], late], 1000) == [late]
    assert turn([*early[2:], late], 1000) == [early[2]], "but not before what is nearly heard"
