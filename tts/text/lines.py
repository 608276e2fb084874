"""Which line breaks end something, and which only wrap a text to a width.

A wrapped line is about as long as the longest and goes on small, or behind a comma, or with whatever comes. A
heading, an item of a list and a row of a table end where their line does. A line that ends with a stop needs no
judgement: the stop says what ends.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from tts.text.sentences import goes_on, is_close, stops
from tts.text.words import STARTERS

_END, _WRAP, _NOTHING = "\n\n", " ", ""
_WIDEST = 130  # columns; a longer line is a paragraph, not a line
_NARROWEST = 40
_SHORT = 2 / 3  # of the longest line; one that is shorter with the next word ended on purpose
_FEW = 5  # breaks before a capital, among which prose has one before a small letter
_DASHES = "-–—"
_BULLET = re.compile(r"([-*+•‣▪◦·–—])\s")
_NUMBER = re.compile(r"\(?(\d{1,3}|[a-z]|[ivx]{1,5})[.)]\s|([①-⑳])")
_BLOCK = re.compile(r"#{1,6}\s|\|")  # headings and rows of tables in Markdown
_LEADS = re.compile(r"""[:.!?…。！？：]["'”’“»)\]*_]*\Z""")
_RUNS_ON = re.compile(r"[,;،、，(\[{«„‚–—-]\Z")
_CLOSING = re.compile(r"[?!;:.,…»›”)\]}]")  # never begin a line on purpose; French sets blanks before some
_LEADING_WORDS = frozenset(word.lower() for word in STARTERS)  # articles, prepositions, conjunctions
_NEAR = 80  # characters that decide whether a stop belongs to its word


@dataclass(frozen=True)
class _Layout:
    width: int  # columns of the longest line that isn't a paragraph
    wrapped: bool


def unwrap(text: str) -> str:
    """Return a text in which a blank line stands where a line ends something, and a blank for every other break.

    Between Han characters or kana nothing is left of a break. Lines come stripped.
    """
    lines = text.split("\n")
    layout = _layout(lines)
    parts, marker = lines[:1], _marker(lines[0])
    for line, following in pairwise(lines):
        item = _marker(following)
        begins = item and _begins_item(line, following, item, marker)
        parts += [_END if begins else _between(line, following, layout), following]
        marker = item if begins or not line else marker
    return "".join(parts)


def _layout(lines: list[str]) -> _Layout:
    breaks = [(line, following) for line, following in pairwise(lines) if line and following]
    width = max((columns for line in lines if (columns := _columns(line)) <= _WIDEST), default=0)
    running = any(_runs_on(line, following) for line, following in breaks)
    capitals = sum(following[0].isupper() for _, following in breaks)
    return _Layout(width, running or (width >= _NARROWEST and capitals < _FEW))


def _marker(line: str) -> str:
    """Return what makes a line an item of a list: its bullet or its number."""
    found = _BULLET.match(line) or _NUMBER.match(line)
    return next(filter(None, found.groups())) if found else ""


def _begins_item(line: str, following: str, item: str, marker: str) -> bool:
    """Tell whether an item begins behind a line, or a number or a dash only happens to come first on the next."""
    if item.isdecimal() and marker.isdecimal() and int(item) == int(marker) + 1:
        return True
    if not line or (item == marker and not item.isdecimal()):
        return True
    if item in _DASHES and goes_on(f" {following}", 0):
        return line.endswith(":")  # behind a quotation its speaker follows so
    return _LEADS.search(line) is not None and not _ends_within(line, following)


def _between(line: str, following: str, layout: _Layout) -> str:
    close = _is_close(line.rstrip(",.;:!?")[-1:]) and _is_close(following[:1])
    joint = _NOTHING if close else _WRAP
    if not line or not following or any(map(_is_block, (line, following))):
        return _END
    if _runs_on(line, following) or _ends_within(line, following):
        return joint
    full = _columns(line) + 1 + _columns(following.split()[0]) > layout.width * _SHORT
    return joint if layout.wrapped and full and _columns(line) <= _WIDEST else _END


def _is_close(character: str) -> bool:
    return is_close(character) or "\u3001" <= character <= "\u3030" or "\uff01" <= character <= "\uff65"


def _is_block(line: str) -> bool:
    return _BLOCK.match(line) is not None or (len(line) > 2 and not any(map(str.isalnum, line)))


def _runs_on(line: str, following: str) -> bool:
    """Tell whether the next line surely continues this one."""
    closing = _CLOSING.match(following) or not any(map(str.isalnum, following))
    leading = line.rpartition(" ")[2] in _LEADING_WORDS
    return bool(closing or leading or _RUNS_ON.search(line) or goes_on(f" {following}", 0))


def _ends_within(line: str, following: str) -> bool:
    """Tell whether a line ends with a stop that belongs to its last word."""
    near = line[-_NEAR:]
    return line.endswith(".") and len(near) + 1 not in {place for place, _ in stops(f"{near} {following[:_NEAR]}")}


def _columns(line: str) -> int:
    return len(line) if line.isascii() else sum(1 + (unicodedata.east_asian_width(mark) in "WF") for mark in line)
