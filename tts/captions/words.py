"""A text in words as captions show them, and a word with its time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Scripts that are written without blanks: every character is a word of its own.
_DENSE = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # kana, signs of repetition
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese characters
)
_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\uff9e\uff9f"  # that stand on a letter
_UNIT = re.compile(rf"[{_DENSE}][{_MARKS}]*|[^\s{_DENSE}]+")


@dataclass(frozen=True)
class Said:
    """A word as it is written, and what is said for it."""

    written: str  # with its punctuation
    spoken: str  # "twenty three" for "23"
    joined: bool = False  # whether it follows the word before without a blank


@dataclass(frozen=True)
class Word:
    """A word with its time."""

    text: str  # with its punctuation
    start_s: float
    end_s: float
    estimated: bool = False  # whether it was given a share of the time, because it wasn't found in the sound
    joined: bool = False  # whether it follows the word before without a blank


def said(text: str) -> list[Said]:
    """Return the words of a text that is said as it is written; punctuation belongs to the word before it."""
    words: list[Said] = []
    pending = ""  # punctuation that opens the text
    end = 0
    for start, unit, stop in _units(text):
        joined = bool(words) and start == end
        if any(map(str.isalnum, unit)):
            words.append(Said(pending + unit, unit, joined))
            pending = ""
        elif words:
            written = words[-1].written + ("" if joined else " ") + unit
            words[-1] = Said(written, words[-1].spoken, words[-1].joined)
        else:
            pending += unit
        end = stop
    return words


def read(pairs: Iterable[tuple[str, str]]) -> list[Said]:
    """Return the words of a text of which some are said otherwise: pairs of what is written and what is said."""
    words: list[Said] = []
    unchanged: list[str] = []
    for written, spoken in pairs:
        if written == spoken:
            unchanged.append(written)
            continue
        words += [*said(" ".join(unchanged)), Said(written, spoken)]
        unchanged = []
    return words + said(" ".join(unchanged))


def _units(text: str) -> Iterator[tuple[int, str, int]]:
    return ((found.start(), found[0], found.end()) for found in _UNIT.finditer(text))


def phrase(words: Iterable[Word]) -> str:
    """Return words as one line of text."""
    line = ""
    for word in words:
        line += word.text if word.joined or not line else f" {word.text}"
    return line
