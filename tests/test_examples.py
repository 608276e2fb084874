"""The examples, as a reader would run them, against the SDK's local API."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile

from tests.support.platform_api import clean_environment, worker_process
from tests.support.root import ROOT
from tests.support.servers import free_port

RECORDING = ROOT / "tts" / "assets" / "demo" / "voices" / "demo_low.flac"
WORDS = RECORDING.with_suffix(".txt").read_text("utf-8").strip()
EXAMPLES = {
    "voices.sh": (["bash"], ["cats.mp3"]),
    "voices.py": ([sys.executable], ["cats-default.wav", "cats-slow.wav"]),
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    variables = {"TTS_MODEL": "demo", "TTS_VOICES_DIR": str(folder / "voices")}
    with worker_process(folder, "--rp_serve_api", "--rp_api_port", str(port), **variables) as (_, log):
        log.wait_for("Uvicorn running")
        yield f"http://127.0.0.1:{port}"


def test_every_example_is_tested() -> None:
    assert set(EXAMPLES) == set(os.listdir(ROOT / "examples")) - {"__pycache__"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_does_what_it_says(url: str, tmp_path: Path, name: str) -> None:
    program, files = EXAMPLES[name]
    done = subprocess.run(
        [*program, str(ROOT / "examples" / name), str(RECORDING), WORDS],
        cwd=tmp_path,
        env=clean_environment() | {"URL": url},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAILED" not in done.stdout
    assert "deleted" in done.stdout
    for file in files:
        assert soundfile.info(tmp_path / file).duration > 0.5
