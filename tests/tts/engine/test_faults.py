"""The device fails under the real SDK: jobs are answered so that they are sent again, and the worker leaves."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.platform_api import Platform, platform, worker_process
from tests.support.root import ROOT

FAULTY = (sys.executable, str(ROOT / "tests" / "support" / "faulty_handler.py"))
JOB = {"text": "Sarah sees four blue houses.", "steps": 4, "seed": 1}


def put(cloud: Platform, id: str, **given: Any) -> None:
    cloud.jobs.put({"id": id, "input": {**JOB, **given}})


def results(cloud: Platform, count: int) -> dict[str, dict[str, Any]]:
    return dict(cloud.result() for _ in range(count))


def outcome(fault: str, *marks: pytest.MarkDecorator) -> Any:
    return pytest.param(fault, marks=marks, id=fault)


@pytest.mark.parametrize(
    "fault", [outcome("sticky"), outcome("died", pytest.mark.slow), outcome("hangs", pytest.mark.slow)]
)
def test_a_device_that_fails_has_its_jobs_sent_again_and_the_worker_replaced(
    tmp_path: Path, sdk: dict[str, str], fault: str
) -> None:
    settings = {"TTS_MODEL": "demo", "TTS_CONCURRENCY": "3", **sdk}
    with (
        platform() as cloud,
        worker_process(tmp_path, command=FAULTY, **cloud.environment(), **settings) as (process, log),
    ):
        put(cloud, "before")
        assert "audio" in results(cloud, 1)["before"]["output"]
        (tmp_path / "hold").touch()
        for id in ("first", "second", "third"):
            put(cloud, id)
            log.wait_for(id, "Started")
        (tmp_path / "spare").write_text(fault)
        (tmp_path / "spare").rename(tmp_path / "fault")
        for id, result in results(cloud, 3).items():
            assert result["error"]["code"] == "retry", id
            assert result["stopPod"] is True, f"{id}: the platform is asked for another worker"
        assert process.wait(timeout=60) == 1
        printed = "".join(log.lines)
    assert "the device failed, and this worker with it" in printed
    assert "Sarah" not in printed


def test_a_job_that_comes_on_the_poll_still_open_when_the_device_fails_is_answered_too(
    tmp_path: Path, sdk: dict[str, str]
) -> None:
    settings = {"TTS_MODEL": "demo", "TTS_CONCURRENCY": "2", **sdk}
    with (
        platform(hold_s=60) as cloud,
        worker_process(tmp_path, command=FAULTY, **cloud.environment(), **settings) as (process, log),
    ):
        put(cloud, "before")
        results(cloud, 1)
        (tmp_path / "hold").touch()
        put(cloud, "first")
        log.wait_for("first", "Started")
        cloud.wait_for_poll()
        (tmp_path / "spare").write_text("sticky")
        (tmp_path / "spare").rename(tmp_path / "fault")
        assert results(cloud, 1)["first"]["stopPod"] is True
        put(cloud, "late")
        assert results(cloud, 1)["late"]["error"]["code"] == "retry"
        assert process.wait(timeout=60) == 1


@pytest.mark.slow
def test_while_a_kernel_hangs_a_signal_still_ends_the_worker_and_its_job_is_answered(
    tmp_path: Path, sdk: dict[str, str]
) -> None:
    with (
        platform() as cloud,
        worker_process(tmp_path, command=FAULTY, TTS_MODEL="demo", **cloud.environment(), **sdk) as (process, log),
    ):
        put(cloud, "before")
        results(cloud, 1)
        (tmp_path / "fault").write_text("hangs")
        put(cloud, "held")
        log.wait_for("the kernel hangs")
        os.kill(process.pid, signal.SIGTERM)
        assert results(cloud, 1)["held"]["error"]["code"] == "retry"
        assert process.wait(timeout=60) in (0, 1)  # before the watchdog, or after it
