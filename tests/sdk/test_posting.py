"""When a result is posted again, for how long, and what is posted instead of one that stays refused."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdk import posting

URL = "http://platform/v2/ep/job-done/w1/a?gpu=SIM&isStream=false"


def answered(status: int, **headers: str) -> aiohttp.ClientResponseError:
    asked = SimpleNamespace(real_url=URL)
    return aiohttp.ClientResponseError(asked, (), status=status, headers=headers)  # type: ignore[arg-type]


class Posts:
    """The SDK's function, whose posts end as they are told to, in a time of its own."""

    def __init__(self, outcomes: list[Exception]) -> None:
        self.bodies: list[str] = []
        self.ids: list[str] = []
        self.now = 0.0
        self._outcomes = outcomes

    async def __call__(self, session: Any, url: str, data: str) -> None:
        self.bodies.append(data)
        self.ids.append(session.headers["X-Request-ID"])
        session.headers["X-Request-ID"] = "another job's"
        if self._outcomes:
            raise self._outcomes.pop(0)

    async def sleep(self, seconds: float) -> None:
        assert 0 < seconds <= 60
        self.now += seconds

    def run(self, body: str = '{"output": {"said": 1}}', url: str = URL) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(posting.asyncio, "sleep", self.sleep)  # type: ignore[attr-defined]
            patch.setattr(posting, "time", SimpleNamespace(monotonic=lambda: self.now))
            session = SimpleNamespace(headers={"X-Request-ID": "a"})
            asyncio.run(posting.persistent(self)(session, url, body))  # type: ignore[arg-type]


TEMPORARY: dict[str, Exception] = {
    "429": answered(429),
    "408": answered(408),
    "503": answered(503),
    "reset": aiohttp.ClientOSError(104, "reset"),
    "disconnected": aiohttp.ServerDisconnectedError(),
    "no answer": TimeoutError(),
}


@given(st.lists(st.sampled_from(list(TEMPORARY.values())), max_size=15))
def test_a_result_is_posted_until_it_is_taken(failures: list[Exception]) -> None:
    posts = Posts(list(failures))
    posts.run()
    assert posts.bodies == ['{"output": {"said": 1}}'] * (len(failures) + 1)
    assert set(posts.ids) == {"a"}, "under its own id, whatever is posted meanwhile"


@pytest.mark.parametrize("failure", TEMPORARY)
def test_posting_ends_after_five_minutes_and_tells_the_sdk(failure: str) -> None:
    posts = Posts([TEMPORARY[failure]] * 10_000)
    with pytest.raises(aiohttp.ClientError):
        posts.run()
    assert 280 <= posts.now <= 300
    assert 20 <= len(posts.bodies) <= 60


def test_the_platform_is_given_the_time_it_asks_for() -> None:
    posts = Posts([answered(429, **{"Retry-After": "40"})])
    posts.run()
    assert posts.now >= 40


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_refused_result_is_replaced_by_its_error_and_a_worker_that_stops_still_says_so(status: int) -> None:
    posts = Posts([answered(status)] * 3)
    body = '{"output": {"said": "é"}, "stopPod": true}'
    posts.run(body)
    *tries, last = map(json.loads, posts.bodies)
    assert tries == [{"output": {"said": "é"}, "stopPod": True}] * 3
    assert last["stopPod"] is True
    assert last["error"]["code"] == "delivery_failed"
    assert last["error"]["message"] == f"the platform refused the result of {len(body) + 1} bytes with HTTP {status}"


@pytest.mark.parametrize(("status", "url"), [(404, URL), (401, URL), (413, URL.replace("job-done", "job-stream"))])
def test_what_no_error_can_replace_is_given_up_after_three_refusals(status: int, url: str) -> None:
    posts = Posts([answered(status)] * 10)
    with pytest.raises(aiohttp.ClientError, match=f"HTTP {status}"):
        posts.run(url=url)
    assert len(posts.bodies) == 3


def test_an_error_that_is_none_of_posting_is_raised_at_once() -> None:
    posts = Posts([TypeError("not JSON")])
    with pytest.raises(TypeError):
        posts.run()
    assert len(posts.bodies) == 1


@pytest.mark.parametrize("failure", TEMPORARY.values(), ids=TEMPORARY)
def test_an_update_that_is_not_taken_is_not_posted_again(failure: Exception) -> None:
    """After the result it would make a finished job one in progress."""
    posts = Posts([failure])
    body = json.dumps({"status": "IN_PROGRESS", "output": {"progress": {"seconds": 1}}})  # as the SDK writes it
    with pytest.raises(aiohttp.ClientError):
        posts.run(body)
    assert posts.bodies == [body]
