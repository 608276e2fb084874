"""Texts that hold nothing to spell out, for which no normaliser is loaded."""

from __future__ import annotations

import re
import unicodedata

from tts.text.words import BEFORE_NUMBERS, OTHERS, TITLES

_LETTERS = r"[^\W\d_]"
_PLAIN = re.compile(
    rf"""["'“‘„«»‚’¿¡(\[*_—–-]*+{_LETTERS}++(?:['’—–-]{_LETTERS}++)*+["'”’“‘»«›)\]*_,;:!?…。，！？、—–-]*+(?P<stop>\.*+)["'”’»)\]*_]*+"""
)
_MARKS = re.compile(r"[.…—–!?-]{1,3}")
_ROMAN = re.compile(r"[IVXLC]{2,}|[VX]")


def is_plain(text: str) -> bool:
    """Tell whether a text is words and their marks alone: no digit, symbol, abbreviation or Roman number."""
    return not any(map(_is_number, text)) and all(map(_is_plain, text.split()))


def _is_number(character: str) -> bool:
    return character.isdigit() if character.isascii() else unicodedata.category(character).startswith("N")


def _is_plain(word: str) -> bool:
    found = _PLAIN.fullmatch(word)
    if found is None:
        return _MARKS.fullmatch(word) is not None or all(map(_is_unspaced, word))
    letters = word.strip("\"'“”‘’„«»‚¿¡()[]*_,;:!?…—–-.")
    if _ROMAN.fullmatch(letters):
        return False
    return found["stop"] != "." or not (len(letters) == 1 or _is_abbreviation(letters))


def _is_unspaced(character: str) -> bool:
    """Tell whether a character is a letter or mark of a script without blanks and abbreviations."""
    kind = unicodedata.category(character)
    return kind in ("Lo", "Mn", "Mc") or (kind.startswith("P") and not character.isascii())


def _is_abbreviation(letters: str) -> bool:
    return any(form in words for words in (TITLES, BEFORE_NUMBERS, OTHERS) for form in (letters, letters.lower()))
