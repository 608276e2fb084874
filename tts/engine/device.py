"""The thread that owns the device: everything the model computes runs here, one piece of work at a time.

Jobs await their results on the event loop; the seam where continuous batching belongs is `run`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

T = TypeVar("T")


class DeviceThread:
    """Runs work on a single thread, cancellable between steps."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="device")

    async def run(self, work: Callable[[Event], T]) -> tuple[T, float]:
        """Await the result of `work`, and how many seconds it waited for its turn.

        When the awaiting task is cancelled, the event that `work` was given is set, and the cancellation
        goes on only after the work has ended: the device is free when the job's slot is.
        """
        cancelled, queued = Event(), time.perf_counter()

        def timed() -> tuple[T, float]:
            waited_s = time.perf_counter() - queued
            return work(cancelled), waited_s

        job = self._executor.submit(timed)
        result = asyncio.wrap_future(job)
        try:
            return await asyncio.shield(result)
        except asyncio.CancelledError:
            cancelled.set()
            if not job.cancel():  # it runs already: wait for its end, whatever that is
                await asyncio.gather(result, return_exceptions=True)
            raise
