"""A recording on the command line without its transcript."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from cli.terminal import heard
from tests.conftest import as_file
from tests.support.platform_api import clean_environment
from tests.support.root import ROOT
from tests.support.speaking import recorded
from tts.api import SynthesizeReply, VoiceUsed


@pytest.mark.parametrize(("source", "told"), [("given", False), ("made", True), ("made, checked", True)])
def test_what_was_heard_is_told_and_how_to_correct_it(source: str, told: bool) -> None:
    voice = VoiceUsed(name="", id="a", text="Six spoons.", transcript=source)  # type: ignore[arg-type]
    said = heard(SynthesizeReply.model_construct(voice=voice))
    assert ("Six spoons." in said and "--voice-text" in said) == told == bool(said)


@pytest.mark.slow
def test_a_recording_speaks_without_its_transcript_and_without_a_network(tmp_path: Path) -> None:
    (tmp_path / "me.wav").write_bytes(as_file(recorded("main")))
    done = subprocess.run(
        [sys.executable, "-m", "tts", "Two red cats.", "--voice", "me.wav", "--out", "cats.wav", "--steps", "4"],
        cwd=tmp_path,
        env=clean_environment() | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "fresh snow peas" in done.stderr
    assert soundfile.info(tmp_path / "cats.wav").duration > 0.3
