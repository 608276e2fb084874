"""Whether a transcript that was given is what the recording says.

Hearing it takes longer than anything else before synthesis, so by default only a transcript whose pace is unusual is
held against the recording.
"""

from __future__ import annotations

from enum import Enum

from tts.asr.heard import Ear
from tts.asr.tokens import word_errors
from tts.clock import Samples
from tts.errors import RequestError, TranscriptionUnavailable, VoiceUnusable
from tts.voice.phrases import MOST_ERRORS, shortened
from tts.voice.speech import find_speech
from tts.voice.transcript.check import is_unusual


class Check(Enum):
    """When a transcript is held against the recording."""

    NEVER = "never"
    IF_UNUSUAL = "if its pace is unusual"  # a contradiction is a warning
    ALWAYS = "always"  # so it is here
    DEMANDED = "demanded"  # a contradiction is refused, and so is what can't be checked


def agreed(
    text: str, samples: Samples, warnings: tuple[str, ...], ear: Ear | None, language: str | None, checked: Check
) -> tuple[tuple[str, ...], str | None]:
    """Return what is doubtful about a transcript once the recording was heard, if it is, and the language if known.

    Args:
        text: what was given for `samples`.
        samples: (samples,), the part of the recording that is used.
        warnings: what seemed doubtful before; what is heard may settle it.
        ear: hears.
        language: of the recording, if known.
        checked: when.

    Raises:
        VoiceUnusable: it is demanded, and something else is said.
        TranscriptionUnavailable: it is demanded, and what is said can't be made out.
    """
    demanded = checked is Check.DEMANDED
    if ear is None and demanded:
        raise _unchecked("this worker makes no transcripts")
    wanted = demanded or checked is Check.ALWAYS
    unusual = checked is Check.IF_UNUSUAL and (warnings or is_unusual(text, find_speech(samples).seconds))
    if ear is None or not (wanted or unusual):
        return warnings, language
    try:
        heard = ear.hear(samples, language)
    except RequestError as error:
        if demanded:
            raise _unchecked(error.message) from error
        return (warnings if isinstance(error, TranscriptionUnavailable) else (*warnings, error.message)), language
    if word_errors(heard.text, text) <= MOST_ERRORS:
        return (), language or heard.language
    both = f"{shortened(text)!r} was given, {shortened(heard.text)!r} is heard"
    problem = f"voice_text is not what is said in the recording: {both}"
    if demanded:
        raise VoiceUnusable(problem, "send what is said in the recording, or leave voice_text out", "voice_text")
    return (problem,), language


def _unchecked(why: str) -> TranscriptionUnavailable:
    return TranscriptionUnavailable(
        f"voice_text can't be checked: {why}", "leave check_transcript out", "check_transcript"
    )
