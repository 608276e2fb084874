"""Whether a transcript can be what a recording says: a wrong one is paid for with speech at a wrong pace."""

from __future__ import annotations

import re
import unicodedata

from tts.errors import TranscriptionUnavailable, VoiceUnusable
from tts.text.durations import stressed, weight
from tts.voice.transcript.files import is_name

# Units a second, see tts.text.durations. espeak-ng in 14 languages at 80 words a minute, slower than anybody reads,
# says 7 to 12, Mandarin 4.4; hurried speech reaches 25.
_FASTEST, _SLOWEST, _SLOW = 30.0, 3.0, 5.0
_USUAL, _USUAL_HAN = (8.0, 26.0), (5.0, 20.0)  # units a second of speech without its pauses
_FASTEST_HAN, _SLOWEST_HAN, _SLOW_HAN = 27.0, 2.0, 3.5
_MOST_CHARS = 2000  # marks of some scripts weigh nothing; 12 s of hurried speech are 400 letters

_TEMPLATE = re.compile(r"[<\[{$%][^\n]{0,80}[>\]}%]")  # <your text>, {{ref_text}}, ${REF_TEXT}
_PLACEHOLDERS = frozenset(
    """string|text|none|null|nil|undefined|nan|n a|todo|tbd|placeholder|lorem ipsum|lorem ipsum dolor sit amet
    |some text|sample text|example text|your text|your text here|insert text here|enter text here|text here
    |voice text|ref text|reference text|transcript|transcription|subtitle|ref text here|reference text here
    |your ref text|your reference text|your reference text here|your transcript|your transcript here|transcript here
    |transcript of the audio|transcript of the recording|transcript of the reference audio|reference transcript
    |transcription of the audio|transcription of the reference audio|reference audio transcript
    |transcription of reference audio|the content subtitle or transcription of reference audio
    |the transcript of the audio|the transcript of the recording|the transcript of the reference audio
    |text of the audio|text of the reference audio|text spoken in the audio|text spoken in the reference audio
    |what is said in the audio|what is said in the recording|what is said in the reference audio
    |what is said in me wav|what i say in me wav|words spoken in the audio""".replace("\n    ", "").split("|")
)


def check(text: str, length_s: float) -> tuple[str, ...]:
    """Return what is doubtful about a transcript of so many seconds.

    Raises:
        TranscriptionUnavailable: it holds no word.
        VoiceUnusable: it is the name of a file or a placeholder, or can't be said in that time, or in all of it.
    """
    if not any(map(str.isalnum, text)):
        raise TranscriptionUnavailable(
            "the recording has no transcript, and this worker can't make one",
            "send what is said in the recording as voice_text",
            "voice_text",
        )
    _check_meant(text)
    fastest, slowest, slow = _limits(text)
    if weight(text) > fastest * length_s or len(text) > _MOST_CHARS:
        raise VoiceUnusable(
            f"the transcript is longer than {length_s:.1f} s of audio can hold",
            "send the words of this recording only, and all of the recording they are from",
            "voice_text",
        )
    if stressed(weight(text)) < slowest * length_s:
        raise VoiceUnusable(
            f"the transcript is too short for {length_s:.1f} s: a second of speech holds {slowest:.0f} letters or more",
            "send all that is said in the recording, or only the part of the recording that says it",
            "voice_text",
        )
    if weight(text) < slow * length_s:
        return ("the transcript is short for its recording; if words are missing from it, the result will be too slow",)
    return ()


def is_unusual(text: str, speech_s: float) -> bool:
    """Tell whether hardly anybody says a text in so many seconds without pauses, though some may."""
    low, high = _USUAL_HAN if _is_han(text) else _USUAL
    return not low * speech_s <= weight(text) <= high * speech_s


def _check_meant(text: str) -> None:
    if is_name(text):
        raise VoiceUnusable(
            "voice_text is the name of a file, not what is said in the recording",
            "send the words themselves, or what the file holds",
            "voice_text",
        )
    if _TEMPLATE.fullmatch(text) or re.sub(r"[\W_]+", " ", text.casefold()).strip() in _PLACEHOLDERS:
        raise VoiceUnusable(
            f"voice_text is a placeholder: {text[:80]}", "send the words that are said in the recording", "voice_text"
        )


def _limits(text: str) -> tuple[float, float, float]:
    """Return the fastest and slowest pace, and that below which words may be missing, by script."""
    if _is_han(text):
        return _FASTEST_HAN, _SLOWEST_HAN, _SLOW_HAN
    return _FASTEST, _SLOWEST, _SLOW


def _is_han(text: str) -> bool:
    letters = [unicodedata.name(letter, "") for letter in text[:_MOST_CHARS] if letter.isalpha()]
    return 2 * sum(name.startswith("CJK") for name in letters) > len(letters)
