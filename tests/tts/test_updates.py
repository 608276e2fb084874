"""How far a long job is: told now and then, never in its last seconds, and never to its harm."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.api import Reached
from tts.updates import EVERY_S, Updates


def steps(seconds: list[float]) -> tuple[list[tuple[float, dict[str, Any]]], float]:
    """Return the updates of a job whose steps take so many seconds, each with its time, and when the job ends."""
    now, told = 0.0, []
    updates = Updates(lambda update: told.append((now, update["progress"])), lambda: now)
    for done, took in enumerate(seconds, 1):
        now += took
        updates(Reached(done, len(seconds), done // 7, len(seconds) // 7, done * 0.5, len(seconds) * 0.5))
    return told, now


def test_a_long_job_is_told_of_every_few_seconds_in_chunks_and_seconds() -> None:
    told, end = steps([0.1] * 1000)
    assert len(told) == pytest.approx(end / EVERY_S, abs=3)
    assert told[0][1].keys() == {"chunks", "of_chunks", "seconds", "of_seconds"}
    values = [update["seconds"] for _, update in told]
    assert values == sorted(values)
    assert {update["of_seconds"] for _, update in told} == {500.0}


@given(st.lists(st.floats(0, 20), max_size=200))
def test_no_two_updates_are_closer_than_the_rate_allows(seconds: list[float]) -> None:
    told, _ = steps(seconds)
    assert all(later - earlier >= EVERY_S for (earlier, _), (later, _) in pairwise(told))


@given(st.floats(0.01, 3), st.integers(1, 500))
def test_the_last_seconds_of_an_even_job_are_silent(step_s: float, count: int) -> None:
    """An update that comes after the result would make the job one in progress again."""
    told, end = steps([step_s] * count)
    assert all(end - at >= EVERY_S - step_s - 1e-6 for at, _ in told)


def test_an_update_that_cannot_be_sent_hurts_nothing() -> None:
    def none_left(update: dict[str, Any]) -> None:
        raise RuntimeError("can't start new thread")

    now = 0.0
    updates = Updates(none_left, lambda: now)
    for done in range(1, 100):
        now += 1
        updates(Reached(done, 100, 0, 3, 1.0, 2.0))
