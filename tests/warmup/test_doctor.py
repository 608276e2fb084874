"""`python -m warmup`: what it tells people and machines."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.support.platform_api import clean_environment
from tests.support.root import ROOT
from warmup.report import Report

NO_WEIGHTS = {"TTS_MODEL": "F5TTS_v1_Base", "TTS_ALLOW_DOWNLOAD": "false"}


def doctor(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "warmup", *arguments],
        cwd=ROOT,
        env=clean_environment() | variables,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_doctor_tells_people_what_would_serve_and_how_long_each_phase_took() -> None:
    done = doctor()
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:2] == ["ready to serve", "findings"]
    for phase in ("environment", "files", "import", "platform", "weights", "device", "warm_up"):
        assert any(line.split()[0] == phase and line.endswith(" s") for line in lines), phase
    for title in ("platform", "model", "flash_attn", "files", "memory", "start-up", "settings", "findings"):
        assert title in lines
    assert "\033[" not in done.stdout, "colours are for terminals"


def test_the_doctor_tells_machines_the_same_and_fails_when_it_could_not_serve(tmp_path: Path) -> None:
    done = doctor("--json", **NO_WEIGHTS, HF_HOME=str(tmp_path), HOME=str(tmp_path))
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["serving"] is False
    assert "TTS_ALLOW_DOWNLOAD is false" in report["problem"]
    assert report.keys() == Report().as_dict().keys()
    assert "Traceback" not in done.stderr


BROKEN = {  # every one of these alone ends a start without the doctor, or has it do something else than was meant
    "HF_TOKEN": ("“hf_Zq8secret”", "HF_TOKEN=<your value>"),
    "ALL_PROXY": ("socks5://me:Zq8secret@127.0.0.1:1080", "unset ALL_PROXY"),
    "HF_ENDPOINT": ("http://[::1", "unset HF_ENDPOINT"),
    "SSL_CERT_FILE": ("/proc/none", "unset SSL_CERT_FILE"),
    "TORCH_LOGS": ("foo", "unset TORCH_LOGS"),
    "PYTORCH_JIT": ("abc", "unset PYTORCH_JIT"),
    "TORCH_SYMMMEM": ("cuda", "TORCH_SYMMMEM=CUDA"),
    "TQDM_MININTERVAL": ("often", "unset TQDM_MININTERVAL"),
    "PYTORCH_CUDA_ALLOC_CONF": ("max_split_size_mb=512", "PYTORCH_CUDA_ALLOC_CONF=max_split_size_mb:512"),
    "RUNPOD_DEBUG_LEVEL": ("DEBUG", "RUNPOD_DEBUG_LEVEL=INFO"),
    "TTS_MODEL": ("f5tts_v1_base", "TTS_MODEL=F5TTS_v1_Base"),
}


def test_the_doctor_names_eleven_wrong_variables_and_the_fix_of_each() -> None:
    done = doctor(**{name: value for name, (value, _) in BROKEN.items()})
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "ready to serve, 9 errors, 2 warnings"
    for name, (_, fix) in BROKEN.items():
        assert any(f" {name}: " in line and line.endswith(f" -> {fix}") for line in lines), (name, done.stdout)
    assert "Zq8secret" not in done.stdout


def test_a_volume_that_is_not_there_is_a_finding_of_the_doctor(tmp_path: Path) -> None:
    done = doctor("--json", TTS_VOLUME_DIR=str(tmp_path / "no-such-mount"), TTS_MODEL="demo")
    assert "TTS_VOLUME_DIR" in {finding["subject"] for finding in json.loads(done.stdout)["findings"]}


def test_the_doctor_is_coloured_on_a_terminal(tmp_path: Path) -> None:
    ours, its = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "warmup"],
        cwd=ROOT,
        env=clean_environment() | NO_WEIGHTS | {"HF_HOME": str(tmp_path), "HOME": str(tmp_path)},
        stdout=its,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(its)
        shown = os.read(ours, 65536).decode()
        assert process.wait(timeout=60) == 1
    os.close(ours)
    assert shown.startswith("\033[31;1mcannot serve:")
