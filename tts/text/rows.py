"""Rows of marks, which nobody reads: rules, frames, tables, stops typed over and over."""

from __future__ import annotations

import re
from itertools import groupby

_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015"
_SYMBOLS = "=~+|<>^`\u2500-\u25ff"
_LAYOUT = rf"\{_DASHES}{_SYMBOLS}*_#\\/•·∗★☆"
_LAID_OUT = re.compile(f"[{_LAYOUT}]+")
_WITHIN = re.compile(f"[{_LAYOUT}]{{3,}}")
_SYMBOL = re.compile(f"[{_SYMBOLS}]")
_REPEATED = re.compile(r"([^\w\s])\1{3,}")
_HEAP = re.compile(r"([^\w\s]{3})[^\w\s]{6,}")  # more than any end of a quotation has


def without_rows(text: str) -> str:
    """Return the text as it is read, blanks made single.

    A row of marks that lay out a page (rules, frames, rows of a table) is a blank; of other marks typed over
    and over three are left. One or two marks, `C++`, `a + b`, and an ASCII dash (`---`) stay.
    """
    kept: list[str] = []
    for laid_out, words in groupby(text.split(), key=lambda word: _LAID_OUT.fullmatch(word) is not None):
        row = list(words)
        if not laid_out or not _is_row("".join(row)):
            kept.extend(row)
    read = _WITHIN.sub(lambda row: " " if _is_rule(row[0]) else row[0], " ".join(kept))
    read = _HEAP.sub(r"\1", _REPEATED.sub(r"\1\1\1", read))
    return " ".join(word for _, words in groupby(read.split()) for word in _at_most_three(list(words)))


def _is_row(marks: str) -> bool:
    """Tell whether marks that stand between blanks are a row; `==` marks a heading."""
    doubled = len(marks) == 2 and marks[0] == marks[1] and _SYMBOL.match(marks) is not None
    return doubled or len(marks) > 3 or (len(marks) == 3 and marks.strip(_DASHES) != "")


def _is_rule(marks: str) -> bool:
    """Tell whether three or more marks beside a word are a rule, and no dash."""
    return len(marks) > 3 or _SYMBOL.search(marks) is not None


def _at_most_three(words: list[str]) -> list[str]:
    marks = not any(map(str.isalnum, words[0]))
    return words[:3] if marks else words
