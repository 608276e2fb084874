"""The same job again: joined while it is at work, answered from memory later, never mixed with another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.jobs import LONG, TEXT, watch
from tts.api import SynthesizeRequest
from tts.errors import InvalidInput, OutOfMemory
from tts.once import Once
from tts.worker import Worker

Reply = dict[str, Any]


class Counted:
    """Work that counts how often it is done, and ends when it may."""

    def __init__(self, size: int = 10, error: Exception | None = None) -> None:
        self.times = 0
        self.stopped = 0
        self.may_end = asyncio.Event()
        self._size, self._error = size, error

    async def __call__(self) -> Reply:
        self.times += 1
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        if self._error:
            raise self._error
        return {"audio": {"base64": "A" * self._size}, "number": self.times}

    @staticmethod
    async def at_once() -> Reply:
        return {"audio": "A" * 1000}


def request(text: str = "Hi.", **given: Any) -> SynthesizeRequest:
    return SynthesizeRequest(text=text, **given)


def waiting(*answers: Awaitable[Reply]) -> list[asyncio.Task[Reply]]:
    return [asyncio.ensure_future(answer) for answer in answers]


async def until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0)


def test_a_job_that_comes_again_while_it_is_at_work_joins_it_and_later_gets_its_reply() -> None:
    async def run() -> None:
        once, work = Once(), Counted()
        twice = waiting(*(once.answer("a", request(), None, work) for _ in range(2)))
        await until(lambda: once.repeated == 1)
        work.may_end.set()
        first, second = await asyncio.gather(*twice)
        third = await once.answer("a", request(), None, work)
        assert first == second == third
        assert (work.times, once.repeated) == (1, 2)
        first.pop("audio")  # as the SDK takes `error` out of what it is given
        assert await once.answer("a", request(), None, work) == third

    asyncio.run(run())


def test_the_same_id_with_another_input_is_another_job() -> None:
    async def run() -> None:
        once, work = Once(), Counted()
        work.may_end.set()
        for text in ("Hi.", "Ho."):
            await once.answer("a", request(text), None, work)
        await once.answer("b", request(), None, work)
        assert work.times == 3

    asyncio.run(run())


def test_a_key_gives_the_same_reply_to_another_job_and_refuses_another_input() -> None:
    async def run() -> None:
        once, work = Once(), Counted()
        first = waiting(once.answer("a", request(), "key", work))[0]
        await until(lambda: work.times == 1)
        with pytest.raises(InvalidInput, match="another input") as caught:
            await once.answer("b", request("Ho."), "key", work)
        assert caught.value.field == "idempotency_key"
        work.may_end.set()
        assert await once.answer("c", request(), "key", work) == await first
        with pytest.raises(InvalidInput, match="another input"):
            await once.answer("d", request("Ho."), "key", work)
        await once.answer("d", request("Ho."), "other", work)
        assert work.times == 2

    asyncio.run(run())


def test_what_failed_is_told_to_all_who_waited_and_done_again_for_who_comes_later() -> None:
    async def run() -> None:
        once, work = Once(), Counted(error=OutOfMemory("no memory", "again"))
        twice = waiting(*(once.answer(name, request(), "key", work) for name in "ab"))
        await until(lambda: once.repeated == 1)
        work.may_end.set()
        assert all(isinstance(each, OutOfMemory) for each in await asyncio.gather(*twice, return_exceptions=True))
        right = Counted()
        right.may_end.set()
        await once.answer("c", request("Another text."), "key", right)
        assert (work.times, right.times) == (1, 1)

    asyncio.run(run())


def test_a_stopped_job_stops_its_work_unless_another_job_waits_for_it() -> None:
    async def run() -> None:
        once, work = Once(), Counted()
        one, other = waiting(*(once.answer(name, request(), "key", work) for name in "ab"))
        await until(lambda: once.repeated == 1)
        one.cancel()
        await asyncio.wait([one])
        assert (one.cancelled(), work.stopped, other.done()) == (True, 0, False)
        other.cancel()
        await asyncio.wait([other])
        assert (other.cancelled(), work.stopped) == (True, 1)
        work.may_end.set()
        await once.answer("c", request(), "key", work)
        assert work.times == 2, "nobody joins what was stopped"

    asyncio.run(run())


def test_a_stop_ends_every_delivery_of_its_job() -> None:
    async def run() -> None:
        once, work = Once(), Counted()
        twice = waiting(*(once.answer("a", request(), None, work) for _ in range(2)))
        await until(lambda: once.repeated == 1)
        twice[1].cancel()  # the SDK knows the last delivery alone
        await asyncio.wait(twice)
        assert [each.cancelled() for each in twice] == [True, True]
        assert work.stopped == 1

    asyncio.run(run())


def test_a_stop_ends_when_its_work_has_and_not_before_even_if_it_comes_twice() -> None:
    async def run() -> None:
        stopping, freed = asyncio.Event(), asyncio.Event()

        async def work() -> Reply:
            try:
                await asyncio.Event().wait()
            finally:
                stopping.set()
                await freed.wait()  # as the device's last step
            raise AssertionError

        once = Once()
        job = waiting(once.answer("a", request(), None, work))[0]
        await until(lambda: bool(once._running))
        await asyncio.sleep(0)
        job.cancel()
        await stopping.wait()
        job.cancel()
        for _ in range(10):
            await asyncio.sleep(0)
        assert not job.done()
        freed.set()
        await asyncio.wait([job])
        assert job.cancelled()

    asyncio.run(run())


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3000), st.integers(0, 400)), max_size=40))
def test_what_is_kept_stays_within_its_bytes_and_its_time(jobs: list[tuple[int, int, int]]) -> None:
    async def run() -> None:
        now = 0.0
        once = Once(kept_s=600, kept_bytes=5000, clock=lambda: now)
        made: dict[int, float] = {}
        for name, size, later in jobs:
            now += later
            work = Counted(size)
            work.may_end.set()
            await once.answer(str(name), request(), None, work)
            assert work.times or now - made[name] < 600
            if work.times:
                made[name] = now
            held = {id(kept): kept.size for kept in once._kept.values()}
            assert sum(held.values()) == once.bytes <= 5000
            assert len(once._oldest) == len(held)

    asyncio.run(run())


def test_a_reply_that_fits_is_kept_with_all_of_its_text() -> None:
    async def run() -> None:
        for size, times in ((4000, 1), (40_000, 2)):
            once, work = Once(kept_bytes=5000), Counted(size)
            work.may_end.set()
            for _ in range(2):
                await once.answer("a", request(), None, work)
            assert work.times == times

    asyncio.run(run())


def test_the_worker_computes_a_job_once_however_often_it_is_delivered(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = []
    watch(worker, monkeypatch, lambda frames: steps.append(frames))
    job = {"id": "delivered twice", "input": {"text": TEXT, "steps": 4}}

    async def run() -> list[Reply]:
        together = await asyncio.gather(worker.handle(job), worker.handle(job))
        return [*together, await worker.handle(job)]

    first, *others = asyncio.run(run())
    assert others == [first, first]
    assert len(steps) == 4
    assert first["audio"]["base64"]


def test_a_state_is_told_anew_and_repeated_jobs_are_counted(worker: Worker) -> None:
    health = {"id": "how are you", "input": {"action": "health"}}
    before = asyncio.run(worker.handle(health))["counters"]
    for _ in range(2):
        asyncio.run(worker.handle({"id": "counted", "input": {"text": TEXT, "steps": 4}}))
    after = asyncio.run(worker.handle(health))["counters"]
    grown = {name: after[name] - before[name] for name in ("jobs_done", "jobs_repeated")}
    assert grown == {"jobs_done": 1, "jobs_repeated": 1}


def test_a_key_with_another_input_is_refused_in_words(worker: Worker) -> None:
    given = {"text": TEXT, "steps": 4, "idempotency_key": "k"}
    first = asyncio.run(worker.handle({"id": "k1", "input": given}))
    assert asyncio.run(worker.handle({"id": "k2", "input": given})) == first
    error = asyncio.run(worker.handle({"id": "k3", "input": {**given, "text": LONG}}))["error"]
    assert error == {
        "code": "invalid_input",
        "message": "idempotency_key came with another input before",
        "hint": "send a new key with a new input",
        "field": "idempotency_key",
    }


def test_a_key_that_comes_with_another_bucket_is_not_answered_with_a_link_into_the_first() -> None:
    async def run() -> None:
        once, work = Once(), Counted()
        work.may_end.set()
        mine, yours = {"bucketName": "mine"}, {"bucketName": "yours"}
        await once.answer("a", request(), "key", work, mine)
        await once.answer("b", request(), "key", work, mine)
        with pytest.raises(InvalidInput):
            await once.answer("c", request(), "key", work, yours)
        assert work.times == 1
        await once.answer("a", request(), None, work, yours)
        assert work.times == 2

    asyncio.run(run())


def test_what_a_job_is_answered_twice_is_forgotten_without_a_defect() -> None:
    """A stopped job whose work ends well all the same, beside the same job again."""

    async def run() -> None:
        once, ends = Once(kept_bytes=4000), [asyncio.Event(), asyncio.Event()]
        began = 0

        async def work() -> Reply:
            nonlocal began
            began += 1
            number = began
            while not ends[number - 1].is_set():
                try:
                    await ends[number - 1].wait()
                except asyncio.CancelledError:
                    continue
            return {"number": number}

        (first,) = waiting(once.answer("a", request(), None, work))
        await until(lambda: began == 1)
        first.cancel()
        await asyncio.sleep(0)
        (second,) = waiting(once.answer("a", request(), None, work))
        await until(lambda: began == 2)
        for end in ends:
            end.set()
        assert (await second)["number"] == 2
        for number in range(20):
            await once.answer(str(number), request(), None, Counted.at_once)
        assert once.bytes <= 4000

    asyncio.run(run())
