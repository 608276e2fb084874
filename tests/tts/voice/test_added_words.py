"""What `voice_add` finds out about the words of a recording: it is stored once, and spoken with many times."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import pytest

from tests.conftest import as_file, tone
from tests.support.ears import Told
from tts.api.voices import VoiceAddReply, VoiceAddRequest, VoiceGetRequest, VoiceListed
from tts.errors import TranscriptionUnavailable
from tts.voice.library import Library
from tts.voice.registry import Voices
from tts.voice.shelf import Shelf

RIGHT = "Two red cats sit under the old tree, and a dog is asleep beside them."  # a usual pace for 5 s
WRONG = "This was never spoken by anybody who has been near that microphone here."


def shelf(folder: Path, ear: Told) -> Shelf:
    return Shelf(Voices(ear, library=Library(folder)))


def added(to: Shelf, text: str | None, language: str | None = None) -> VoiceAddReply:
    recording = base64.b64encode(as_file(tone(5))).decode()
    fields = {"name": "anna", "voice_base64": recording, "voice_text": text, "language": language}
    return asyncio.run(to.add(VoiceAddRequest.model_validate({"action": "voice_add", **fields})))


def listed(on: Shelf) -> VoiceListed:
    (anna,) = (voice for voice in asyncio.run(on.list()).voices if voice.name == "anna")
    return anna


def test_a_transcript_that_the_recording_contradicts_is_told_when_it_is_stored_and_stays_in_the_list(
    tmp_path: Path,
) -> None:
    voices = shelf(tmp_path, Told(WRONG))
    reply = added(voices, RIGHT)
    (warning,) = reply.warnings
    assert RIGHT in warning
    assert WRONG in warning
    assert reply.text == RIGHT
    assert f"transcript: {warning}" in (listed(voices).findings or [])
    shown = asyncio.run(voices.get(VoiceGetRequest(action="voice_get", name="anna")))
    assert shown.findings == reply.findings


def test_a_transcript_that_the_recording_bears_out_is_no_finding(tmp_path: Path) -> None:
    reply = added(shelf(tmp_path, Told(RIGHT)), RIGHT)
    assert reply.warnings == []
    assert not any(finding.startswith("transcript") for finding in reply.findings)


@pytest.mark.parametrize("text", [None, RIGHT], ids=["made", "given"])
def test_the_language_that_is_heard_is_stored(tmp_path: Path, text: str | None) -> None:
    voices = shelf(tmp_path, Told(RIGHT))
    assert (added(voices, text).language, listed(voices).language) == ("en", "en")


def test_a_language_that_is_given_counts_before_the_one_heard(tmp_path: Path) -> None:
    assert added(shelf(tmp_path, Told(RIGHT)), RIGHT, "en-GB").language == "en-GB"


def test_a_worker_that_can_not_hear_stores_a_voice_and_leaves_the_language_that_another_one_heard(
    tmp_path: Path,
) -> None:
    deaf = shelf(tmp_path, Told(failure=TranscriptionUnavailable("the model is away", "-")))
    first = added(deaf, RIGHT)
    assert (first.status, first.language, first.warnings) == ("created", None, [])
    assert added(shelf(tmp_path, Told(RIGHT)), RIGHT).status == "updated"
    again = added(deaf, RIGHT)
    assert (again.status, again.language) == ("unchanged", "en")
