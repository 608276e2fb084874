"""What was heard to a transcript with times: phrases between the pauses of the recording.

The times of Whisper's words are off by 0.1 s and more, and those of its phrases by more than that. Where a pause lies
is seen in the sound, to 10 ms; the words' times only tell between which of them it is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tts.asr.heard import Heard
from tts.asr.tokens import align, tokens_of
from tts.errors import VoiceUnusable
from tts.voice.cut import MAX_KEPT_S
from tts.voice.levels import WINDOWS_PER_S
from tts.voice.speech import Speech
from tts.voice.transcript.cues import Cue, Transcript

MOST_ERRORS = 0.5  # word error rate beyond which a transcript is that of something else; tiny.en's own is 0.0 to 0.3


@dataclass(frozen=True)
class _Spoken:
    """A word of a text with its place there, and when it is said."""

    key: str
    start: int
    end: int
    start_s: float
    end_s: float


def heard_phrases(heard: Heard, speech: Speech) -> Transcript:
    """Return what was heard, a cue for every stretch between two pauses."""
    return _phrases(heard.text, _spoken(heard), speech)


def given_phrases(given: str, heard: Heard, speech: Speech) -> Transcript:
    """Return that part of a plain transcript which was heard, a cue for every stretch between two pauses.

    Args:
        given: what is said in the recording, or in all of what this is a part of.
        heard: in this part.
        speech: in this part.

    Raises:
        VoiceUnusable: it says something else.
    """
    known, words = _spoken(heard), tokens_of(given)
    pairs = align([word.key for word in known], [word.key for word in words])
    met = [index for index in pairs if index is not None]
    right = sum(index is not None and words[index].key == word.key for index, word in zip(pairs, known, strict=True))
    if not met or right < (1 - MOST_ERRORS) * len(known):
        raise VoiceUnusable(
            f"voice_text is not what is said in the recording: {shortened(heard.text)!r} is heard",
            "send the transcript of this recording, or leave voice_text out",
            "voice_text",
        )
    times = {index: known[at] for at, index in enumerate(pairs) if index is not None}
    timed, last_s = [], known[0].start_s
    for index in range(met[0], met[-1] + 1):
        at = times.get(index)  # a word that wasn't heard is between those beside it
        start_s, end_s = (at.start_s, at.end_s) if at else (last_s, last_s)
        timed.append(_Spoken(words[index].key, words[index].start, words[index].end, start_s, end_s))
        last_s = end_s
    return _phrases(given, timed, speech)


def shortened(text: str) -> str:
    """Return a text as an error may quote it."""
    return text if len(text) <= 120 else f"{text[:117]}..."


def _spoken(heard: Heard) -> list[_Spoken]:
    """Return the words of what was heard; one of several characters without blanks is divided evenly."""
    found: list[_Spoken] = []
    text = "".join(word.text for word in heard.words)
    at = len(text.lstrip()) - len(text)  # heard.text has no blank before it
    for word in heard.words:
        tokens = tokens_of(word.text)
        step_s = (word.end_s - word.start_s) / max(len(tokens), 1)
        for index, token in enumerate(tokens):
            start_s = word.start_s + index * step_s
            found.append(_Spoken(token.key, at + token.start, at + token.end, start_s, start_s + step_s))
        at += len(word.text)
    return found


def _phrases(text: str, words: Sequence[_Spoken], speech: Speech) -> Transcript:
    groups = [part for group in _between_pauses(words, speech) for part in _short(group)]
    ends = [group.words[0].start for group in groups[1:]] + [_end(text, words[-1].end)]
    cues = [
        Cue(group.start_s, group.end_s, text[group.words[0].start : end].strip())
        for group, end in zip(groups, ends, strict=True)
    ]
    return Transcript(" ".join(cue.text for cue in cues), tuple(cues))


@dataclass(frozen=True)
class _Group:
    """Words in a row and the time that they take."""

    words: Sequence[_Spoken]
    start_s: float
    end_s: float


def _between_pauses(words: Sequence[_Spoken], speech: Speech) -> Iterator[_Group]:
    """Divide words at the pauses that lie between two of them."""
    middles = [(word.start_s + word.end_s) / 2 for word in words]
    runs = [(start / WINDOWS_PER_S, end / WINDOWS_PER_S) for start, end in speech.runs()]
    first, start_s = 0, runs[0][0]
    for (_, end_s), (next_s, _) in pairwise(runs):
        before = bisect_right(middles, (end_s + next_s) / 2)
        if before > first:
            yield _Group(words[first:before], start_s, end_s)
            first, start_s = before, next_s
        elif first == 0:
            start_s = next_s  # sound before the first word is none of it
    if first < len(words):
        yield _Group(words[first:], start_s, runs[-1][1])


def _short(group: _Group) -> Iterator[_Group]:
    """Divide what is too long for a reference between the two words that are furthest apart."""
    words = group.words
    if group.end_s - group.start_s <= MAX_KEPT_S or len(words) < 2:
        yield group
        return
    middle_s = (group.start_s + group.end_s) / 2
    best = max(
        range(1, len(words)),
        key=lambda at: words[at].start_s - words[at - 1].end_s - 0.01 * abs(words[at].start_s - middle_s),
    )
    at_s = (words[best - 1].end_s + words[best].start_s) / 2
    yield from _short(_Group(words[:best], group.start_s, at_s))
    yield from _short(_Group(words[best:], at_s, group.end_s))


def _end(text: str, at: int) -> int:
    """Return where the marks behind a word end."""
    rest = tokens_of(text[at:])
    return at + rest[0].start if rest else len(text)
