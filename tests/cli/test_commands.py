"""The commands that the README gives, as written."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from tests.support.platform_api import clean_environment
from tests.support.root import ROOT
from warmup.weights.find import DEMO

README = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is tracked, beside the environment that is already installed."""
    folder = tmp_path_factory.mktemp("checkout")
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    for name in listed.stdout.splitlines():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def sh(command: str, folder: Path, **variables: str) -> str:
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=clean_environment() | variables,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def commands(heading: str) -> list[str]:
    """Return the shell lines of a section of the README."""
    section = re.search(rf"## {heading}\n(.*?)(?=\n## )", README, re.DOTALL)
    assert section
    blocks = re.findall(r"```sh\n(.*?)```", section[1], re.DOTALL)
    return [line.partition("  #")[0].strip() for line in "".join(blocks).splitlines()]


def test_the_readme_begins_with_the_two_commands() -> None:
    assert [line.split()[:2] for line in commands("Try it")[:2]] == [["make", "run"], ["make", "test"]]


def test_make_run_writes_the_recording_it_announces(checkout: Path) -> None:
    shutil.rmtree(checkout / "output", ignore_errors=True)
    said = sh(commands("Try it")[0], checkout)
    assert "output/local_test.wav" in said
    assert soundfile.info(checkout / "output" / "local_test.wav").duration > 2


def test_make_test_finds_the_tests(checkout: Path) -> None:
    assert "test_commands.py::" in sh(commands("Try it")[1], checkout, PYTEST_ADDOPTS="--collect-only -q")


def test_the_job_on_the_command_line_runs(checkout: Path) -> None:
    line = next(line for line in commands("Try it") if "--test_input" in line)
    assert "completed successfully" in sh(line, checkout)


def test_the_text_on_the_command_line_is_said_into_the_file_named(checkout: Path) -> None:
    named, recorded = (line for line in commands("Try it") if "-m tts" in line and "--out cats" in line)
    sh(named, checkout)
    assert soundfile.info(checkout / "cats.mp3").format == "MP3"
    shutil.copy(ROOT / "tts/assets/demo/voices/demo_low.flac", checkout / "me.wav")  # the name says nothing
    sh(recorded.replace("What I say in me.wav.", "Sarah sees four blue houses."), checkout)
    assert soundfile.info(checkout / "cats.wav").samplerate == 24000


def test_a_checkpoint_of_ones_own_is_served_as_the_readme_says(checkout: Path) -> None:
    (line,) = commands("Models")
    for name in ("model.safetensors", "vocab.txt", "config.yaml"):
        shutil.copy(DEMO / name, checkout)
    shutil.copytree(DEMO / "vocos", checkout / "vocos", dirs_exist_ok=True)
    line = line.replace("python handler.py", ".venv/bin/python handler.py")
    said = sh(line.replace("TTS_MODEL_CONFIG=F5TTS_Base", "TTS_MODEL_CONFIG=config.yaml"), checkout)
    assert "model   model" in said


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ('"Two cats." --voice nobody', 2, "no voice named 'nobody'"),
        ('"Two cats." --out cats.wma', 1, "known endings are wav"),
        ('"Two cats." --voice missing.wav', 1, "there is no such file"),
        ('"Two cats." --voice cats.mp3 --voice-text missing.srt', 1, "can't be read as a transcript"),
        ('"Two cats." --voice cats.mp3 --voice-text MISSING.LAB', 1, "there is no such file"),
        ('"Two cats." --speed 9', 2, "send a number from 0.3 to 3.0"),
        ('""', 2, "text"),
    ],
    ids=[
        "unknown voice",
        "unknown ending",
        "no recording",
        "no transcript",
        "no transcript of another ending",
        "too fast",
        "no text",
    ],
)
def test_a_wrong_command_line_is_refused_in_words(checkout: Path, arguments: str, status: int, words: str) -> None:
    done = subprocess.run(
        f".venv/bin/python -m tts {arguments}",
        shell=True,
        cwd=checkout,
        env=clean_environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == status
    assert words in done.stderr
    assert "Traceback" not in done.stderr
