"""Words that a line's end has parted, and compounds that keep their hyphen there.

No dictionary is at hand, so the text itself is asked first: how it writes the word elsewhere. Then the words beside
the hyphen decide, and then whether the text parts words at all: a program that wraps lines breaks compounds only,
and then hyphens within lines are far more than those at their ends.
"""

from __future__ import annotations

import re


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_SOFT = re.compile(r"(?<![\u00ad\ufffe\x02])[\u00ad\ufffe\x02]++\s++(?=\w)")  # and what PDF readers make of it
_PARTED = re.compile(r"(?<![\w'’-])([^\W_]++(?:['’-][^\W_]++)*+)[-\u2010]\n([^\W_]++)(\S*+) ?")
_WITHIN = re.compile(r"(?<=[^\W\d_])[-\u2010](?=[^\W\d_])")
_WORD = re.compile(r"[^\W_]++(?:[-\u2010][^\W_]++)*+")
_RARE = 4  # hyphens within lines for one at a line's end, where a program has wrapped the text
_SUSPENDED = _words("und oder bis bzw sowie and or to et ou y e o i og och")  # Vor- und Nachteile
_HEADS = _words(
    "well self half all ever high low long short old new hard full open ill twenty thirty forty fifty sixty seventy"
    " eighty ninety two three first second single double good best great north south mother father brother sister"
    " est peut celui celle ceux celles grand demi après avant quelques vis dit"
)
_TAILS = _words(
    "year years old law based shaped sized colored coloured haired faced sided speaking looking eyed minded hearted"
    " handed headed being je il elle ils elles vous ce ci là moi toi lui même mêmes être"
)
_SUFFIXES = _words("ly ness ish ing ings er est ened ening en ern some ward wards hood dom")  # hard-ly is no compound


def join_soft(text: str) -> str:
    """Return a text in which a soft hyphen before a blank or the end of a line joins what it parts."""
    return _SOFT.sub("", text)


def join_parted(text: str) -> str:
    """Return a text in which a hyphen at the end of a line joins what follows, without itself if that is one word.

    The whole word stands on the first line then, so that lines keep their width.
    """
    parted = _PARTED.findall(text)
    if not parted:
        return text
    words = set(map(str.lower, _WORD.findall(_PARTED.sub(" ", text))))
    wrapped = len(_WITHIN.findall(text)) >= _RARE * len(parted)

    def joined(found: re.Match[str]) -> str:
        first, second, marks = found.groups()
        return first + _between(first, second, words, wrapped) + second + marks + "\n" * found[0].endswith(" ")

    return _PARTED.sub(joined, text)


def _between(first: str, second: str, words: set[str], wrapped: bool) -> str:
    """Return what stands between the parts of a word, or of two, once they are on one line."""
    head, tail = first.lower(), second.lower()
    if head + tail in words:
        return ""
    if f"{head}-{tail}" in words:
        return "-"
    if second in _SUSPENDED:
        return "- "
    continues = second.islower() or (first.isupper() and second.isupper())
    compound = "-" in first or tail in _TAILS or (head in _HEADS and tail not in _SUFFIXES)
    return "" if continues and not compound and not wrapped else "-"
