"""How long each part of a job takes."""

from __future__ import annotations

import time


class Stopwatch:
    """Runs from where it is made."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()

    def lap(self) -> float:
        """Return the seconds since the last lap."""
        now = time.perf_counter()
        lap, self._last = now - self._last, now
        return round(lap, 4)

    def total(self) -> float:
        """Return the seconds since the beginning."""
        return round(time.perf_counter() - self._start, 4)
