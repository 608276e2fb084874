"""The same job is done once: its reply is kept for some minutes, and told again when the job comes again.

A queue hands out a job twice when it isn't sure of the first delivery, and a client sends a request again when it got
no answer. The second one joins the first while that is at work, and is answered with its reply later. What failed is
forgotten: the same job may succeed when it comes again.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from tts.errors import InvalidInput

KEPT_S = 600.0
KEPT_BYTES = 64 * 1024 * 1024  # of all replies together; one that is larger is not kept

Reply = dict[str, Any]


@dataclass(frozen=True)
class _Kept:
    digest: bytes
    names: tuple[str, ...]
    reply: Reply
    size: int
    until: float


@dataclass(frozen=True)
class _Running:
    digest: bytes
    task: asyncio.Task[Reply]
    waiting: set[str] = field(default_factory=set)  # ids of jobs


class Once:
    """Replies by job id and input, and by the key that a client gives. For the tasks of one event loop.

    Args:
        kept_s: how long a reply is kept.
        kept_bytes: how much memory the kept replies may take together; the oldest go first.
        clock: tells the time in seconds.
    """

    def __init__(
        self, kept_s: float = KEPT_S, kept_bytes: int = KEPT_BYTES, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.repeated = 0  # jobs that were answered without being done again
        self.bytes = 0
        self._kept_s = kept_s
        self._kept_bytes = kept_bytes
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._oldest: deque[_Kept] = deque()
        self._running: dict[str, _Running] = {}

    async def answer(
        self,
        job_id: str,
        request: BaseModel,
        key: str | None,
        work: Callable[[], Awaitable[Reply]],
        beside: Any = None,
    ) -> Reply:
        """Return what `work` returns, or returned when the same job was here before.

        Stopping a job stops its work unless another job waits for it, and ends only when the work has.

        Args:
            job_id: of the platform.
            request: the job's input.
            key: the client's own for it.
            work: makes the reply.
            beside: what the job brings along that its reply depends on: with another one it is another job.

        Raises:
            InvalidInput: the key came with another request before.
        """
        digest = await asyncio.to_thread(_digest, request, beside)  # 20 MB of a recording take 30 ms
        names = (f"job {job_id} {digest.hex()}", *(() if key is None else (f"key {key}",)))
        self._forget()
        if kept := _same(self._kept, names, digest):
            self.repeated += 1
            return dict(kept.reply)  # a copy: the SDK takes things out of it
        running = _same(self._running, names, digest)
        if running is None or running.task.done():
            running = self._begin(names, digest, work)
        else:
            self.repeated += 1
        return dict(await self._result(running, job_id))

    def _begin(self, names: tuple[str, ...], digest: bytes, work: Callable[[], Awaitable[Reply]]) -> _Running:
        async def kept() -> Reply:
            reply = await work()
            self._keep(_Kept(digest, names, reply, _size(reply), self._clock() + self._kept_s))
            return reply

        running = _Running(digest, asyncio.create_task(kept()))
        self._running |= dict.fromkeys(names, running)
        running.task.add_done_callback(lambda task: self._drop(running))
        return running

    async def _result(self, running: _Running, job_id: str) -> Reply:
        running.waiting.add(job_id)
        try:
            return await asyncio.shield(running.task)
        except asyncio.CancelledError:
            running.waiting.discard(job_id)
            if not running.waiting:
                self._drop(running)  # whoever comes now must not join what is being stopped
                running.task.cancel()
                await _ended(running.task)
            raise

    def _drop(self, running: _Running) -> None:
        self._running = {name: other for name, other in self._running.items() if other is not running}

    def _keep(self, kept: _Kept) -> None:
        if kept.size > self._kept_bytes:
            return
        self._kept |= dict.fromkeys(kept.names, kept)
        self._oldest.append(kept)
        self.bytes += kept.size
        self._forget()

    def _forget(self) -> None:
        while self._oldest and (self.bytes > self._kept_bytes or self._oldest[0].until <= self._clock()):
            old = self._oldest.popleft()
            self.bytes -= old.size
            for name in old.names:
                if self._kept.get(name) is old:  # and not what the same job was answered since
                    del self._kept[name]


def _digest(request: BaseModel, beside: Any = None) -> bytes:
    """Return what tells a request from others, in time that is the hash's, which lets the event loop go on."""
    told = hashlib.blake2b(digest_size=16)
    for name, value in (*request, ("", beside)):
        data = value if isinstance(value, str) else repr(value)
        told.update(f"{name} {type(value).__name__} {len(data)} ".encode())
        told.update(data.encode())
    return told.digest()


def _same(there: dict[str, Any], names: tuple[str, ...], digest: bytes) -> Any:
    """Return what is there under one of the names.

    Raises:
        InvalidInput: it belongs to another request.
    """
    found = next((there[name] for name in names if name in there), None)
    if found is not None and found.digest != digest:
        said = "idempotency_key came with another input before"
        raise InvalidInput(said, "send a new key with a new input", "idempotency_key")
    return found


def _size(value: Any) -> int:
    """Return the bytes that a reply takes in memory."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sys.getsizeof(value) + sum(map(_size, inner))


async def _ended(task: asyncio.Task[Reply]) -> None:
    """Return once a task has ended, even if the waiting task is cancelled again meanwhile."""
    while not task.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait([task])
    if not task.cancelled():
        task.exception()  # looked at, or asyncio logs that nobody did
