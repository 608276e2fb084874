"""Where sentences end: at a stop with what closes it, unless the stop belongs to a word or the text goes on small."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tts.text.abbreviations import belongs_to_word

# Stops that need a blank behind them to end anything ("3.14") and stops that don't.
_SPACED = r".!?…؟۔।॥።᙮‼⁇⁈⁉‽։។။།"
_CLOSE = r"。！？｡．"
# Behind a stop quotes that open elsewhere close, unless a word follows; footnotes; emphasis; the blank that French
# sets before its closing mark.
CLOSERS = (
    r"""(?:["'”’）)\]}」』】》〉]|[“‘»«›‹](?!\w)|\[\d{1,3}\]|[¹²³⁰⁴-⁹†‡]|\*{1,3}|__?)*+"""
    r"""(?:[ \u202f][»›](?=\s|\Z))?"""
)
_MARK = re.compile(rf"\n++|[{_SPACED}{_CLOSE}]++{CLOSERS}|(?<=[\u0370-\u03ff\u1f00-\u1fff]);")  # Greek asks with ;
_GOES_ON = re.compile(r"""\s+(?:[—–-]\s?)?["'“‘„«»‚(\[]*([^\W\d_])([^\W\d_]?)""")
_SPACED_DOTS = re.compile(rf"\s[.…]++{CLOSERS}(?:\s|\Z)")  # of an ellipsis the last
_OMISSION = re.compile(rf"[\[(](?:\.\.\.|…)[\])]{CLOSERS}")
_BARE_STOP = re.compile(r"\.[)\]]*\Z")


def sentence_ends(text: str) -> Iterator[int]:
    """Return where sentences end in a cleaned text: the places behind their last blank."""
    return (place for place, whole in stops(text) if whole)


def stops(text: str) -> Iterator[tuple[int, bool]]:
    """Return the places behind the stops that end something, and whether that is a sentence."""
    cased = text != text.lower()
    start = 0
    for mark in _MARK.finditer(text):
        end = mark.end()
        if not _stands_alone(text, mark) or _SPACED_DOTS.match(text, end):
            continue
        if _BARE_STOP.match(mark[0]) and belongs_to_word(text, mark.start(), end, start):
            continue
        place = after_blanks(text, end)
        whole = not (cased and mark[0][0] in _SPACED and goes_on(text, end))
        start = place if whole else start
        yield place, whole


def goes_on(text: str, place: int) -> bool:
    """Tell whether the word behind the blank at `place` is written small; "iPhone" isn't."""
    following = _GOES_ON.match(text, place)
    return following is not None and following[1].islower() and not following[2].isupper()


def after_blanks(text: str, place: int) -> int:
    """Return the first place from `place` on that holds no blank."""
    while place < len(text) and text[place].isspace():
        place += 1
    return place


def is_close(character: str) -> bool:
    """Tell whether a character is Han or kana, between which no blanks stand."""
    # Comparing is quicker than a pattern, which takes milliseconds to compile for so many characters.
    return "\u3040" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff" or character >= "\U00020000"


def _stands_alone(text: str, mark: re.Match[str]) -> bool:
    """Tell whether a stop is one, and no part of a number, a name or an address."""
    end = mark.end()
    if _OMISSION.fullmatch(text, max(0, mark.start() - 1), end):
        return False
    if end == len(text) or text[end].isspace() or mark[0][0] == "\n":
        return True
    if any(stop in _CLOSE for stop in mark[0]):
        return True
    joined = text[end].islower() or text[end].isdigit() or mark[0][0] == "…"
    return is_close(text[mark.start() - 1 : mark.start()]) and not joined
