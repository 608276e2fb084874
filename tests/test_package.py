"""The package, installed by pip and by uv into empty environments as the README says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.platform_api import clean_environment
from tests.support.root import ROOT

UV = str(Path(sys.prefix) / "bin" / "uv")
README = (ROOT / "README.md").read_text("utf-8")
PIP = (
    "python -m pip install --no-deps -r requirements/runtime.txt",
    "python -m pip install --no-deps .",
)
UV_INSTALL = "uv pip install . -c requirements/runtime.txt"
LEFT_OUT = {"docopt", "onnxruntime"}  # of the locks: only num2words' command and faster-whisper's own filter use them


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, env=clean_environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def missing(venv: Path) -> set[str]:
    """Return what packages declare and the environment lacks; fail if one has another version than declared."""
    done = subprocess.run([venv / "bin/python", "-m", "pip", "check"], capture_output=True, text=True)
    complaints = done.stdout.splitlines() if done.returncode else []
    found = [re.fullmatch(r"\S+ \S+ requires (\S+), which is not installed\.", line) for line in complaints]
    assert all(found), done.stdout
    return {each[1] for each in found if each}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkout")
    for name in run(["git", "ls-files", "-co", "--exclude-standard"], ROOT).splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_what_the_readme_installs_speaks(installer: str, checkout: Path, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    run([sys.executable, "-m", "venv", str(venv)], tmp_path)
    lines = PIP if installer == "pip" else (UV_INSTALL,)
    for line in lines:
        assert line in README
        program, *arguments = line.split()
        if program == "uv":
            run([UV, *arguments[:2], "--python", str(venv / "bin/python"), *arguments[2:]], checkout)
        else:
            run([str(venv / "bin/python"), *arguments], checkout)
    assert missing(venv) <= LEFT_OUT
    run([str(venv / "bin/f5-tts-worker"), "say", "Two red cats.", "--steps", "4", "--out", "cats.wav"], tmp_path)
    assert (tmp_path / "cats.wav").stat().st_size > 10_000
    assert "demo_low" in run([str(venv / "bin/f5-tts-worker"), "voices"], tmp_path)


@pytest.mark.slow
def test_uv_resolves_the_project(checkout: Path) -> None:
    run([UV, "lock"], checkout)
    wanted = run([UV, "export", "--frozen", "--no-hashes", "--no-emit-project", "--python", "3.11"], checkout)
    assert "f5-tts==" in wanted
    assert "torch==2.8.0" in wanted
    left_out = [line for line in wanted.splitlines() if line.startswith("gradio==")]
    assert all("sys_platform == 'never'" in line for line in left_out), left_out
