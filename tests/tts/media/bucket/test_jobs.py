"""Jobs whose results are links: through the worker, into a bucket of a server that isn't ours."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from typing import Any

import pytest

from tests.support.buckets import ACCESS, NAME, SECRET, Proxy, Status
from tests.support.jobs import TEXT
from tts.media.bucket.address import bucket
from tts.media.delivery import Delivery
from tts.worker import Worker


def told(worker: Worker, job_id: str, s3_config: Any = None, **given: Any) -> dict[str, Any]:
    job = {"id": job_id, "input": {"text": TEXT, "steps": 4, "seed": 1, **given}, "s3Config": s3_config}
    return asyncio.run(worker.handle(job))


def test_a_result_that_the_reply_cannot_hold_becomes_a_link(
    worker: Worker, checking: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = bucket(checking.url, NAME, ACCESS, SECRET)
    monkeypatch.setattr(worker.synthesizer, "_delivery", Delivery(30_000, bucket=where))
    planned = told(worker, "planned", action="plan")["audio"]
    assert checking.seen == [], "a plan stores nothing"
    audio = told(worker, "a/b")["audio"]
    assert audio.keys() == {"format", "sample_rate", "duration_s", "bytes", "url", "url_works_s"}
    assert (planned["delivered"], planned["format"], planned["sample_rate"]) == ("url", "wav", 24000)
    assert audio["bytes"] <= planned["bytes"], "silence at the ends goes"
    assert f"/{NAME}/a_b/audio.wav?" in audio["url"]
    with urllib.request.urlopen(audio["url"]) as answer:
        assert len(answer.read()) == audio["bytes"]


def test_a_job_s_own_bucket_comes_before_the_operator_s(
    worker: Worker, believing: Proxy, checking: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker.synthesizer, "_delivery", Delivery(10**7, bucket=bucket(checking.url, NAME, "x", "y")))
    theirs = {"endpointUrl": checking.url, "bucketName": NAME, "accessId": ACCESS, "accessSecret": SECRET}
    assert f"/{NAME}/own/audio.ogg?" in told(worker, "own", theirs, deliver="url", format="ogg")["audio"]["url"]
    refused = told(worker, "else", theirs | {"endpointUrl": believing.url})["error"]
    assert (refused["code"], refused["field"]) == ("invalid_input", "s3Config")
    assert believing.seen == []


def test_a_result_that_cannot_be_stored_fails_the_job_with_what_to_do(
    worker: Worker, believing: Proxy, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "worker")
    believing.always["PUT"] = Status(403, "AccessDenied")
    where = bucket(believing.url, NAME, ACCESS, SECRET)
    monkeypatch.setattr(worker.synthesizer, "_delivery", Delivery(10**7, bucket=where))
    reply = told(worker, "failing", deliver="url")
    assert reply["error"]["code"] == "delivery_failed"
    assert "s3:PutObject" in reply["error"]["hint"]
    assert SECRET not in json.dumps(reply) + caplog.text
