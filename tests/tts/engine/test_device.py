"""The thread that owns the device: one piece of work at a time, ended before a cancellation goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event

import pytest
import torch

from tts.engine import device
from tts.engine.device import Cancelled, DeviceThread, Done

CPU = torch.device("cpu")


class Held:
    """Work that begins, is told to stop, and ends only when it is let go."""

    def __init__(self, ends: Callable[[], int] = lambda: 1) -> None:
        self.began, self.let_go, self.ended = Event(), Event(), False
        self.cancelled: Event | None = None
        self._ends = ends

    def __call__(self, cancelled: Event) -> int:
        self.cancelled = cancelled
        self.began.set()
        self.let_go.wait(10)
        self.ended = True
        return self._ends()


async def turns(count: int = 20) -> None:
    """Let everything else on the loop go on."""
    for _ in range(count):
        await asyncio.sleep(0)


async def until(event: Event) -> None:
    await asyncio.to_thread(event.wait, 10)


def stopped() -> int:
    raise Cancelled


@pytest.mark.parametrize(
    "ends", [lambda: 1, stopped, lambda: 1 // 0], ids=["with a result", "stopped", "with a defect"]
)
def test_a_cancellation_goes_on_only_once_the_work_has_ended(ends: Callable[[], int]) -> None:
    async def scenario() -> None:
        work = Held(ends)
        task = asyncio.ensure_future(DeviceThread(CPU).run(work))
        await until(work.began)
        task.cancel()
        await turns()
        assert work.cancelled is not None
        assert work.cancelled.is_set(), "the work is told"
        assert not task.done(), "the device isn't free yet"
        work.let_go.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert work.ended

    asyncio.run(scenario())


def test_a_second_cancellation_does_not_end_the_wait_either() -> None:
    async def scenario() -> None:
        work = Held()
        task = asyncio.ensure_future(DeviceThread(CPU).run(work))
        await until(work.began)
        for _ in range(3):
            task.cancel()
            await turns()
        assert not task.done()
        work.let_go.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert work.ended

    asyncio.run(scenario())


def test_work_that_is_cancelled_while_it_waits_is_never_begun() -> None:
    async def scenario() -> None:
        thread, first, second, third = DeviceThread(CPU), Held(), Held(), Held()
        tasks = [asyncio.ensure_future(thread.run(work)) for work in (first, second)]
        await until(first.began)
        tasks[1].cancel()
        with pytest.raises(asyncio.CancelledError):
            await tasks[1]
        first.let_go.set()
        third.let_go.set()
        assert (await tasks[0]).result == (await thread.run(third)).result == 1
        assert not second.began.is_set()

    asyncio.run(scenario())


def test_the_wait_for_the_device_is_no_time_of_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0

    def takes(seconds: float) -> Callable[[Event], None]:
        def work(cancelled: Event) -> None:
            nonlocal now
            if seconds == 100:
                queued.wait(10)
            now += seconds

        return work

    async def scenario() -> tuple[Done[None], Done[None]]:
        thread = DeviceThread(CPU)
        tasks = [asyncio.ensure_future(thread.run(takes(seconds))) for seconds in (100, 7)]
        await turns()  # both are handed in by now
        queued.set()
        first, second = await asyncio.gather(*tasks)
        return first, second

    queued = Event()
    monkeypatch.setattr(device.time, "perf_counter", lambda: now)
    first, second = asyncio.run(scenario())
    assert (first.waited_s, first.worked_s) == (0, 100)
    assert (second.waited_s, second.worked_s) == (100, 7)
