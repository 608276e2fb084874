"""Starts that go wrong: what the worker mends, what it tells, whom it tells it to."""

from __future__ import annotations

import asyncio
import base64
import errno
import io
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import soundfile

from tests.support.platform_api import platform, worker_process
from tts.errors import ModelError
from warmup.environment.examine import Environment, examine
from warmup.environment.settings import Settings
from warmup.report import Finding, Report
from warmup.start import ready, start
from warmup.weights.find import DEMO

JOB = {"text": "Sarah sees four blue houses.", "steps": 4, "seed": 1}
NO_WEIGHTS = {"TTS_MODEL": "F5TTS_v1_Base", "TTS_ALLOW_DOWNLOAD": "false"}


def test_a_worker_whose_environment_is_all_wrong_serves_and_says_what_is_wrong(tmp_path: Path) -> None:
    volume = tmp_path / "volume"
    pointer = volume / "models" / "F5TTS_v1_Base" / "model_1250000.safetensors"
    pointer.parent.mkdir(parents=True)
    pointer.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1348435761\n")
    wrong = {
        "PYTORCH_CUDA_ALLOC_CONF": "ax_split_size_mb:512",
        "PYTORCH_ALLOC_CONF": "expandable_segments:True",
        "RUNPOD_DEBUG_LEVEL": "WARNING",
        "RUNPOD_PING_INTERVAL": "10s",
        "HF_HUB_DOWNLOAD_TIMEOUT": "ten",
        "HF_TOKEN": '"hf_secretsecret"',
        "TTS_CONCURRENCY": "many",
        "TTS_DTYPE": '"float32"',
        "TTS_MODLE": "demo",
        "TTS_CACHE_DIR": "/proc/nowhere",
        "TTS_VOLUME_DIR": str(volume),
        "TTS_FLASH_ATTN_WHEELS": "/nowhere.json",
        "BUCKET_ENDPOINT_URL": "'https://bucket.example'",
        "CUDA_VISIBLE_DEVICES": "",
    }
    with platform() as cloud, worker_process(tmp_path, TTS_MODEL="demo", **cloud.environment(), **wrong) as (_, log):
        cloud.jobs.put({"id": "job", "input": JOB})
        _, reply = cloud.result()
        cloud.jobs.put({"id": "health", "input": {"action": "health"}})
        _, health = cloud.result()
    assert soundfile.info(io.BytesIO(base64.b64decode(reply["output"]["audio"]["base64"]))).duration > 0.5
    printed = "".join(log.lines)
    assert printed.count("ready to serve") == 1, "the report stands in the log once"
    for words in (
        "'ax_split_size_mb:512'",
        "PYTORCH_CUDA_ALLOC_CONF=max_split_size_mb:512",
        "PYTORCH_ALLOC_CONF: is not read when PYTORCH_CUDA_ALLOC_CONF is set too",
        "RUNPOD_DEBUG_LEVEL: WARNING is not allowed",
        "RUNPOD_DEBUG_LEVEL=WARN\n",
        "RUNPOD_PING_INTERVAL: 10s is not allowed",
        "HF_HUB_DOWNLOAD_TIMEOUT: ten is not allowed",
        "HF_TOKEN: has quotes around its value",
        "TTS_CONCURRENCY: many is not allowed; it is 1..64; 2 is used",
        "TTS_DTYPE=float32\n",
        "did you mean TTS_MODEL?",
        "/proc/nowhere can't be written",
        "BUCKET_ENDPOINT_URL: has quotes around its value",
        "BUCKET_ACCESS_KEY_ID: is missing",
        "CUDA_VISIBLE_DEVICES: hides every GPU",
    ):
        assert words in printed, words
    assert "secretsecret" not in printed
    assert health["output"]["warmup"]["serving"] is True
    assert {finding["subject"] for finding in health["output"]["warmup"]["findings"]} >= wrong.keys() - {
        "TTS_VOLUME_DIR",
        "TTS_FLASH_ATTN_WHEELS",
    }


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        (NO_WEIGHTS, "is not on this machine and TTS_ALLOW_DOWNLOAD is false"),
        ({"TTS_MODEL": "demo", "TTS_DEVICE": "cuda"}, "torch finds 0 CUDA devices here"),
    ],
    ids=["missing weights that may not be downloaded", "no GPU where one is demanded"],
)
def test_what_no_restart_can_mend_is_every_jobs_error_and_the_worker_stays(
    tmp_path: Path, variables: dict[str, str], words: str
) -> None:
    cache = {"HF_HOME": str(tmp_path), "HOME": str(tmp_path)}
    with platform() as cloud, worker_process(tmp_path, **cloud.environment(), **cache, **variables) as (process, _):
        for job_id in ("one", "two"):
            cloud.jobs.put({"id": job_id, "input": JOB})
            answered, reply = cloud.result()
            assert answered == job_id
            assert reply["error"]["code"] == "worker_unusable"
            assert words not in json.dumps(reply), "paths and variables are the operator's"
        cloud.jobs.put({"id": "health", "input": {"action": "health"}})
        report = cloud.result()[1]["output"]["warmup"]
        assert report["serving"] is False
        assert words in report["problem"]
        assert process.poll() is None


