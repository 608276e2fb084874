"""How far a long job is, told now and then."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from tts.api import Reached

EVERY_S = 5.0
log = logging.getLogger("worker")


class Updates:
    """Tells how far a job is, at most every `EVERY_S` seconds.

    Nothing is told in a job's first or last seconds: an update that arrives after the result would make a finished job
    one in progress again (https://github.com/runpod/runpod-python/issues/250). So a short job has none at all.

    Args:
        send: hands an update to whoever delivers it; must not block.
        clock: tells the time in seconds.
    """

    def __init__(self, send: Callable[[dict[str, Any]], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._send = send
        self._clock = clock
        self._began: float | None = None
        self._last = 0.0

    def __call__(self, reached: Reached) -> None:
        """Send an update if it is time for one; what goes wrong with it is not the job's matter."""
        now = self._clock()
        if self._began is None:
            self._began = self._last = now
        elapsed = now - self._began
        left = elapsed * (reached.of_steps - reached.steps) / max(reached.steps, 1)
        if now - self._last < EVERY_S or left < EVERY_S:
            return
        self._last = now
        try:
            self._send({"progress": shown(reached)})
        except (RuntimeError, OSError) as error:  # no thread or socket is left for it
            log.warning("an update was not sent: %s", type(error).__name__)


def shown(reached: Reached) -> dict[str, float]:
    """Return what an update says."""
    return {
        "chunks": reached.chunks,
        "of_chunks": reached.of_chunks,
        "seconds": reached.seconds,
        "of_seconds": reached.of_seconds,
    }
