"""Links through the real SDK: the operator's bucket, a job's own, and one that no job may name."""

from __future__ import annotations

import io
import json
import urllib.request
from pathlib import Path

import pytest
import soundfile

from tests.support.buckets import ACCESS, NAME, SECRET, server
from tests.support.platform_api import platform, worker_process

JOB = {"text": "Sarah sees four blue houses.", "steps": 4, "seed": 1, "deliver": "url"}


@pytest.mark.slow
def test_results_go_into_buckets_and_no_key_into_the_log(tmp_path: Path) -> None:
    for folder in ("work", "data"):
        (tmp_path / folder).mkdir()
    (tmp_path / "data" / "theirs").mkdir()
    with server("rclone", tmp_path / "data") as address, platform() as cloud:
        own = {
            "BUCKET_ENDPOINT_URL": address,
            "BUCKET_ACCESS_KEY_ID": ACCESS,
            "BUCKET_SECRET_ACCESS_KEY": SECRET,
            "BUCKET_NAME": f"{NAME}/speech",
        }
        theirs = {"endpointUrl": address, "bucketName": "theirs", "accessId": ACCESS, "accessSecret": SECRET}
        with worker_process(tmp_path / "work", TTS_MODEL="demo", **cloud.environment(), **own) as (_, log):
            cloud.jobs.put({"id": "own", "input": JOB})
            cloud.jobs.put({"id": "theirs", "input": JOB, "s3Config": theirs})
            cloud.jobs.put({"id": "inside", "input": JOB, "s3Config": theirs | {"endpointUrl": "https://127.0.0.1"}})
            results = dict(cloud.result() for _ in range(3))
        for job, path in (("own", f"{NAME}/speech/own/audio.wav"), ("theirs", "theirs/theirs/audio.wav")):
            audio = results[job]["output"]["audio"]
            assert "base64" not in audio
            with urllib.request.urlopen(audio["url"]) as answer:
                data = answer.read()
            assert len(data) == audio["bytes"]
            assert (tmp_path / "data" / path).read_bytes() == data
            assert soundfile.info(io.BytesIO(data)).duration > 0.5
    assert results["inside"]["error"]["code"] == "invalid_input"
    assert results["inside"]["error"]["field"] == "s3Config"
    told = "".join(log.lines) + json.dumps(results["inside"])
    assert SECRET not in told
    assert ACCESS not in told


@pytest.mark.slow
def test_a_long_job_tells_the_platform_how_far_it_is(tmp_path: Path) -> None:
    long = {"text": "Two red cats sit under the old tree. " * 40, "steps": 64, "format": "ogg"}
    with platform() as cloud, worker_process(tmp_path, TTS_MODEL="demo", **cloud.environment()):
        cloud.jobs.put({"id": "long", "input": long})
        job, update = cloud.result()
    assert job == "long"
    assert update["status"] == "IN_PROGRESS"
    progress = update["output"]["progress"]
    assert 0 <= progress["chunks"] <= progress["of_chunks"]
    assert 0 < progress["seconds"] < progress["of_seconds"]
