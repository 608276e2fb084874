"""What `python handler.py` takes on its command line, without loading a model."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cli import local
from tests.support.platform_api import clean_environment
from tests.support.root import ROOT

JOB = {"input": {"text": "Two red cats."}}


def read(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str, on_platform: bool = False) -> local.Asked:
    monkeypatch.chdir(folder)
    return local.read(arguments, on_platform=on_platform)


@pytest.mark.parametrize(
    "arguments",
    [(), ("--test_input",), ("--test_input", "test_input.json"), ("--test_input", json.dumps(JOB))],
    ids=["alone", "the flag alone", "a file", "json"],
)
def test_a_job_is_read_however_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "test_input.json").write_text(json.dumps(JOB))
    asked = read(tmp_path, monkeypatch, *arguments)
    assert asked.job == JOB
    assert json.loads(asked.sdk_arguments[1]) == JOB, "the SDK takes JSON only"


def test_a_worker_on_the_platform_waits_for_jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(tmp_path, monkeypatch, on_platform=True) == local.Asked(None, False, ())


def test_the_sdks_own_flags_reach_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flags = ("--rp_serve_api", "--rp_api_host", "0.0.0.0", "--rp_api_port", "8001", "--rp_log_level", "INFO")
    assert read(tmp_path, monkeypatch, *flags) == local.Asked(None, True, flags)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "test_input.json: there is no such file"),
        (("--test_input", "missing.json"), "missing.json: there is no such file"),
        (("--test_input", "."), "can't be read as a job"),
        (("--test_input", "x" * 5000), "can't be read as a job"),
        (("--test_input", "\0"), "can't be read as a job"),
        (("--test_input", "{not json"), "is not JSON"),
        (("--test_input", "[" * 100_000), "is not JSON"),
        (("--test_input", '{"input": ' + "9" * 5000 + "}"), "is not JSON"),
        (("--test_input", "[1]"), "is not a job"),
        (("--test_input", '{"text": "Hi"}'), "is not a job"),
        (("--test_input", '{"input": "Hi"}'), "is not a job"),
        (("--rp_serve_ap",), "unrecognized arguments"),
        (("--test-input",), "unrecognized arguments"),
        (("--rp_api_port", "many"), "invalid int"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_job_is_told_in_words(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    words: str,
) -> None:
    with pytest.raises(SystemExit) as end:
        read(tmp_path, monkeypatch, *arguments)
    said = str(end.value.code) + capsys.readouterr().err
    assert words in said
    assert len(said) < 2000


@pytest.mark.parametrize(
    ("given", "words"),
    [({"text": "Hi", "sped": 2}, "did you mean speed"), ({"text": "Hi", "voice": "dem"}, "did you mean 'demo'")],
)
def test_a_job_that_cannot_be_served_is_refused_before_torch_is_imported(given: object, words: str) -> None:
    code = (
        "import sys; from cli import local; from warmup.environment.settings import Settings\n"
        "asked = local.read(['--test_input', sys.argv[1]], on_platform=False)\n"
        "try: local.check(asked, Settings())\n"
        "finally: assert 'torch' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps({"input": given})],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