def test_what_another_host_may_not_have_is_reported_and_ends_the_worker(tmp_path: Path, sdk: dict[str, str]) -> None:
    with platform() as cloud:
        variables = {
            "TTS_MODEL": "demo",
            "RUNPOD_GPU_COUNT": "1",
            "RUNPOD_WEBHOOK_PING": f"http://127.0.0.1:{cloud.server_port}/v2/ep/ping/$RUNPOD_POD_ID?gpu=SIM",
        }
        cloud.jobs.put({"id": "waiting", "input": {"text": "Hi."}})
        with worker_process(tmp_path, **cloud.environment(), **variables, **sdk) as (process, log):
            assert process.wait(timeout=60) == 1
        printed = "".join(log.lines)
        assert "a GPU by RUNPOD_GPU_COUNT is there, but torch can't use it" in printed, "the operator reads why"
        if sdk:  # SDK 2 holds the job while the model loads, and answers it
            job_id, result = cloud.result()
            said = json.loads(result["error"])
            assert job_id == "waiting"
            assert said["error_message"] == "the worker failed to start (gpu) and is replaced; send the job again"
            assert "File " not in said["error_traceback"], "no path, no code of the worker reaches a caller"
            assert "logs" not in said
            assert str(tmp_path) not in result["error"]
            return
        said = cloud.pings.get(timeout=5)
        assert said["status"] == ["unhealthy"]
        assert said["check"] == ["gpu"]
        assert "torch can't use it" in said["reason"][0]


def test_a_wrong_environment_ends_the_start_when_it_is_to_be_strict(tmp_path: Path) -> None:
    with worker_process(tmp_path, TTS_STRICT_ENV="1", TTS_CONCURRENCY="many") as (process, log):
        assert process.wait(timeout=30) == 1
    assert any("TTS_CONCURRENCY: many is not allowed" in line for line in log.lines)
    assert not any("Traceback" in line for line in log.lines)


def test_the_warm_up_synthesis_is_no_job(tmp_path: Path) -> None:
    done = start(Environment(Settings(model="demo", cache_dir=str(tmp_path))))
    assert done.worker is not None
    health = asyncio.run(done.worker.health())
    assert health.counters == {"jobs_done": 0, "jobs_failed": 0, "jobs_repeated": 0, "audio_s": 0}
    assert health.warmup["seconds"]["warm_up"] > 0


def test_a_warm_up_that_fails_makes_the_host_unfit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tts.engine.engine import Engine

    def fails(*arguments: Any, **named: Any) -> None:
        raise RuntimeError("CUDA error: an illegal memory access was encountered\nmore")

    monkeypatch.setattr(Engine, "speak", fails)
    done = start(Environment(Settings(model="demo", cache_dir=str(tmp_path))))
    assert done.worker is None
    assert done.report.problem.endswith("RuntimeError: CUDA error: an illegal memory access was encountered")
    checks = {check.__name__: check for check in done.fitness_checks()}
    with pytest.raises(Exception, match="first synthesis failed"):
        checks.pop("warm_up")()
    for check in checks.values():
        check()


def test_a_disk_that_cannot_be_read_makes_the_host_unfit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*arguments: Any) -> None:
        raise OSError(errno.ESTALE, os.strerror(errno.ESTALE), "/runpod-volume/models")

    monkeypatch.setattr("warmup.start.look", fails)
    done = start(Environment(Settings(model="demo", cache_dir=str(tmp_path))))
    with pytest.raises(Exception, match="Stale file handle"):
        {check.__name__: check for check in done.fitness_checks()}["weights"]()


def test_a_model_by_path_is_served_under_its_own_name(tmp_path: Path) -> None:
    shutil.copytree(DEMO, tmp_path, dirs_exist_ok=True)
    mine = (tmp_path / "model.safetensors").rename(tmp_path / "mine.safetensors")
    paths = {"model": mine, "model_config": "config.yaml", "vocab": "vocab.txt", "vocoder": "vocos"}
    worker = ready(Settings(**{name: str(tmp_path / path) for name, path in paths.items()}))
    assert worker.synthesizer.model == "mine"


@pytest.mark.parametrize(
    ("device", "words"), [("cuda:9", "CUDA devices here"), ("gpu", "is no device"), ("mps", "is not served")]
)
def test_a_device_that_is_not_there_is_refused(device: str, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        ready(Settings(model="demo", device=device))


def test_a_worker_that_cannot_serve_says_so_at_every_log_level(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(model="/nowhere", log_level="ERROR", on_runpod=True, cache_dir=str(tmp_path))
    start(Environment(settings))
    assert "cannot serve: TTS_MODEL=/nowhere doesn't exist" in capfd.readouterr().err


def test_every_finding_is_one_line() -> None:
    wrong = {"TTS_DTYPE": "a\nb", "TTS_X": "y\nz", "PYTORCH_CUDA_ALLOC_CONF": "a\nb:c"}
    for finding in examine(wrong, "2.8.0").findings:
        assert "\n" not in str(finding)


@pytest.mark.parametrize("device", ["auto", "cuda"])
def test_a_host_that_lost_its_gpu_is_unfit_and_does_not_serve_from_the_cpu(device: str, tmp_path: Path) -> None:
    promised = examine({"RUNPOD_GPU_COUNT": "1", "RUNPOD_ENDPOINT_ID": "ep", "CUDA_VISIBLE_DEVICES": ""}, "2.8.0")
    settings = replace(promised.settings, model="demo", device=device, cache_dir=str(tmp_path))
    done = start(Environment(settings))
    assert "RUNPOD_GPU_COUNT is there, but torch can't use it" in done.report.problem
    with pytest.raises(Exception, match="torch can't use it"):
        done.fitness_checks()[0]()


def test_a_report_is_json_whatever_is_in_it() -> None:
    report = Report({"TTS_MODEL": str(DEMO)}, findings=[Finding("note", "a", "b")])
    assert json.loads(json.dumps(report.as_dict()))["findings"] == [
        {"level": "note", "subject": "a", "problem": "b", "fix": ""}
    ]
