"""Where the time of a job went."""

from __future__ import annotations

import time


class Stopwatch:
    """Runs from when it is made."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()

    def lap(self) -> float:
        """Return the seconds since the last lap, or since the start."""
        now = time.perf_counter()
        lap, self._last = now - self._last, now
        return round(lap, 4)

    def total(self) -> float:
        """Return the seconds since the start."""
        return round(time.perf_counter() - self._start, 4)
