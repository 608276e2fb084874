"""`python -m tts` and `f5-tts-worker`: what people type, right and wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cli import __main__ as command
from cli import arguments, python, say, single
from cli.recording import voice_fields
from tests.support.platform_api import clean_environment
from tests.support.root import ROOT
from tts.errors import InvalidInput
from tts.voice.library import Library


@pytest.mark.parametrize("given", [["--help"], ["say", "--help"], ["doctor", "--help"], ["serve", "--help"]])
def test_help_is_there_for_every_command(given: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli", *given], cwd=ROOT, env=clean_environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "usage: f5-tts-worker" in done.stdout or "usage: handler.py" in done.stdout


def test_an_error_names_a_flag_once_that_stands_for_two_fields() -> None:
    error = InvalidInput("voice_text comes without a recording", "send it with voice_base64 or voice_url", "voice_text")
    assert arguments.in_flags(error) == "--voice-text comes without a recording\nsend it with --voice"


def test_the_help_of_say_has_three_examples_that_its_parser_takes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments.read(["--help"], "say")
    examples = capsys.readouterr().out.partition("examples:")[2].strip().splitlines()
    assert len(examples) == 3
    for example in examples:
        line = example.partition("    ")[0]
        words = subprocess.run(["bash", "-c", f'printf "%s\\n" {line}'], capture_output=True, text=True).stdout
        assert arguments.read(words.splitlines()[1:], "say")


def test_a_stored_voice_is_listed_with_its_styles_and_found_before_the_model_is_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTS_VOICES_DIR", str(tmp_path))
    for style in ("default", "happy"):
        Library(tmp_path).add("anna", style, b"fLaC", text=f"I am {style}.", duration_s=3.0)
    (tmp_path / "me.wav").touch()
    (tmp_path / "berta").mkdir()
    (tmp_path / "berta" / "default.json").touch()
    assert command.main(["voices"]) == 0
    shown = capsys.readouterr().out
    for line in (
        r"anna +I am default\.",
        r"anna \(happy\) +I am happy\.",
        r"me +\(no transcript",
        "damaged: berta: its record",
    ):
        assert re.search(f"^{line}", shown, re.MULTILINE), shown
    assert say.main(["Hi.", "--voice", "anna", "--style", "sad"], "say") == 2
    assert "it has: default, happy" in capsys.readouterr().err


def test_an_address_on_the_command_line_is_fetched_not_opened() -> None:
    fields = voice_fields("https://a.example/me.wav", "Words.")
    assert fields == {"voice_url": "https://a.example/me.wav", "voice_text": "Words."}


def test_voices_are_listed_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert say.main(["--list-voices"], "say") == 0
    listed = capsys.readouterr().out
    assert command.main(["voices"]) == 0
    assert capsys.readouterr().out == listed
    assert {"demo", "basic_en"} <= {line.split()[0] for line in listed.splitlines()}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "give a text to say"),
        (["Hi.", "--batch", "x"], "give a text to say"),
        (["Hi.", "--steps", "3"], "--steps"),
        (["Hi.", "--cfg-strength", "99"], "--cfg-strength"),
        (["Hi.", "--duration", "0"], "--duration"),
        (["Hi.", "--voice", "nobody"], "no voice named 'nobody'"),
        (["Hi.", "--voice", "nowhere/me"], "there is no such file"),
        (["Hi.", "--voice-text", "I say."], "--voice-text comes without a recording"),
        (["Hi.", "--out", "speech.wma"], "known endings are wav"),
        (["Hi.", "--out", "/proc/none/speech.wav"], "can't be written"),
        (["Hi.", "--sped", "2"], "unrecognized arguments"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_wrong_is_told_before_the_model_loads(
    given: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the model was loaded")

    monkeypatch.setattr(single, "loaded", never)
    monkeypatch.chdir(tmp_path)
    try:
        status: object = say.main(given, "say")
    except SystemExit as end:
        status = end.code
    assert status not in (0, None)
    said = capsys.readouterr().err + str(status)
    assert words in said
    assert "voice_text" not in said
    assert "duration_s" not in said


def test_an_unknown_command_is_told_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["sing"]) == 2
    assert "say|serve|doctor|voices" in capsys.readouterr().err


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 13, 0)])
def test_a_wrong_python_is_said_in_a_sentence(version: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(SystemExit, match=r"this is Python 3\.1\d; the worker needs 3\.11 or 3\.12"):
        python.check_python()


@pytest.mark.parametrize("door", [["handler.py"], ["-m", "tts", "Hi."], ["-m", "warmup"], ["-m", "cli", "say", "Hi."]])
def test_a_python_without_the_packages_is_told_what_to_do(door: list[str], tmp_path: Path) -> None:
    bare = subprocess.run([sys.executable, "-I", "-c", "import sys; print(sys._base_executable)"], capture_output=True)
    done = subprocess.run(
        [bare.stdout.decode().strip(), "-S", *door], cwd=ROOT, env=clean_environment(), capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "`make run` installs everything" in done.stderr
    assert "Traceback" not in done.stderr


def printed(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return
    raise AssertionError(f"{words!r} was never printed")


LONG = "Two red cats sit under the old tree. " * 60
INTERRUPTED = {
    "python -m tts": ["-m", "tts", LONG, "--steps", "64"],
    "handler.py": ["handler.py", "--test_input", json.dumps({"input": {"steps": 64, "text": LONG}})],
}


@pytest.mark.parametrize("moment", ["while it loads", "while it speaks"])
@pytest.mark.parametrize("door", INTERRUPTED)
def test_ctrl_c_is_one_line_and_status_130(door: str, moment: str, tmp_path: Path) -> None:
    """The audit hook tells when the model is opened, and when the network is first run."""
    tell = (
        "import os, runpy, sys\n"
        "sys.path.insert(0, sys.argv.pop(1)); moment = sys.argv.pop(1)\n"
        "def hook(event, arguments):\n"
        "    if moment == 'while it loads' and event == 'open' and str(arguments[0]).endswith('demo/vocab.txt'):\n"
        "        os.write(1, b'now\\n')\n"
        "sys.addaudithook(hook)\n"
        "if moment == 'while it speaks':\n"
        "    from tts.engine.engine import Engine\n"
        "    mel = Engine.mel\n"
        "    def told(self, *given):\n"
        "        os.write(1, b'now\\n')\n"
        "        return mel(self, *given)\n"
        "    Engine.mel = told\n"
        "sys.argv = sys.argv[1:]\n"
        "if sys.argv[0] == '-m':\n"
        "    del sys.argv[0]; runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)\n"
        "else:\n"
        f"    runpy.run_path('{ROOT}/handler.py', run_name='__main__')\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", tell, str(ROOT), moment, *INTERRUPTED[door]],
        cwd=tmp_path,
        env=clean_environment() | {"TTS_MODEL": "demo"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    guard = threading.Timer(120, process.kill)
    guard.start()
    try:
        printed(process, "now")
        os.kill(process.pid, signal.SIGINT)
        _, said = process.communicate()
    finally:
        guard.cancel()
        process.kill()
    assert process.returncode == 130
    assert said.strip().splitlines()[-1] == "interrupted"
    assert "Traceback" not in said
