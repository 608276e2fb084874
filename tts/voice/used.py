"""Which part of a recording is used, and what it says: as given with times, as given and heard, or as heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tts.asr.heard import Ear
from tts.clock import SAMPLE_RATE, Samples
from tts.errors import VoiceUnusable
from tts.voice.cut import MAX_KEPT_S, MIN_KEPT_S, cut_by_cues
from tts.voice.phrases import given_phrases, heard_phrases
from tts.voice.sound import check_speech
from tts.voice.speech import Speech, best_stretch, find_speech, trim, without_long_pauses
from tts.voice.transcript import Transcript

Source = Literal["given", "made", "made, checked"]  # the last: heard twice, and both times the same

_AROUND_S = 0.25  # kept around 12 s of speech: margins, and what a codec smears
_LISTENED_S = 28.0  # of a long recording: what Whisper hears at once


@dataclass(frozen=True, eq=False)
class Used:
    """The part of a recording that serves as a reference."""

    samples: Samples  # without long pauses
    text: str  # what it says; empty: nobody knows
    source: Source = "given"
    language: str | None = None  # that was heard, if it was


def part_used(
    samples: Samples, speech: Speech, transcript: Transcript, ear: Ear | None, language: str | None, twice: bool
) -> Used:
    """Cut sound and text together, by the times that a transcript has, or those at which its words are heard.

    Args:
        samples: (samples,), as they came.
        speech: in them.
        transcript: as given, empty if none was.
        ear: hears what isn't given; None: nothing does.
        language: of the recording, if known.
        twice: whether what is heard must be heard twice.

    Raises:
        VoiceUnusable: no part will do; the error says why.
        TranscriptionUnavailable: what is said can't be made out.
    """
    if transcript.cues:  # their times are those of the recording as it came
        return Used(*_cut(samples, speech, transcript))
    spoken = trim(samples, speech)
    short = len(spoken) <= (MAX_KEPT_S + _AROUND_S) * SAMPLE_RATE
    if short and (transcript.text or ear is None):
        return Used(spoken, transcript.text)
    if ear is None:
        return _stretch(spoken, transcript)
    if not short:
        start, end = best_stretch(find_speech(spoken), MIN_KEPT_S, _LISTENED_S)
        spoken = spoken[start:end]
    heard = ear.hear(spoken, language, twice=twice)
    source: Source = "made, checked" if heard.twice else "made"
    if short:
        return Used(spoken, heard.text, source, heard.language)
    speech = find_speech(spoken)
    if transcript.text:
        return Used(*_cut(spoken, speech, given_phrases(transcript.text, heard, speech)))
    return Used(*_cut(spoken, speech, heard_phrases(heard, speech)), source, heard.language)


def _cut(samples: Samples, speech: Speech, transcript: Transcript) -> tuple[Samples, str]:
    samples, said = cut_by_cues(samples, speech, transcript)
    speech = find_speech(samples)
    check_speech(samples, speech)
    return without_long_pauses(samples, speech.mask), said


def _stretch(spoken: Samples, transcript: Transcript) -> Used:
    """Return the best part of a recording, unless there are words for all of it that can't be cut with it."""
    if transcript.text:
        raise VoiceUnusable(
            f"the recording has {len(spoken) / SAMPLE_RATE:.1f} s of speech and must be cut to "
            f"{MAX_KEPT_S:.0f} s, but the transcript has no times to cut it by",
            "send 3 to 12 s with just their transcript, or a transcript with times (SRT, VTT, or CSV with "
            "Start,End,Segment)",
            "voice_text",
        )
    start, end = best_stretch(find_speech(spoken), MIN_KEPT_S, MAX_KEPT_S)
    return Used(spoken[start:end], "")
