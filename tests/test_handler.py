"""handler.py through the real SDK: its local run, its HTTP API, its worker loop."""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import pytest
import soundfile

from tests.conftest import as_file
from tests.support.platform_api import clean_environment, platform, worker_process
from tests.support.root import ROOT
from tests.support.servers import free_port
from tts.clock import Samples

JOB = {"text": "Sarah sees four blue houses.", "steps": 4, "seed": 1}


def local_run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "handler.py"), *arguments],
        cwd=folder,
        env=clean_environment() | variables,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("arguments", [(), ("--test_input",)], ids=["alone", "--test_input"])
def test_test_input_json_is_said_into_a_file(tmp_path: Path, arguments: tuple[str, ...], sdk: dict[str, str]) -> None:
    shutil.copy(ROOT / "test_input.json", tmp_path)
    done = local_run(tmp_path, *arguments, **sdk)
    assert done.returncode == 0, done.stdout + done.stderr
    info = soundfile.info(tmp_path / "output" / "local_test.wav")
    assert (info.samplerate, info.channels, info.subtype) == (24000, 1, "PCM_16")
    assert info.duration > 2
    for words in ("output/local_test.wav", "real-time factor", "model   demo", "voice   demo", "seed    7"):
        assert words in done.stdout
    assert "step" not in done.stderr, "a progress bar is for terminals"
    assert "embedded demo model" in done.stderr


def test_a_refused_job_fails_the_run_with_the_reason_alone(tmp_path: Path) -> None:
    done = local_run(tmp_path, "--test_input", json.dumps({"input": {"text": "Hi", "sped": 2}}))
    assert done.returncode == 1
    assert "did you mean speed?" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not (tmp_path / "output").exists()


def test_a_local_run_that_cannot_serve_ends_with_one_sentence(tmp_path: Path) -> None:
    variables = {"TTS_MODEL": "F5TTS_v1_Base", "TTS_ALLOW_DOWNLOAD": "0", "HF_HOME": str(tmp_path)}
    done = local_run(tmp_path, "--test_input", json.dumps({"input": JOB}), **variables)
    assert done.returncode == 1
    assert "TTS_ALLOW_DOWNLOAD is false" in done.stderr
    assert "Traceback" not in done.stderr


Post = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory, sdk: dict[str, str]) -> Iterator[Post]:
    """Send a job to the SDK's local API server and return its answer."""
    port = free_port()
    folder = tmp_path_factory.mktemp("served")
    with worker_process(folder, "--rp_serve_api", "--rp_api_port", str(port), **sdk) as (_, log):

        def send(**given: Any) -> dict[str, Any]:
            body = json.dumps({"input": given}).encode()
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/runsync", body, {"Content-Type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=60) as answer:
                reply: dict[str, Any] = json.load(answer)
            return reply

        log.wait_for("Uvicorn running")
        yield send


@pytest.mark.parametrize("format", ["wav", "flac", "mp3", "ogg", "aac", "pcm"])
def test_the_local_api_delivers_every_format_inline(post: Post, format: str) -> None:
    reply = post(**JOB, format=format, deliver="inline")
    audio = reply["output"]["audio"]
    data = base64.b64decode(audio["base64"], validate=True)
    assert reply["status"] == "COMPLETED"
    assert len(data) == audio["bytes"]
    if format == "pcm":
        assert len(data) / 2 / 24000 == pytest.approx(audio["duration_s"], abs=1e-3)
        return
    with av.open(io.BytesIO(data)) as file:
        frames = list(file.decode(audio=0))
    seconds = sum(frame.samples / frame.sample_rate for frame in frames)
    assert seconds == pytest.approx(audio["duration_s"], abs=0.1)


def test_the_local_api_takes_a_recording_and_says_whose_voice_it_used(
    post: Post, speech: Samples, speech_text: str
) -> None:
    recording = "data:audio/flac;base64," + base64.b64encode(as_file(speech, "FLAC")).decode()
    reply = post(**JOB, voice_base64=recording, voice_text=speech_text)["output"]
    assert reply["voice"]["name"] == ""
    assert reply["voice"]["text"] == speech_text
    again = post(**JOB, voice_base64=recording, voice_text=speech_text)["output"]
    assert again["voice"]["id"] == reply["voice"]["id"]
    assert again["timing"]["voice_s"] < 0.1


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "unknown voice": ({"voice": "dem"}, "voice_not_found"),
    "not audio": ({"voice_base64": "AAAA", "voice_text": "Hi."}, "voice_unusable"),
    "not base64": ({"voice_base64": "?!", "voice_text": "Hi."}, "invalid_input"),
    "too long": ({"text": "a" * 20_001}, "text_too_long"),
    "out of reach": ({"duration_s": 500}, "invalid_input"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_the_local_api_answers_a_refusal_as_failed(post: Post, case: str) -> None:
    given, code = REFUSALS[case]
    reply = post(**{**JOB, **given})
    assert reply["status"] == "FAILED"
    error = json.loads(reply["error"])  # the SDK's local API has no room for an object
    assert error["code"] == code
    assert error["hint"]


def test_the_local_api_tells_its_health(post: Post) -> None:
    assert post(action="health")["output"]["model"] == "demo"


def test_the_worker_loop_answers_jobs_fails_bad_ones_drops_cancelled_ones_and_drains(
    tmp_path: Path, sdk: dict[str, str]
) -> None:
    with (
        platform() as cloud,
        worker_process(tmp_path, TTS_MODEL="demo", **cloud.environment(), **sdk) as (process, log),
    ):
        cloud.jobs.put({"id": "good", "input": JOB})
        cloud.jobs.put({"id": "bad", "input": {"text": "Hi", "sped": 2}})
        results = dict(cloud.result() for _ in range(2))
        data = base64.b64decode(results["good"]["output"]["audio"]["base64"])
        assert soundfile.info(io.BytesIO(data)).duration > 0.5
        assert results["bad"]["error"]["code"] == "invalid_input"
        assert "output" not in results["bad"] or not results["bad"]["output"]

        for _ in range(2):
            cloud.jobs.put({"id": "twice", "input": {**JOB, "seed": None}})
        (first, reply), (second, same) = cloud.result(), cloud.result()
        assert first == second == "twice"
        assert reply == same, "down to its seed and its times"

        cloud.jobs.put({"id": "slow", "input": {"text": "Two red cats sit. " * 60, "steps": 64}})
        log.wait_for("slow", "Started")
        cloud.stops.put("slow")
        cloud.jobs.put({"id": "next", "input": JOB})
        assert cloud.result()[0] == "next", "a cancelled job posts nothing and frees the device"

        cloud.jobs.put({"id": "last", "input": JOB})
        log.wait_for("last", "Started")
        os.kill(process.pid, signal.SIGTERM)
        assert cloud.result()[0] == "last", "a running job is answered before the worker ends"
        assert process.wait(timeout=30) == 0
    printed = "".join(log.lines)
    assert "Sarah" not in printed, "texts stay out of the log"
    assert "base64" not in printed
    assert not (tmp_path / "output").exists()
