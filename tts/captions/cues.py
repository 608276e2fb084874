"""Words to cues: what stands on the screen at once, in lines that can be read."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tts.captions.words import Word, phrase

LINE = 42  # characters, wide ones counting twice, as broadcasters have it
LINES = 2
LONGEST_S = 7.0
PAUSE_S = 1.0  # a cue doesn't stay over a longer one
_ENDS, _STOPS = ".!?…。！？؟۔।॥", ",;:–—，；：、،؛"
_CLOSING = "\"'”’“‘»«›‹」』)） "


@dataclass(frozen=True)
class Cue:
    """Words that are shown together, in one or two lines."""

    lines: tuple[tuple[Word, ...], ...]

    @property
    def start_s(self) -> float:
        """When its first word starts."""
        return self.lines[0][0].start_s

    @property
    def end_s(self) -> float:
        """When its last word ends."""
        return min(self.lines[-1][-1].end_s, self.start_s + LONGEST_S)


def cues(words: Sequence[Word]) -> list[Cue]:
    """Return all words in cues, broken at ends of sentences, then at other punctuation."""
    rest = [piece for word in words for piece in _pieces(word)]
    made: list[Cue] = []
    while rest:
        count = _fitting(rest)
        if count < len(rest) and not _ends(rest[count - 1], _ENDS):
            count = _at_punctuation(rest[:count]) or _evenly(rest, count)
        lines = _lines(rest[:count])
        assert lines is not None
        made.append(Cue(lines))
        rest = rest[count:]
    return made


def width(words: Sequence[Word]) -> int:
    """Return the columns that words take in a line."""
    return sum(_columns(character) for character in phrase(words))


def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _fitting(words: Sequence[Word]) -> int:
    """Return how many words the first cue can hold: to the end of a sentence, a pause, or its limits."""
    for count in range(1, len(words)):
        last, following = words[count - 1], words[count]
        late = following.end_s - words[0].start_s > LONGEST_S
        paused = following.start_s - last.end_s > PAUSE_S
        if late or paused or _ends(last, _ENDS) or _lines(words[: count + 1]) is None:
            return count
    return len(words)


def _at_punctuation(words: Sequence[Word]) -> int:
    """Return how many words stand before the last punctuation of the second half; 0 if there is none."""
    marks = [count for count, word in enumerate(words, 1) if count < len(words) and _ends(word, _STOPS)]
    if _ends(words[-1], _STOPS):
        return len(words)
    return next((count for count in reversed(marks) if width(words[:count]) >= width(words) / 2), 0)


def _evenly(words: Sequence[Word], count: int) -> int:
    """Return how many words the first of two cues gets, so that the second isn't a single word."""
    following = count + _fitting(words[count:])
    half = width(words[:following]) / 2
    return next(index for index in range(1, count + 1) if index == count or width(words[:index]) >= half)


def _lines(words: Sequence[Word]) -> tuple[tuple[Word, ...], ...] | None:
    """Return words in one line, or in two as even as can be; None if they don't fit."""
    if width(words) <= LINE:
        return (tuple(words),)
    best: tuple[float, int] | None = None
    for count in range(1, len(words)):
        one, other = width(words[:count]), width(words[count:])
        if max(one, other) > LINE:
            continue
        uneven = abs(one - other) - LINE / 4 * _ends(words[count - 1], _ENDS + _STOPS)
        best = min(best or (uneven, count), (uneven, count))
    return None if best is None else (tuple(words[: best[1]]), tuple(words[best[1] :]))


def _ends(word: Word, marks: str) -> bool:
    return word.text.rstrip(_CLOSING)[-1:] in tuple(marks)


def _pieces(word: Word) -> Iterator[Word]:
    """Yield a word in pieces that fit a line each, with shares of its time."""
    parts = [""]
    columns = 0
    for character in word.text:
        columns += _columns(character)
        if columns > LINE:
            parts.append("")
            columns = _columns(character)
        parts[-1] += character
    if len(parts) == 1:
        yield word
        return
    length, done = (word.end_s - word.start_s) / len(word.text), 0
    for part in parts:
        start, done = done, done + len(part)
        times = (word.start_s + start * length, word.start_s + done * length)
        yield Word(part, *times, word.estimated, word.joined or start > 0)
