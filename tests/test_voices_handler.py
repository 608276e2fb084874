"""Every voice action through handler.py, in a process of its own each, also after one was killed in the middle."""

from __future__ import annotations

import ast
import base64
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import soundfile

from tests.conftest import as_file
from tests.support.platform_api import clean_environment, worker_process
from tests.support.root import ROOT
from tts.clock import Samples
from tts.voice.library import Library


def run(folder: Path, **given: Any) -> dict[str, Any]:
    """Return the reply of a new process to one job, as the SDK prints it; an error too."""
    (folder / "job.json").write_text(json.dumps({"input": given}))
    done = subprocess.run(
        [sys.executable, str(ROOT / "handler.py"), "--test_input", "job.json"],
        cwd=folder,
        env=clean_environment() | {"TTS_MODEL": "demo", "TTS_VOICES_DIR": str(folder / "voices")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Traceback" not in done.stdout + done.stderr
    printed = [line.partition("Job result: ")[2] for line in done.stdout.splitlines() if "Job result: " in line]
    if failed := re.search(r"failed with error: (\{.*\})", done.stdout):
        return {"error": ast.literal_eval(failed[1])}
    if not printed:  # refused before the model was loaded
        return {"error": done.stderr}
    whole = re.sub(r"'base64': '[^']*'?$", "'base64': ''}}}", printed[0])  # the SDK cuts what it prints
    reply: dict[str, Any] = ast.literal_eval(whole)
    return reply.get("output", reply)


@pytest.mark.slow
def test_every_action_does_its_part_in_a_process_of_its_own_and_after_a_kill(
    tmp_path: Path, speech: Samples, speech_text: str
) -> None:
    recording = {"voice_base64": base64.b64encode(as_file(speech)).decode(), "voice_text": speech_text}
    added = run(tmp_path, action="voice_add", name="anna", **recording)
    assert added["status"] == "created"

    (tmp_path / "job.json").write_text(json.dumps({"input": {"action": "voice_add", "name": "berta", **recording}}))
    variables = {"TTS_MODEL": "demo", "TTS_VOICES_DIR": str(tmp_path / "voices")}
    with worker_process(tmp_path, "--test_input", "job.json", **variables) as (process, log):
        log.wait_for("Started")
        os.killpg(process.pid, signal.SIGKILL)
    assert Library(tmp_path / "voices").entries()[1] == []

    styled = run(tmp_path, action="voice_add", name="anna", style="happy", **recording)
    assert (styled["status"], styled["style"]) == ("created", "happy")
    assert run(tmp_path, action="voice_add", name="anna", **recording)["status"] == "unchanged"
    listed = run(tmp_path, action="voice_list")
    (anna,) = (voice for voice in listed["voices"] if voice["name"] == "anna")
    assert (anna["styles"], anna["id"], listed["damaged"]) == (["default", "happy"], added["id"], [])
    shown = run(tmp_path, action="voice_get", name="anna", style="happy")
    assert (shown["id"], shown["text"]) == (styled["id"], speech_text)
    said = run(tmp_path, text="Two red cats.", voice="anna", style="happy", steps=4)
    assert (said["voice"]["name"], said["voice"]["style"], said["voice"]["id"]) == ("anna", "happy", styled["id"])
    assert soundfile.info(tmp_path / said["audio"]["path"]).duration > 0.5
    assert run(tmp_path, action="voice_delete", name="anna", style="happy")["deleted"] == ["happy"]
    assert "it has: default" in str(run(tmp_path, text="Hi.", voice="anna", style="happy"))
    assert run(tmp_path, action="voice_delete", name="anna")["deleted"] == ["default"]
    assert "voice_not_found" in str(run(tmp_path, text="Hi.", voice="anna"))
    refused = run(tmp_path, text="Hi.", voice_url="http://169.254.169.254/latest/meta-data/")
    assert refused["error"]["code"] == "download_refused"
