"""The real SDKs against a platform where things go wrong: every job is answered, with what is its own."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.platform_api import GONE, RESET, SDKS, Fault, Log, Platform, platform, worker_process
from tests.support.root import ROOT

ECHO = (sys.executable, str(ROOT / "tests/support/platform_api/echo.py"))


@pytest.fixture(scope="module")
def served(sdk: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform with a worker that stays."""
    with platform() as cloud, worker_process(tmp_path_factory.mktemp("w"), command=ECHO, **cloud.environment(), **sdk):
        yield cloud


NOT_TAKEN = {
    "reset": [RESET],
    "reset once it is taken": [GONE],
    "429": [Fault(429, headers=(("Retry-After", "1"),))],
    "400": [Fault(400)],
    "413": [Fault(413)],
    "404": [Fault(404)],
    "500 thrice": [Fault(500)] * 3,
    "reset, then 429": [RESET, Fault(429)],
}


@pytest.mark.parametrize("case", NOT_TAKEN)
def test_a_result_that_was_not_taken_is_posted_again(served: Platform, case: str) -> None:
    served.fail("job-done", NOT_TAKEN[case])
    before = len(served.posts)
    served.jobs.put({"id": case, "input": {"say": case}})
    served.wait_for(lambda: any(post.told for post in served.posts[before:]))
    posts = served.posts[before:]
    assert {post.job_id for post in posts} == {case}
    assert [json.dumps(post.body) for post in posts] == [json.dumps({"output": {"said": {"say": case}}})] * len(posts)
    assert [post.told for post in posts] == [*[False] * len(NOT_TAKEN[case]), True]


def test_a_result_that_stays_refused_is_replaced_by_an_error_that_says_so(served: Platform) -> None:
    served.fail("job-done", [Fault(413)] * 3)
    before = len(served.posts)
    served.jobs.put({"id": "large", "input": {"say": "x" * 1000}})
    served.wait_for(lambda: any(post.told for post in served.posts[before:]))
    error = served.posts[-1].body["error"]
    assert error["code"] == "delivery_failed"
    assert "HTTP 413" in error["message"]
    assert error["hint"]


def test_polls_that_fail_are_repeated_until_one_brings_a_job(served: Platform) -> None:
    served.fail("job-take", [Fault(500), RESET, Fault(502), Fault(400)])
    served.fail("job-take-batch", [Fault(500), RESET, Fault(502), Fault(400)])
    served.fail("job-stop", [Fault(500), RESET])
    before = len(served.posts)
    served.jobs.put({"id": "after faults", "input": {"say": "here"}})
    served.wait_for(lambda: len(served.posts) > before)
    assert served.posts[-1].body == {"output": {"said": {"say": "here"}}}


@pytest.mark.parametrize("fault", [[RESET], [Fault(400)], [Fault(429)]], ids=["reset", "400", "429"])
def test_the_sdk_alone_loses_the_result(sdk: dict[str, str], tmp_path: Path, fault: list[Fault]) -> None:
    """When this fails, the SDK has mended it, and what is done here may go."""
    with platform() as cloud, worker_process(tmp_path, "plain", command=ECHO, **cloud.environment(), **sdk):
        cloud.fail("job-done", fault)
        cloud.jobs.put({"id": "lost", "input": {"say": "one"}})
        cloud.wait_for(lambda: len(cloud.posts) == 1)
        cloud.jobs.put({"id": "next", "input": {"say": "two"}})
        cloud.wait_for(lambda: len(cloud.posts) == 2)
        assert [post.job_id for post in cloud.posts] == ["lost", "next"]
        assert not cloud.posts[0].taken


def stopped(cloud: Platform, log: Log, pid: int) -> None:
    """Send SIGTERM and return when the worker knows."""
    os.kill(pid, signal.SIGTERM)
    log.wait_for("SIGTERM", "no new jobs")


