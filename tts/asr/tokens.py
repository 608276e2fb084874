"""Words as they are compared: without case and marks, and one by one where a script writes no blanks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_WIDE = "\u2e80-\ua4cf\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_WIDE}]|[^\s{_WIDE}]+")

_WRITTEN_OUT = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERS = {str(number): word for number, word in enumerate(_WRITTEN_OUT)}  # Whisper writes now these, now those


@dataclass(frozen=True)
class Token:
    """A word, or a character of a script without blanks, and where it stands in its text."""

    key: str  # what is compared
    start: int
    end: int


def tokens_of(text: str) -> list[Token]:
    """Return the words of a text; marks that stand alone are none."""
    found = [Token(_key(token[0]), *token.span()) for token in _TOKEN.finditer(text)]
    return [token for token in found if token.key]


def keys_of(text: str) -> list[str]:
    """Return the words of a text as they are compared."""
    return [token.key for token in tokens_of(text)]


def word_errors(heard: str, given: str) -> float:
    """Return the word error rate of what was heard against what was given, 0 if both are the same, at most 1."""
    one, other = keys_of(heard), keys_of(given)
    return float(_costs(one, other, within=False)[-1, -1]) / max(len(one), len(other), 1)


def align(heard: Sequence[str], given: Sequence[str]) -> list[int | None]:
    """Return for every word heard the index of the word of a longer text that it is, None where it is none.

    What the text has before and behind the part that was heard costs nothing: an alignment of Sellers' kind, over
    words.
    """
    costs = _costs(heard, given, within=True)
    pairs: list[int | None] = [None] * len(heard)
    at, place = len(heard), int(costs[-1].argmin())
    while at:
        differs = place == 0 or heard[at - 1] != given[place - 1]
        if place and costs[at, place] == costs[at - 1, place - 1] + differs:
            at, place = at - 1, place - 1
            pairs[at] = place
        elif costs[at, place] == costs[at - 1, place] + 1:
            at -= 1
        else:
            place -= 1
    return pairs


def _key(word: str) -> str:
    key = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", word).casefold()))
    return _NUMBERS.get(key, key)


def _costs(rows: Sequence[str], columns: Sequence[str], *, within: bool) -> npt.NDArray[np.int32]:
    """Return the edit distances of every beginning of `rows` to every beginning of `columns`.

    Args:
        rows: words.
        columns: words.
        within: whether leaving out the beginning of `columns` costs nothing.
    """
    number = {key: index for index, key in enumerate(dict.fromkeys([*rows, *columns]))}
    across = np.array([number[key] for key in columns], np.int32)
    steps = np.arange(len(columns) + 1, dtype=np.int32)
    costs = np.empty((len(rows) + 1, len(columns) + 1), np.int32)
    costs[0] = 0 if within else steps
    for index, key in enumerate(rows, 1):
        row = costs[index]
        row[0] = index
        row[1:] = np.minimum(costs[index - 1, :-1] + (across != number[key]), costs[index - 1, 1:] + 1)
        row[:] = np.minimum.accumulate(row - steps) + steps  # words of `columns` that `rows` lacks
    return costs
