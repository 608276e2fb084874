"""Polls for jobs and for stops: slower while they fail, and ended in order when the worker leaves.

The SDK asks again at once when the platform answers a poll with an error, or at once with nothing: 15 s of 500s were
38,860 requests and 10 MB of log.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sdk.leaving import Leaving

FIRST_S, LONGEST_S = 0.1, 5.0  # pauses after polls that fail in a row, doubled from one to the next
LONGEST_EMPTY_S = 1.0  # after polls that come back at once with nothing
AT_ONCE_S = 0.05

Jobs = list[dict[str, Any]]
Take = Callable[[Any, int], Awaitable[Jobs | None]]
Stops = Callable[[Any], Awaitable[list[str]]]
Brought = TypeVar("Brought")


class Pauses:
    """Longer from one failure in a row to the next; a worker that leaves waits no longer."""

    def __init__(self, leaving: Leaving) -> None:
        self._leaving = leaving
        self._failures = 0

    def reset(self) -> None:
        """Begin anew after a poll that went well."""
        self._failures = 0

    async def pause(self, longest_s: float = LONGEST_S) -> None:
        """Wait after a poll that didn't."""
        self._failures = min(self._failures + 1, 16)
        await self._leaving.wait_begun(min(longest_s, FIRST_S * 2 ** (self._failures - 1)))


def patient_take(take: Take, leaving: Leaving, concurrency: int) -> Take:
    """Return the SDK's function that polls for jobs, made to pause after failures and to end in order.

    Args:
        take: the SDK's.
        leaving: whether the worker leaves.
        concurrency: the most jobs that the SDK asks for, which it does when it has none.
    """
    pauses = Pauses(leaving)

    async def polled(session: Any, num_jobs: int) -> Jobs | None:
        began = time.monotonic()
        jobs = await _until_leaving(take(session, num_jobs), leaving, leaving.listen_s)
        if jobs or time.monotonic() - began > AT_ONCE_S:
            pauses.reset()
        else:
            await pauses.pause(LONGEST_EMPTY_S)
        return jobs

    async def get_job(session: Any, num_jobs: int = 1) -> Jobs | None:
        leaving.watch()
        if leaving.begun.is_set():
            if num_jobs >= concurrency:
                leaving.end()
            await asyncio.sleep(0.05)  # until the SDK looks again how many are at work
            return None
        try:
            return await polled(session, num_jobs)
        except Exception:
            await pauses.pause()
            raise

    return get_job


def patient_stops(stops: Stops, leaving: Leaving) -> Stops:
    """Return the SDK's function that polls for jobs to stop, made to pause after failures and to end in order."""
    pauses = Pauses(leaving)

    async def get_stop_signals(session: Any) -> list[str]:
        if leaving.begun.is_set():
            return []
        try:
            ids = await _until_leaving(stops(session), leaving, 0.0)
        except Exception:
            await pauses.pause()
            raise
        pauses.reset()
        return ids or []

    return get_stop_signals


async def _until_leaving(poll: Awaitable[Brought], leaving: Leaving, listen_s: float) -> Brought | None:
    """Return what a poll brings, or None if it is still open some time after the worker began to leave."""
    open_poll, begun = asyncio.ensure_future(poll), asyncio.ensure_future(leaving.begun.wait())
    try:
        await asyncio.wait({open_poll, begun}, return_when=asyncio.FIRST_COMPLETED)
        if not open_poll.done():
            await asyncio.wait({open_poll}, timeout=listen_s)
        return open_poll.result() if open_poll.done() else None
    finally:
        begun.cancel()
        open_poll.cancel()
