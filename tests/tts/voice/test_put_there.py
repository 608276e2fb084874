"""Recordings that somebody put into the folder of voices, named in jobs by callers who can't see the folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import as_file, tone
from tests.support.ears import Told
from tts.errors import TranscriptionUnavailable, VoiceUnusable
from tts.voice.library import Library
from tts.voice.registry import Voices

SAID = "Two red cats sit here and wait."  # a slow pace for 5 s
OTHER = "This was never spoken by anybody who has been near that microphone here."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "me.wav").write_bytes(as_file(tone(5)))
    return tmp_path


def test_what_is_wrong_with_a_recording_in_the_folder_is_told_to_who_names_it(folder: Path) -> None:
    (folder / "story.toml").write_text('ref_audio = "infer/main.flac"\nref_text = ""\n')
    with pytest.raises(VoiceUnusable, match=r"'story' can't be used: main\.flac is not in the folder") as told:
        Voices(library=Library(folder)).find("story")
    assert told.value.field == "voice"


def test_a_caller_who_names_a_voice_is_not_asked_for_its_transcript(folder: Path) -> None:
    deaf = Told(failure=TranscriptionUnavailable("no clear English is heard", "send it as voice_text", "voice_text"))
    with pytest.raises(TranscriptionUnavailable, match="'me' can't be used: no clear English") as told:
        Voices(deaf, library=Library(folder)).named("me")
    assert "voice_text" not in str(told.value.as_dict())
    (folder / "me.txt").write_text("x y z")
    with pytest.raises(VoiceUnusable, match="'me' can't be used: the transcript is too short") as refused:
        Voices(library=Library(folder)).named("me")
    assert "voice_text" not in str(refused.value.as_dict())


@pytest.mark.parametrize(("heard", "warned"), [(SAID, False), (OTHER, True)])
def test_a_transcript_of_an_unusual_pace_is_held_against_the_recording_in_the_folder(
    folder: Path, heard: str, warned: bool
) -> None:
    (folder / "me.txt").write_text(SAID)
    ear = Told(heard)
    voice = Voices(ear, library=Library(folder)).named("me")
    assert (bool(voice.warnings), len(ear.asked)) == (warned, 1)
