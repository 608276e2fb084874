"""A long text in pieces that the model can say in one breath.

Cut where a reader would pause: at the end of sentences, then of clauses, then between words, and inside a
word only when nothing else is left. Nothing is lost and nothing changes place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tts.text.durations import weight

# Marks that need a blank behind them to end anything ("3.14", "1,000", "12:30") and marks that don't.
_SPACED_STOPS = r".!?…؟۔।॥።᙮‼⁇⁈⁉։។။"
_CLOSE_STOPS = r"。！？｡．"
_SPACED_COMMAS = r",;:،؛፣፤–—"
_CLOSE_COMMAS = r"，、；：､"
_CLOSERS = r"""["'”’»）)\]}」』】》]*"""
_SENTENCE = re.compile(rf"[{_SPACED_STOPS}]+{_CLOSERS}(?=\s)|[{_CLOSE_STOPS}]+{_CLOSERS}|ฯ(?=\s)|\n")
_CLAUSE = re.compile(rf"[{_SPACED_COMMAS}]+{_CLOSERS}(?=\s)|[{_CLOSE_COMMAS}]+{_CLOSERS}|—")
_WORD = re.compile(r"\s")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[\"'“‘])(?:(?:[^\W\d_]\.)+|(?:mr|mrs|ms|dr|prof|rev|hon|st|sr|jr|gen|col|capt|lt|sgt|gov|sen|rep|pres"
    r"|mt|ft|no|nos|vol|fig|figs|eq|ch|pp?|ed|eds|al|approx|dept|est|inc|ltd|co|corp|vs|etc|cf|ca|resp"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun"
    r"|bzw|usw|nr|abb|evtl|ggf|inkl|str|tel|hr|fr|mme|mlle|sra?|srta|ud|uds|núm|pág|av|dott|sig|ing)\.)$",
    re.IGNORECASE,
)


# Thai and Lao vowels that are written as letters but can't begin, or can't end, a piece.
_NEVER_FIRST = set("ะาำๅๆະາຳໆ")
_NEVER_LAST = set("เแโใไເແໂໃໄ")


@dataclass(frozen=True)
class _Piece:
    text: str  # with the blanks that follow it
    ends_sentence: bool

    @property
    def weight(self) -> float:
        """Weight within a chunk."""
        return weight(self.text)

    @property
    def blank(self) -> float:
        """Weight of the blanks at its end, which the end of a chunk drops."""
        return self.weight - weight(self.text.rstrip())


def chunks(text: str, limit: float) -> list[str]:
    """Divide a cleaned text into as few chunks of at most `limit` units as can be, evenly filled.

    Among equally many, the division that breaks fewest sentences wins, then the most even one.

    Args:
        text: as `tts.text.clean.clean` returns it.
        limit: weight (`tts.text.durations.weight`) of the longest chunk, at least that of one character.
    """
    pieces = list(_pieces(text, limit))
    return [" ".join("".join(piece.text for piece in group).split()) for group in _pack(pieces, limit)]


def _pieces(text: str, limit: float) -> Iterator[_Piece]:
    for sentence in _cut(text, _sentence_ends(text)):
        yield from _fitting(sentence, limit)


def _fitting(sentence: str, limit: float) -> Iterator[_Piece]:
    """Cut a sentence as coarsely as possible into pieces within the limit."""
    parts = [sentence]
    for ends in (_clause_ends, _word_ends, _character_ends):
        if all(_fits(part, limit) for part in parts):
            break
        parts = [piece for part in parts for piece in ([part] if _fits(part, limit) else _cut(part, ends(part)))]
    yield from (_Piece(part, ends_sentence=False) for part in parts[:-1])
    yield _Piece(parts[-1], ends_sentence=True)


def _fits(part: str, limit: float) -> bool:
    return weight(part.rstrip()) <= limit


def _cut(text: str, ends: Iterator[int]) -> list[str]:
    places = sorted({0, *ends, len(text)})
    parts: list[str] = []
    for start, end in pairwise(places):
        if text[start:end].isspace() and parts:
            parts[-1] += text[start:end]
        else:
            parts.append(text[start:end])
    return parts


def _sentence_ends(text: str) -> Iterator[int]:
    for mark in _SENTENCE.finditer(text):
        head = text[max(0, mark.end() - 24) : mark.end()]
        if not _ABBREVIATION.search(head) or text[mark.end() :].startswith("\n"):
            yield _after_blanks(text, mark.end())


def _clause_ends(text: str) -> Iterator[int]:
    return (_after_blanks(text, mark.end()) for mark in _CLAUSE.finditer(text))


def _word_ends(text: str) -> Iterator[int]:
    return (_after_blanks(text, mark.end()) for mark in _WORD.finditer(text))


def _character_ends(text: str) -> Iterator[int]:
    # A combining mark or a vowel sign stays with its letter.
    return (
        place + 1
        for place, (letter, following) in enumerate(pairwise(text))
        if not unicodedata.category(following).startswith("M")
        and following not in _NEVER_FIRST
        and letter not in _NEVER_LAST
    )


def _after_blanks(text: str, place: int) -> int:
    while place < len(text) and text[place].isspace():
        place += 1
    return place


def _pack(pieces: list[_Piece], limit: float) -> list[list[_Piece]]:
    """Group neighbours: fewest chunks, then fewest broken sentences, then the least sum of squares."""
    weights = [piece.weight for piece in pieces]
    best: list[tuple[int, int, float]] = [(0, 0, 0.0)]
    start_of: list[int] = [0]
    for end in range(1, len(pieces) + 1):
        broken = int(not pieces[end - 1].ends_sentence)
        options, load, start = [], -pieces[end - 1].blank, end - 1
        while (start >= 0 and (load := load + weights[start]) <= limit) or start == end - 1:
            count, breaks, squares = best[start]
            options.append(((count + 1, breaks + broken, squares + load * load), start))
            start -= 1
        cost, start = min(options)
        best.append(cost)
        start_of.append(start)
    groups: list[list[_Piece]] = []
    end = len(pieces)
    while end > 0:
        groups.append(pieces[start_of[end] : end])
        end = start_of[end]
    return groups[::-1]
