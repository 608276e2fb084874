"""A piece of work that doesn't end is noticed; how long it may take follows what was measured."""

from __future__ import annotations

from threading import Event

import pytest

from tts.engine import watchdog
from tts.engine.watchdog import FIRST_S, LONGEST, Watchdog


def test_work_that_never_ends_is_told_once_and_from_another_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "FIRST_S", 0.01)
    told, limits = Event(), []

    def hung(limit_s: float) -> None:
        limits.append(limit_s)
        told.set()

    with Watchdog(hung).over():
        assert told.wait(60)
    assert limits == [0.01]


def test_work_that_ends_is_not_told_and_nor_is_idleness(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Event()
    watch = Watchdog(lambda _: told.set())
    monkeypatch.setattr(watchdog, "FIRST_S", 0.01)
    monkeypatch.setattr(watchdog, "LEAST_S", 0.01)
    for _ in range(3):
        with watch.over():
            pass
    assert not told.wait(0.2)


def test_the_limit_is_far_above_the_longest_piece_of_work_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(watchdog.time, "monotonic", lambda: now)
    watch = Watchdog(lambda _: None)
    assert watch.limit_s == FIRST_S, "the first loads kernels and maps memory"
    for seconds, limit in [(80.0, 80.0), (0.5, 80.0), (4.0, 4 * LONGEST), (1.0, 4 * LONGEST)]:
        with watch.over():
            now += seconds
        assert watch.limit_s == limit


def test_work_that_fails_is_no_longer_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Event()
    watch = Watchdog(lambda _: told.set())
    monkeypatch.setattr(watchdog, "FIRST_S", 0.05)
    with pytest.raises(ZeroDivisionError), watch.over():
        _ = 1 // 0
    assert not told.wait(0.2)
