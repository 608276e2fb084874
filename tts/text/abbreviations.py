"""Full stops that belong to the word before them: abbreviations, initials, ordinals, the numbers of a list.

One language's abbreviation is another's word ("no.", "art.", "sun."), so each counts only beside what it stands
before: a title before anything, `Nr.` before a number, all others unless a word that begins sentences follows.
"""

from __future__ import annotations

import re
import unicodedata

from tts.text.words import BEFORE_NUMBERS, BEFORE_ORDINALS, NAME_PARTICLES, ORDERED, OTHERS, STARTERS, TITLES

_WORD = re.compile(r"""[^\s(\[{"'“‘„«»‚’/…–—*_]*\Z""")
_ELIDED = re.compile(r"\b[Ll]['’]on\Z")  # l’onorevole; "on" alone is a word
_DOTTED = re.compile(r"[^\W\d_]{1,2}\.-?(?:[^\W\d_]{1,2}[.-]-?)*[^\W\d_]{1,2}")  # p.m, U.S, c.-à-d, т.е
_FOLLOWING = re.compile(r"""[\s(\[]*(["'“‘„«»‚’¿¡—–-]*)\s?([^\W_]*)(\.?)""")
_NUMBER = re.compile(r"\d+|[IVXLC]{2,}")
_ITEM = re.compile(r"[\s([*_•⁃–—-]*(?:\d{1,3}|[IVXLC]{2,}|[A-Za-z])")
_NUMBERS = re.compile(r"\d|[IVXLC]+\Z")
_SECOND = re.compile(r"(?:^|\s)[a-z]\. [a-z]{2,3}\Z")  # p. ex, p. ej
_MONTH, _YEAR = re.compile(r"\b\d{1,2}\.? ?(?:[^\W\d_]{3,6}|(?<=\.) ?\d{1,2})\Z"), re.compile(r"\d{4}")
_MEASURED = re.compile(r"\d\s?[hmgl]\Z")  # a unit ends a sentence as any word does
_LAST_PART = re.compile(r".*[.-]")  # Dipl.-Ing, m.in
_REACH = 24  # characters of a word that are looked at


def belongs_to_word(text: str, stop: int, end: int, start: int) -> bool:
    """Tell whether a full stop belongs to its word and ends no sentence.

    Args:
        text: what it stands in.
        stop: its place.
        end: the place behind it and its closing marks.
        start: where the sentence so far begins.
    """
    before = text[max(start, stop - 2 * _REACH) : stop]
    found, following = _WORD.search(before[-_REACH:]), _FOLLOWING.match(text[end : end + 2 * _REACH])
    assert found is not None  # both match even nothing
    assert following is not None
    word, (opening, next_word, dot) = found[0], following.groups()
    starts = not dot and next_word in STARTERS
    if _ITEM.fullmatch(before) and stop - start < _REACH:
        return True  # all that the sentence has: the number of a list
    if _MONTH.search(before) and _YEAR.fullmatch(next_word):
        return True
    if _NUMBER.fullmatch(word):
        dated = next_word.isdecimal() and dot != ""  # 3. 1. 1950
        return dated or (not starts and _is_ordinal(before.split(), next_word))
    if _NUMBERS.match(next_word) and (_is_among(BEFORE_NUMBERS, word) or word.endswith("str")):
        return True
    if len(word) == 1 and word.isupper():
        return not starts or next_word in NAME_PARTICLES
    if _is_shortened(word) or _SECOND.search(before) or _is_among(OTHERS, word):
        measured = next_word[:1].isupper() and _MEASURED.search(before)
        return not (starts or opening or measured)
    return _is_among(TITLES, word) or _ELIDED.search(before) is not None


def _is_shortened(word: str) -> bool:
    letter = len(word) == 1 and word.isalpha() and unicodedata.east_asian_width(word) != "W"  # no syllable, no word
    return letter or _DOTTED.fullmatch(word) is not None


def _is_among(words: frozenset[str], word: str) -> bool:
    return any(form in words or form.lower() in words for form in (word, _LAST_PART.sub("", word)))


def _is_ordinal(before: list[str], next_word: str) -> bool:
    """Tell whether a number with a full stop counts what follows, as German writes it; others continue small."""
    if next_word in ORDERED:
        return True
    counted = before[-2:-1] != [] and before[-2] in BEFORE_ORDINALS and before[-3:-1] != ["I", "am"]
    return counted and next_word.istitle()
