"""A text in pieces that each fit a chunk: whole sentences, else clauses, else words, else parts of a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from tts.text.cuts import character_ends, clause_ends, is_opening, wide_ends, word_ends
from tts.text.durations import weight
from tts.text.said import Said, joined
from tts.text.sentences import sentence_ends

Read = Callable[[str], str]
_WITHIN_WORDS = (wide_ends, character_ends)
_FINEST = 1 / 32  # of the limit: words are cut no finer, so that packing them takes linear time


@dataclass(frozen=True)
class Piece:
    """A part of a text that stays whole."""

    text: Said  # with the blanks that follow it
    weight: float  # of what is read of it, and of one blank behind it
    blank: float  # weight of that blank, which counts nothing at the end of a chunk
    ends_sentence: bool


def pieces(text: Said, limit: float, read: Read) -> Iterator[Piece]:
    """Cut a cleaned text, as coarsely as the limit allows.

    Args:
        text: what to cut.
        limit: weight of the heaviest piece.
        read: returns what the model reads of what is said. Every piece holds a letter or digit of it, unless the
            marks beside one are too heavy alone.
    """
    read = cache(read)  # every level asks again
    for sentence in sentences(text, read):
        parts = _fitting(sentence, limit, read)
        yield from (_piece(part, read, ends_sentence=False) for part in parts[:-1])
        yield _piece(parts[-1], read, ends_sentence=True)


def sentences(text: Said, read: Read) -> list[Said]:
    """Return the sentences of a cleaned text, each with a letter or digit that is read and the blanks behind it."""
    return _spoken(text.parted(sentence_ends(text.written)), read)


def _piece(text: Said, read: Read, ends_sentence: bool) -> Piece:
    blank = weight(" ") if text.spoken[-1:].isspace() else 0.0
    return Piece(text, _weight(text, read) + blank, blank, ends_sentence)


def _weight(part: Said, read: Read) -> float:
    return weight(read(part.spoken.rstrip()))


def _fitting(sentence: Said, limit: float, read: Read) -> list[Said]:
    """Cut a sentence as coarsely as possible into parts within the limit."""
    parts = [sentence]
    for ends in (clause_ends, word_ends, *_WITHIN_WORDS):
        fitting: list[Said] = []
        for part in parts:
            if _weight(part, read) <= limit:
                fitting.append(part)
            elif ends in _WITHIN_WORDS:
                fitting += _spoken(_grouped(_within(part, ends), limit * _FINEST), read)
            else:
                fitting += _spoken(part.parted(ends(part.written)), read)
        parts = fitting
    return [piece for part in parts for piece in _marks(part, limit, read)]


def _within(part: Said, ends: Callable[[str], Iterator[int]]) -> list[Said]:
    """Cut a word, or the words that are said for one."""
    inside = (place for edit in part.edits for place in range(edit.start + 1, edit.end))
    return part.parted([*ends(part.written), *inside], within=True)


def _spoken(parts: list[Said], read: Read) -> list[Said]:
    """Join what holds no letter or digit to a neighbour: opening marks to what follows, all else to what is before."""
    kept: list[list[Said]] = []
    opening: list[Said] = []
    for part in parts:
        if any(map(str.isalnum, read(part.spoken))):
            kept.append([*opening, part])
            opening = []
        elif kept and not opening and not _opens(part):
            kept[-1].append(part)
        else:
            opening.append(part)
    if opening:
        kept[-1:] = [[*(part for group in kept[-1:] for part in group), *opening]]
    return list(map(joined, kept))


def _opens(marks: Said) -> bool:
    return all(map(is_opening, marks.spoken.strip()))


def _grouped(parts: list[Said], finest: float) -> list[Said]:
    """Join neighbours that are lighter than the finest cut."""
    groups: list[list[Said]] = []
    load = finest
    for part in parts:
        if load >= finest:
            groups.append([part])
            load = 0.0
        else:
            groups[-1].append(part)
        load += weight(part.spoken)
    return list(map(joined, groups))


def _marks(part: Said, limit: float, read: Read) -> list[Said]:
    """Cut a letter from its marks where both are too heavy for one chunk."""
    if _weight(part, read) <= limit:
        return [part]
    return part.parted((found.end() for found in re.finditer(r"\s*\S\s*", part.written)), within=True)
