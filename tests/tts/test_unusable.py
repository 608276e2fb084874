"""A worker that can't serve answers by the same table and contract as one that can."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import jsonschema
import pytest

from tests.support.root import ROOT
from tests.support.shapes import LEAST
from tts.api import ACTIONS, schema
from tts.errors import ModelError
from tts.worker import Worker
from warmup.report import Report
from warmup.start import Start

WHY = "TTS_MODEL=/nowhere doesn't exist"


def answer(job: dict[str, Any]) -> dict[str, Any]:
    report = Report({"TTS_MODEL": "/nowhere"}, problem=WHY)
    return asyncio.run(Start(report, failure=ModelError(WHY)).handle(job))


def test_its_health_is_what_the_contract_says() -> None:
    reply = answer({"id": "h", "input": LEAST["health"]})
    jsonschema.validate(reply, schema()["reply"])
    ACTIONS["health"].reply.model_validate(reply)
    assert reply["warmup"]["problem"] == WHY
    assert "model" not in reply
    assert reply["voices"] == []


@pytest.mark.parametrize("action", sorted(ACTIONS.keys() - {"health"}))
def test_every_other_job_is_told_why(action: str) -> None:
    error = answer({"id": "a", "input": LEAST[action]})["error"]
    assert error["code"] == "worker_unusable"
    assert error["message"] == f"this worker can't serve: {ModelError.for_callers}", "no path, no variable's value"
    assert "nothing in the job" in error["hint"]


def test_a_job_that_is_wrong_is_told_so_here_too() -> None:
    assert "did you mean text?" in answer({"id": "a", "input": {"gen_text": "Hi."}})["error"]["hint"]


def test_jobs_are_counted_from_one_to_the_next() -> None:
    start = Start(Report({}), failure=ModelError(WHY))

    async def three() -> dict[str, Any]:
        for _ in range(2):
            await start.handle({"id": "a", "input": LEAST["synthesize"]})
        return await start.handle({"id": "h", "input": LEAST["health"]})

    assert asyncio.run(three())["counters"] == {"jobs_done": 0, "jobs_failed": 2, "jobs_repeated": 0, "audio_s": 0}


def test_it_needs_neither_torch_nor_a_codec() -> None:
    """Or a worker whose torch can't be imported would die instead of telling so."""
    code = "import sys, tts.worker; print({'torch', 'numpy', 'av', 'soundfile'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_a_model_is_missing_only_where_none_is_loaded() -> None:
    assert asyncio.run(Worker(None).health()).model is None
