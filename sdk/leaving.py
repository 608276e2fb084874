"""From SIGTERM, or from a reply that asks for another worker, to the end.

What was taken is answered, by its result if there is time, else by `retry`. The SDK stops at once to run what its open
poll still brings, which is lost. Here it isn't told before everything that was taken is answered, or the time is up.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from tts.errors import Retry

POSTING_S = 2.0  # kept of the time for handing back what isn't done
LISTENING = 0.3  # part of the time for which an open poll may still bring a job

Handler = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]

log = logging.getLogger("worker")


class Leaving:
    """Whether this worker is leaving, and how far it is.

    Args:
        grace_s: from SIGTERM to the platform's kill.
    """

    def __init__(self, grace_s: float) -> None:
        self.listen_s = LISTENING * grace_s
        self.begun = asyncio.Event()  # no new poll
        self.over = asyncio.Event()  # what isn't done is handed back
        self._work_s = max(grace_s - POSTING_S, self.listen_s)
        self._told: Any = None

    def watch(self) -> None:
        """Take SIGTERM over from the SDK; to be called in its loop, any number of times."""
        if self._told is not None:
            return
        self._told = signal.getsignal(signal.SIGTERM)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._begin, "SIGTERM")

    async def wait_begun(self, longest_s: float) -> None:
        """Wait, but not once the worker leaves."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.begun.wait(), longest_s)

    def end(self) -> None:
        """Tell the SDK of the signal: it ends when what it runs is posted."""
        if callable(self._told):
            self._told(signal.SIGTERM, None)
            self._told = signal.SIG_DFL

    def handing_back(self, handle: Handler) -> Handler:
        """Return a handler that answers `retry` as soon as there is no more time for an answer."""

        async def handler(job: dict[str, Any]) -> dict[str, Any]:
            answer, over = asyncio.ensure_future(handle(job)), asyncio.ensure_future(self.over.wait())
            try:
                await asyncio.wait({answer, over}, return_when=asyncio.FIRST_COMPLETED)
            except asyncio.CancelledError:
                await _stopped(answer)
                raise
            finally:
                over.cancel()
            if answer.done():
                if answer.result().get("refresh_worker"):  # alone, it has the SDK tell the platform, and go on
                    self._begin("this worker is to be replaced")
                return answer.result()
            answer.cancel()  # and not awaited: a step on the device may take longer than there is time
            log.warning("job %s handed back: this worker is being stopped", job.get("id"))
            return {"error": handed_back()}

        return handler

    def _begin(self, why: str) -> None:
        if self.begun.is_set():
            return
        log.info("%s: no new jobs; what was taken is answered within %.0f s", why, self._work_s)
        self.begun.set()
        loop = asyncio.get_running_loop()
        loop.call_later(self._work_s, self.over.set)
        loop.call_later(self._work_s, self.end)


def handed_back() -> dict[str, str]:
    """Return the error of a job that was taken and couldn't be done in time."""
    return Retry("this worker was stopped before the job was done", "send the job again").as_dict()


async def _stopped(answer: asyncio.Future[dict[str, Any]]) -> None:
    """Stop a job and return once it has ended: the device is free when the job's slot is."""
    answer.cancel()
    while not answer.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait({answer})
    if not answer.cancelled():
        answer.exception()  # looked at, or asyncio logs that nobody did
