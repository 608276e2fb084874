"""How many frames may be in the network at once: fewer when memory runs out, and as many again when it doesn't."""

from __future__ import annotations

import time
from collections.abc import Callable

QUIET_S = 60.0  # without running out of memory, until the budget is doubled


class Budget:
    """Frames in the network at once, `most` of them while memory suffices."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = self._frames = most
        self._clock = clock
        self._since = clock()  # when memory last ran out, or the budget was last doubled

    @property
    def frames(self) -> int:
        """As many as now are thought to fit: doubled after every quiet minute."""
        if self._frames < self._most and self._clock() - self._since >= QUIET_S:
            self._frames = min(2 * self._frames, self._most)
            self._since = self._clock()
        return self._frames

    def begin(self, most: int) -> None:
        """Begin anew with another number."""
        self._most = self._frames = most

    def ran_out(self, frames: int) -> None:
        """Take note that so many frames didn't fit: half of them may."""
        self._frames = max(min(self._frames, frames) // 2, 1)
        self._since = self._clock()
