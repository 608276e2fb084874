from __future__ import annotations

import pytest

from tests.conftest import as_file, tone
from tests.support.ears import Told
from tts.errors import TranscriptionUnavailable, VoiceUnusable
from tts.voice.agreement import Check
from tts.voice.reference import make_voice

RIGHT = "Two red cats sit under the old tree, and a dog is asleep beside them."  # 70 letters for 5 s: a usual pace
WRONG = "This was never spoken by anybody who has been near that microphone here."
SLOW = "Two red cats sit here and wait."
DATA = as_file(tone(5))


def test_a_transcript_of_a_usual_pace_costs_no_hearing() -> None:
    ear = Told(WRONG)
    voice = make_voice(DATA, RIGHT, ear=ear, checked=Check.IF_UNUSUAL)
    assert (voice.warnings, voice.transcript, ear.asked) == ((), "given", [])


@pytest.mark.parametrize("text", [SLOW, f"{RIGHT} {RIGHT}"], ids=["slow", "fast"])
def test_a_transcript_of_an_unusual_pace_is_held_against_the_recording(text: str) -> None:
    ear = Told(WRONG)
    voice = make_voice(DATA, text, ear=ear, checked=Check.IF_UNUSUAL)
    assert len(ear.asked) == 1
    assert len(voice.warnings) == 1
    assert text[:100] in voice.warnings[0]
    assert WRONG in voice.warnings[0]
    assert voice.text == text


def test_what_is_heard_settles_a_doubt_about_the_pace() -> None:
    short = "Yes, that is all of it."
    assert make_voice(DATA, short).warnings
    assert not make_voice(DATA, short, ear=Told("yes that is all of it"), checked=Check.IF_UNUSUAL).warnings


@pytest.mark.parametrize(("said", "warned"), [(RIGHT, False), (WRONG, True)])
def test_always_warns_of_what_contradicts_the_recording(said: str, warned: bool) -> None:
    assert bool(make_voice(DATA, RIGHT, ear=Told(said), checked=Check.ALWAYS).warnings) == warned


def test_a_contradiction_is_refused_where_that_is_demanded() -> None:
    with pytest.raises(VoiceUnusable) as caught:
        make_voice(DATA, RIGHT, ear=Told(WRONG), checked=Check.DEMANDED)
    assert RIGHT in caught.value.message
    assert WRONG in caught.value.message
    assert caught.value.field == "voice_text"
    assert make_voice(DATA, RIGHT, ear=Told(RIGHT.upper()), checked=Check.DEMANDED).warnings == ()


UNHEARD = [TranscriptionUnavailable("it is not English", "-"), VoiceUnusable("no words are heard", "-")]


@pytest.mark.parametrize("failure", UNHEARD, ids=lambda failure: failure.code)
def test_what_can_not_be_checked_is_refused_where_a_check_is_demanded(failure: TranscriptionUnavailable) -> None:
    with pytest.raises(TranscriptionUnavailable, match=f"can't be checked: {failure.message}"):
        make_voice(DATA, RIGHT, ear=Told(failure=failure), checked=Check.DEMANDED)
    with pytest.raises(TranscriptionUnavailable, match="can't be checked"):
        make_voice(DATA, RIGHT, checked=Check.DEMANDED)


def test_a_language_that_is_not_heard_is_no_contradiction_and_a_recording_without_words_is() -> None:
    unknown, wordless = (make_voice(DATA, RIGHT, ear=Told(failure=each), checked=Check.ALWAYS) for each in UNHEARD)
    assert unknown.warnings == ()
    assert wordless.warnings == ("no words are heard",)


def test_a_missing_transcript_is_made_and_heard_twice_where_a_check_is_demanded() -> None:
    ear = Told(RIGHT)
    made = make_voice(DATA, None, ear=ear, language="en")
    checked = make_voice(DATA, "", ear=ear, checked=Check.DEMANDED)
    assert (made.text, made.transcript, checked.transcript) == (RIGHT, "made", "made, checked")
    assert [asked[1:] for asked in ear.asked] == [("en", False), (None, True)]
