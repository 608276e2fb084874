"""Places at which a sentence may be cut, from those where a reader pauses to those between any two letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from tts.text.sentences import CLOSERS, after_blanks, is_close, stops

_SPACED = r",;:،؛፣፤–—ฯ"  # marks that need a blank behind them ("1,000", "12:30"), and marks that don't
_CLOSE = r"，、；：､—"
_CLAUSE = re.compile(rf"[{_SPACED}{_CLOSE}]++{CLOSERS}")
_BLANK = re.compile(r"\s")
_OPENERS = "¿¡„‚"
_VIRAMA = 9  # Unicode's combining class; coeng has it too
_ASAT = "\u103a"  # which has it and joins nothing
# Thai and Lao vowels that are written as letters but can't begin, or can't end, a piece; small kana and marks
# that lengthen or repeat the letter before them.
_NEVER_FIRST = set("ะาำๅๆະາຳໆぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶーｧｨｩｪｫｬｭｮｯｰﾞﾟ々〻ゝゞヽヾ")
_NEVER_LAST = set("เแโใไເແໂໃໄ")


def clause_ends(text: str) -> Iterator[int]:
    """Return the places behind commas, dashes and the like, and behind stops after which a sentence goes on."""
    yield from (place for place, _ in stops(text))
    for mark in _CLAUSE.finditer(text):
        end = mark.end()
        spaced = end == len(text) or text[end].isspace()
        joined = text[end : end + 1].isdigit() or not is_close(text[mark.start() - 1 : mark.start()])
        if spaced or not joined or any(comma in _CLOSE for comma in mark[0]):
            yield after_blanks(text, end)


def word_ends(text: str) -> Iterator[int]:
    """Return the places behind blanks."""
    return (after_blanks(text, mark.end()) for mark in _BLANK.finditer(text))


def wide_ends(text: str) -> Iterator[int]:
    """Return the places beside Han characters, kana and Hangul: words of other scripts among them stay whole."""
    return (place for place in character_ends(text) if _is_wide(text[place - 1]) or _is_wide(text[place]))


def character_ends(text: str) -> Iterator[int]:
    """Return the places between characters of which neither needs the other."""
    return (place + 1 for place, pair in enumerate(pairwise(text)) if not _belong_together(*pair))


def _is_wide(character: str) -> bool:
    return is_close(character) or "\uac00" <= character <= "\ud7a3"


def is_opening(mark: str) -> bool:
    """Tell whether a mark belongs to what follows it."""
    return mark in _OPENERS or unicodedata.category(mark) in {"Ps", "Pi"}


def _belong_together(letter: str, following: str) -> bool:
    if following in _NEVER_FIRST or letter in _NEVER_LAST or is_opening(letter):
        return True
    if not following.isalnum() and not is_opening(following):
        return True  # combining marks, vowel signs, closing marks
    return unicodedata.combining(letter) == _VIRAMA and letter != _ASAT
