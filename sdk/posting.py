"""A result is posted until the platform has taken it.

The SDK posts a result once, and up to three times if the platform answers 5xx; then it logs an error and drops it, and
has no setting for that. Here its function is called again: for minutes where the platform may take the result later,
twice where it refused it. A result that stays refused is replaced by an error that says so, or its caller would wait
until the job's time is over.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from tts.errors import DeliveryFailed

PATIENCE_S = 300.0  # a worker whose results aren't taken would get no jobs either
ATTEMPT_S = 120.0  # 20 MB over a slow line, thrice; the SDK's session would wait 600 s for each
LONGEST_S = 15.0  # between two attempts, unless the platform asks for more
REFUSALS = 3  # proxies refuse what the platform would take
LATER = {408, 425, 429}  # and 5xx: the same result may be taken later
TOO_LARGE = {400, 413, 422}  # a result over the platform's limit comes back as 400

UPDATE = '{"status": "IN_PROGRESS"'  # how the SDK's post begins that tells how far a job is
UPDATE_S = 4.0  # for it; posted after the result it would make a finished job one in progress again

Transmit = Callable[[Any, str, str], Awaitable[None]]

log = logging.getLogger("worker")


@dataclass(frozen=True)
class Failure:
    """Why a result wasn't taken."""

    error: aiohttp.ClientError | OSError

    def __str__(self) -> str:
        return f"HTTP {self.status}" if self.status else type(self.error).__name__

    @property
    def status(self) -> int:
        """What the platform answered; 0: it didn't."""
        return self.error.status if isinstance(self.error, aiohttp.ClientResponseError) else 0

    @property
    def refused(self) -> bool:
        """Whether the platform answered that it doesn't want this."""
        return 400 <= self.status < 500 and self.status not in LATER

    @property
    def asked_s(self) -> float:
        """How long the platform asks to wait."""
        headers = getattr(self.error, "headers", None) or {}
        asked = headers.get("Retry-After", "")
        return min(60.0, float(asked)) if asked.isdecimal() else 0.0


def persistent(transmit: Transmit, patience_s: float = PATIENCE_S) -> Transmit:
    """Return the SDK's function that posts, made to post until the platform has taken it.

    The returned one raises what the SDK expects of its own, and logs.
    """

    async def post(client_session: Any, url: str, job_data: str) -> None:
        if job_data.startswith(UPDATE):
            failure = await _tried(lambda: asyncio.wait_for(transmit(client_session, url, job_data), UPDATE_S))
            if failure:
                raise aiohttp.ClientError(str(failure)) from failure.error
            return
        job_id = client_session.headers.get("X-Request-ID", "")  # set by the SDK before each of several posts

        async def attempt(body: str) -> None:
            client_session.headers["X-Request-ID"] = job_id
            await asyncio.wait_for(transmit(client_session, url, body), ATTEMPT_S)

        failure = await _until_taken(lambda: attempt(job_data), job_id, patience_s)
        if failure and failure.status in TOO_LARGE and "/job-stream/" not in url:
            error = _instead(job_data, failure.status)
            failure = await _until_taken(lambda: attempt(error), job_id, patience_s)
        if failure:
            raise aiohttp.ClientError(str(failure)) from failure.error

    return post


async def _until_taken(attempt: Callable[[], Awaitable[None]], job_id: str, patience_s: float) -> Failure | None:
    """Post until the platform has taken it; return why it hasn't if it refuses, or doesn't in time."""
    ends, pause_s, refusals = time.monotonic() + patience_s, 0.5, 0
    while True:
        failure = await _tried(attempt)
        if failure is None:
            return None
        refusals += failure.refused
        wait_s = max(failure.asked_s, pause_s * random.uniform(0.5, 1))
        if refusals >= REFUSALS or time.monotonic() + wait_s > ends:
            return failure
        log.warning("job %s: the platform didn't take its result (%s); again in %.1f s", job_id, failure, wait_s)
        await asyncio.sleep(wait_s)
        pause_s = min(LONGEST_S, 2 * pause_s)


async def _tried(attempt: Callable[[], Awaitable[None]]) -> Failure | None:
    try:
        await attempt()
    except (aiohttp.ClientError, OSError) as error:  # a TimeoutError is an OSError
        return Failure(error)
    return None


def _instead(job_data: str, status: int) -> str:
    """Return the error to post instead of a result that the platform refused."""
    said = f"the platform refused the result of {len(job_data.encode())} bytes with HTTP {status}"
    error = DeliveryFailed(said, "ask for a smaller format, as mp3 or ogg, or send the text in several jobs")
    stop = {"stopPod": True} if json.loads(job_data).get("stopPod") else {}
    return json.dumps({"error": error.as_dict(), **stop})