def test_a_job_that_comes_on_a_poll_still_open_at_sigterm_is_answered(sdk: dict[str, str], tmp_path: Path) -> None:
    with (
        platform(hold_s=60) as cloud,
        worker_process(tmp_path, command=ECHO, **cloud.environment(), **sdk) as (
            process,
            log,
        ),
    ):
        cloud.wait_for_poll()
        stopped(cloud, log, process.pid)
        cloud.jobs.put({"id": "late", "input": {"say": "late"}})
        assert cloud.result() == ("late", {"output": {"said": {"say": "late"}}})
        assert process.wait(timeout=30) == 0
        assert cloud.open_polls == 0


def test_a_worker_with_nothing_to_do_ends_although_its_polls_are_held(sdk: dict[str, str], tmp_path: Path) -> None:
    with (
        platform(hold_s=600) as cloud,
        worker_process(tmp_path, command=ECHO, **cloud.environment(), **sdk) as (
            process,
            log,
        ),
    ):
        cloud.wait_for_poll()
        stopped(cloud, log, process.pid)
        assert process.wait(timeout=30) == 0
        taken = cloud.requests["job-take"] + cloud.requests["job-take-batch"]
        assert taken == 1, "and asks for no more jobs"


def test_jobs_at_work_at_sigterm_are_finished_and_jobs_on_the_open_poll_too(
    sdk: dict[str, str], tmp_path: Path
) -> None:
    with (
        platform(hold_s=60) as cloud,
        worker_process(tmp_path, command=ECHO, **cloud.environment(), **sdk) as (
            process,
            log,
        ),
    ):
        cloud.jobs.put({"id": "at work", "input": {"waits": True}})
        log.wait_for("waiting at work")
        cloud.wait_for_poll()
        stopped(cloud, log, process.pid)
        cloud.jobs.put({"id": "late", "input": {"say": "late"}})
        assert cloud.result()[0] == "late"
        os.kill(process.pid, signal.SIGUSR1)
        assert cloud.result() == ("at work", {"output": {"said": {"waits": True}}})
        assert process.wait(timeout=30) == 0


def test_a_worker_that_is_to_be_replaced_answers_the_job_on_its_open_poll(sdk: dict[str, str], tmp_path: Path) -> None:
    with (
        platform(hold_s=60) as cloud,
        worker_process(tmp_path, command=ECHO, **cloud.environment(), **sdk) as (
            process,
            log,
        ),
    ):
        cloud.jobs.put({"id": "at work", "input": {"waits": True, "breaks": True}})
        log.wait_for("waiting at work")
        cloud.wait_for_poll()
        os.kill(process.pid, signal.SIGUSR1)
        assert cloud.result()[1]["stopPod"] is True
        log.wait_for("replaced", "no new jobs")
        cloud.jobs.put({"id": "late", "input": {"say": "late"}})
        assert cloud.result() == ("late", {"output": {"said": {"say": "late"}}})
        assert process.wait(timeout=30) == 0


def test_a_job_that_cannot_be_done_in_time_is_handed_back(sdk: dict[str, str], tmp_path: Path) -> None:
    with platform() as cloud, worker_process(tmp_path, command=ECHO, **cloud.environment(), **sdk) as (process, log):
        cloud.jobs.put({"id": "too long", "input": {"waits": True}})
        log.wait_for("waiting too long")
        stopped(cloud, log, process.pid)
        job_id, body = cloud.result()
        assert (job_id, body["error"]["code"]) == ("too long", "retry")
        assert process.wait(timeout=30) == 0
        assert len(cloud.posts) == 1


def test_a_job_held_while_the_model_loads_is_handed_back(tmp_path: Path) -> None:
    with (
        platform() as cloud,
        worker_process(tmp_path, "loading", command=ECHO, **cloud.environment(), **SDKS["SDK 2"]) as (process, log),
    ):
        cloud.jobs.put({"id": "held", "input": {"say": "held"}})
        log.wait_for("Jobs in progress: 1")
        stopped(cloud, log, process.pid)
        job_id, body = cloud.result()
        assert (job_id, json.loads(body["error"])["code"]) == ("held", "retry")
