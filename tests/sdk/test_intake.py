"""Polls that fail, or bring nothing at once, are made less and less often."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sdk import intake
from sdk.leaving import Leaving

JOB = {"id": "a", "input": {}}


def pauses_of(monkeypatch: pytest.MonkeyPatch, outcomes: list[Any], stops: bool = False) -> list[float]:
    """Return the pauses after polls that end so; an outcome that is an exception is raised."""
    pauses: list[float] = []

    async def pause(self: Leaving, longest_s: float) -> None:
        pauses.append(longest_s)

    async def poll(*_: Any) -> Any:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def run() -> None:
        leaving = Leaving(10)
        monkeypatch.setattr(leaving, "watch", lambda: None)
        asked = intake.patient_stops(poll, leaving) if stops else intake.patient_take(poll, leaving, 2)
        while outcomes:
            try:
                await asked(*([None] if stops else [None, 1]))  # type: ignore[call-arg]
            except OSError:
                continue

    monkeypatch.setattr(Leaving, "wait_begun", pause)
    asyncio.run(run())
    return pauses


def test_pauses_double_up_to_five_seconds_and_begin_anew_after_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = pauses_of(monkeypatch, [OSError()] * 30 + [[JOB]] + [OSError()] * 2)
    assert failed == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, *[5.0] * 24, 0.1, 0.2]
    assert sum(failed[:9]) >= 15, "nine polls in 15 s: the SDK alone made 38,860"


def test_a_platform_that_has_nothing_and_says_so_at_once_is_asked_once_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intake, "AT_ONCE_S", 60)  # this machine may be slow
    assert pauses_of(monkeypatch, [None] * 7) == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0]


def test_a_poll_that_was_held_is_followed_by_the_next_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "AT_ONCE_S", -1)
    assert pauses_of(monkeypatch, [None] * 7) == []


def test_polls_for_stops_pause_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pauses_of(monkeypatch, [OSError(), OSError(), ["a"], OSError()], stops=True) == [0.1, 0.2, 0.1]
