"""The thread that owns the device: everything the model computes runs here, one piece of work at a time.

Jobs await their results on the event loop; the seam where continuous batching belongs is `run`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Event
from typing import Generic, TypeVar

T = TypeVar("T")


class Cancelled(Exception):
    """Work that was told to stop has stopped. Nobody is left to answer: the job is gone, and its slot with it."""


@dataclass(frozen=True)
class Done(Generic[T]):
    """What a piece of work came to."""

    result: T
    waited_s: float  # for its turn
    worked_s: float  # on the device


class DeviceThread:
    """Runs work on a single thread, cancellable between steps."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="device")

    async def run(self, work: Callable[[Event], T]) -> Done[T]:
        """Await the result of `work`, and how long it waited and worked.

        When the awaiting task is cancelled, the event that `work` was given is set, and the cancellation
        goes on only after the work has ended: the device is free when the job's slot is.
        """
        cancelled, queued = Event(), time.perf_counter()

        def timed() -> Done[T]:
            began = time.perf_counter()
            result = work(cancelled)
            return Done(result, began - queued, time.perf_counter() - began)

        job = self._executor.submit(timed)
        result = asyncio.wrap_future(job)
        try:
            return await asyncio.shield(result)
        except asyncio.CancelledError:
            cancelled.set()
            if not job.cancel():  # it runs already: wait for its end, whatever that is
                await _ended(result)
            raise


async def _ended(work: asyncio.Future[Done[T]]) -> None:
    """Return once work has ended, even if the waiting task is cancelled again meanwhile."""
    while not work.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait([work])
    if not work.cancelled():
        work.exception()  # looked at, or asyncio logs that nobody did
