"""A device that doesn't come back: kernels can hang, and nothing in the process can end one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, Thread

FIRST_S = 600.0  # for the first piece of work, which loads kernels and maps memory
LEAST_S = 60.0  # for every other one
LONGEST = 50  # times the longest piece since the first, if that is more


class Watchdog:
    """Calls `hung`, once, from a thread of its own, when a piece of work takes far longer than any before it."""

    def __init__(self, hung: Callable[[float], None]) -> None:
        self._hung = hung
        self._news = Condition()
        self._deadline: float | None = None  # None: nothing is going on
        self._first_s: float | None = None
        self._longest_s = 0.0  # since then
        Thread(target=self._wait, name="watchdog", daemon=True).start()

    @property
    def limit_s(self) -> float:
        """How long the next piece of work may take."""
        if self._first_s is None:
            return FIRST_S
        # The first tells how slow the machine is to load, not how long a step takes: 20 s of it would allow 17 minutes.
        return max(LEAST_S, self._first_s, LONGEST * self._longest_s)

    @contextmanager
    def over(self) -> Iterator[None]:
        """Watch over one piece of work: a step, a vocoder's run."""
        began = time.monotonic()
        self._expect(began + self.limit_s)
        try:
            yield
        finally:
            self._expect(None)
            took = time.monotonic() - began
            if self._first_s is None:
                self._first_s = took
            else:
                self._longest_s = max(self._longest_s, took)

    def _expect(self, deadline: float | None) -> None:
        with self._news:
            self._deadline = deadline
            self._news.notify()

    def _wait(self) -> None:
        with self._news:
            while self._deadline is None or self._deadline > time.monotonic():
                self._news.wait(None if self._deadline is None else self._deadline - time.monotonic())
        self._hung(self.limit_s)
