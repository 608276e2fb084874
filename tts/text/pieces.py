"""A text in pieces that each fit a chunk: whole sentences, else clauses, else words, else parts of a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from tts.text.cuts import character_ends, clause_ends, is_opening, wide_ends, word_ends
from tts.text.durations import weight
from tts.text.sentences import sentence_ends

Read = Callable[[str], str]
_WITHIN_WORDS = (wide_ends, character_ends)
_FINEST = 1 / 32  # of the limit: words are cut no finer, so that packing them takes linear time


@dataclass(frozen=True)
class Piece:
    """A part of a text that stays whole."""

    text: str  # with the blanks that follow it
    weight: float  # of what is read of it, and of one blank behind it
    blank: float  # weight of that blank, which counts nothing at the end of a chunk
    ends_sentence: bool


def pieces(text: str, limit: float, read: Read) -> Iterator[Piece]:
    """Cut a cleaned text, as coarsely as the limit allows.

    Args:
        text: what to cut.
        limit: weight of the heaviest piece.
        read: returns what is read of a part of the text. Every piece holds a letter or digit of it, unless the
            marks beside one are too heavy alone.
    """
    read = cache(read)  # every level asks again
    for sentence in _spoken(_cut(text, sentence_ends(text)), read):
        parts = _fitting(sentence, limit, read)
        yield from (_piece(part, read, ends_sentence=False) for part in parts[:-1])
        yield _piece(parts[-1], read, ends_sentence=True)


def _piece(text: str, read: Read, ends_sentence: bool) -> Piece:
    blank = weight(" ") if text[-1].isspace() else 0.0
    return Piece(text, _weight(text, read) + blank, blank, ends_sentence)


def _weight(part: str, read: Read) -> float:
    return weight(read(part.rstrip()))


def _fitting(sentence: str, limit: float, read: Read) -> list[str]:
    """Cut a sentence as coarsely as possible into parts within the limit."""
    parts = [sentence]
    for ends in (clause_ends, word_ends, *_WITHIN_WORDS):
        fitting: list[str] = []
        for part in parts:
            if _weight(part, read) <= limit:
                fitting.append(part)
            else:
                cut = _cut(part, ends(part))
                fitting += _spoken(_grouped(cut, limit * _FINEST) if ends in _WITHIN_WORDS else cut, read)
        parts = fitting
    return [piece for part in parts for piece in _marks(part, limit, read)]


def _cut(text: str, ends: Iterable[int]) -> list[str]:
    return [text[start:end] for start, end in pairwise(sorted({0, *ends, len(text)}))]


def _spoken(parts: list[str], read: Read) -> list[str]:
    """Join what holds no letter or digit to a neighbour: opening marks to what follows, all else to what is before."""
    joined: list[str] = []
    opening = ""
    for part in parts:
        if any(map(str.isalnum, read(part))):
            joined.append(opening + part)
            opening = ""
        elif joined and not opening and not _opens(part):
            joined[-1] += part
        else:
            opening += part
    if opening:
        joined[-1:] = ["".join([*joined[-1:], opening])]
    return joined


def _opens(marks: str) -> bool:
    return all(map(is_opening, marks.strip()))


def _grouped(parts: list[str], finest: float) -> list[str]:
    """Join neighbours that are lighter than the finest cut."""
    groups: list[str] = []
    load = finest
    for part in parts:
        if load >= finest:
            groups.append(part)
            load = 0.0
        else:
            groups[-1] += part
        load += weight(part)
    return groups


def _marks(part: str, limit: float, read: Read) -> list[str]:
    """Cut a letter from its marks where both are too heavy for one chunk."""
    return [part] if _weight(part, read) <= limit else re.findall(r"\s*\S\s*", part)
