"""The thread that owns the device: everything the model computes runs here, one piece of work at a time.

Jobs await their results on the event loop. A device that fails for good (an error that lasts, a kernel that never
ends, a thread that died) is noticed once: what waits and what comes later is answered with `Retry`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import Any, Generic, TypeVar

import torch

from tts.engine.faults import outlives_its_job
from tts.engine.watchdog import Watchdog
from tts.errors import Retry

T = TypeVar("T")
log = logging.getLogger("worker")


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

    def __init__(self, device: torch.device) -> None:
        self.failure = ""  # why no more work is taken; empty while it is
        self.watchdog = Watchdog(lambda limit_s: self._fail(f"a step didn't end within {limit_s:.0f} s"))
        self._device = device
        self._inbox: SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = SimpleQueue()
        self._open: set[Future[Any]] = set()
        self._lock = Lock()  # over `failure` and `_open`
        # A daemon: a kernel that never ends mustn't hold the end of the process.
        Thread(target=self._run, name="device", daemon=True).start()

    async def run(self, work: Callable[[Event], T]) -> Done[T]:
        """Await the result of `work`, and how long it waited and worked.

        When the awaiting task is cancelled, the event that `work` was given is set, and the cancellation
        goes on only after the work has ended: the device is free when the job's slot is.

        Raises:
            Retry: the device failed, before or meanwhile.
        """
        cancelled, queued = Event(), time.perf_counter()

        def timed() -> Done[T]:
            began = time.perf_counter()
            result = work(cancelled)
            return Done(result, began - queued, time.perf_counter() - began)

        job = self._submit(timed)
        result = asyncio.wrap_future(job)
        try:
            return await asyncio.shield(result)
        except asyncio.CancelledError:
            cancelled.set()
            if not job.cancel():  # it runs already: wait for its end, whatever that is
                await _ended(result)
            raise

    def _submit(self, work: Callable[[], Done[T]]) -> Future[Done[T]]:
        job: Future[Done[T]] = Future()
        with self._lock:
            if self.failure:
                raise _failed()
            self._open.add(job)
        job.add_done_callback(self._open.discard)
        self._inbox.put((work, job))
        return job

    def _run(self) -> None:
        try:
            while not self.failure:
                work, job = self._inbox.get()
                if job.set_running_or_notify_cancel():
                    self._do(work, job)
        except BaseException as error:  # whatever ends this thread, nobody may wait for it
            log.exception("the device's thread died")
            self._fail(f"its thread died of {type(error).__name__}")

    def _do(self, work: Callable[[], Any], job: Future[Any]) -> None:
        try:
            result = work()
        except Exception as error:
            if outlives_its_job(error, self._device):
                log.exception("the device is beyond use")
                return self._fail(str(error).partition("\n")[0])
            with suppress(InvalidStateError):  # answered by the watchdog
                job.set_exception(error)
        else:
            with suppress(InvalidStateError):
                job.set_result(result)

    def _fail(self, why: str) -> None:
        with self._lock:
            if self.failure:
                return
            self.failure = why
            left = list(self._open)
        log.error("the device failed, and this worker with it: %s", why)
        for job in left:
            with suppress(InvalidStateError):  # ended meanwhile
                job.set_exception(_failed())


def _failed() -> Retry:
    return Retry("the device of this worker failed", "send the job again; another worker will take it")


async def _ended(work: asyncio.Future[Done[T]]) -> None:
    """Return once work has ended, even if the waiting task is cancelled again meanwhile."""
    while not work.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait([work])
    if not work.cancelled():
        work.exception()  # looked at, or asyncio logs that nobody did
