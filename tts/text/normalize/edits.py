"""A text to the edits that spell it out: the normaliser's own, and those for what it doesn't read.

verbalis was chosen among five by 200 texts with known answers (docs/text.md): it reads most, tells where in the text
each of its words comes from, and loads in 10 ms where others take 0.4 to 38 s. It is one object a language, safe in
threads, and is imported for the first text that isn't plain.
"""

from __future__ import annotations

import atexit
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from tts.text.normalize.languages import reader
from tts.text.normalize.plain import is_plain
from tts.text.said import Edit, merged

if TYPE_CHECKING:
    from verbalis import Change, Verbalizer

_PARAGRAPH = re.compile(r"(?:[^\n]|\n(?!\n))+")
_DIGITS = re.compile(r"\d+")
_FOOTNOTE = re.compile(r"(?<=[^\s\[])\[\d{1,3}\]|(?<=[.!?,;:”\"’'»“])[¹²³⁰⁴-⁹]+")  # which nobody reads aloud
_LAID_OUT = re.compile(r"[^\w\s]")


def edits(text: str, language: str | None) -> tuple[Edit, ...]:
    """Return what is said elsewise than it is written, in order.

    Args:
        text: as `tts.text.clean.clean` returns it.
        language: a tag such as `en` or `en-GB`; None: by the script. One that has no normaliser has no edits.
    """
    if is_plain(text):
        return ()
    name = reader(language, text)
    return () if name is None else merged(*_layers(text, name))


def _layers(text: str, name: str) -> Iterator[list[Edit]]:
    """Return edits, those that count first in front: notes, rewritings, the normaliser's, digits that it leaves."""
    from tts.text.normalize import english  # its patterns take as long to compile as verbalis to load

    verbalizer = _verbalizer(name)
    digits = _with_plain_digits(text)
    yield [Edit(start, end, "") for start, end in _spans(_FOOTNOTE, digits)]
    if name.startswith("en"):
        places = english.rewritings(digits, day_first=name == "en-gb")
        yield [Edit(start, end, _single(verbalizer.process(form))) for start, end, form in places]
    yield [edit for start, end in _spans(_PARAGRAPH, digits) for edit in _changes(verbalizer, digits, start, end)]
    yield [Edit(start, end, _single(verbalizer.process(digits[start:end]))) for start, end in _spans(_DIGITS, digits)]


@lru_cache
def _verbalizer(name: str) -> Verbalizer:
    from verbalis import Options, Verbalizer  # 10 ms, which plain texts do without

    from tts.text.normalize import english

    atexit.register(_verbalizer.cache_clear)  # nanobind reports what outlives the interpreter, as torch makes it do
    if not name.startswith("en"):
        return Verbalizer(name, Options(normalize=False, trim=False))
    words = Options(normalize=False, trim=False, abbreviations=english.ABBREVIATIONS, symbol_words=english.SYMBOLS)
    return Verbalizer(name, words)


def _changes(verbalizer: Verbalizer, text: str, start: int, end: int) -> Iterator[Edit]:
    """Return the normaliser's edits of a part of the text."""
    for change in verbalizer.process_with_changes(text[start:end]).changes:
        edit = _edit(change, text, start)
        if edit is not None and _is_meant(edit, text):
            yield edit


def _edit(change: Change, text: str, offset: int) -> Edit | None:
    """Return a change without the blanks around it; None: nothing is left."""
    start, end = change.start + offset, change.end + offset
    written = text[start:end]
    start, end = start + len(written) - len(written.lstrip()), end - len(written) + len(written.rstrip())
    said = _single(change.replacement)
    if start >= end or not said or said == text[start:end]:
        return None
    apart_before = change.replacement[0].isspace() and text[start - 1 : start].isalnum()
    apart_behind = change.replacement[-1].isspace() and text[end : end + 1].isalnum()
    return Edit(start, end, f"{' ' * apart_before}{said}{' ' * apart_behind}")


def _is_meant(edit: Edit, text: str) -> bool:
    """Tell whether an edit reads what somebody would: not the marks of a layout, such as `=====` or `# Heading`."""
    written = text[edit.start : edit.end]
    if any(map(str.isalnum, written)):
        return True
    around = text[max(0, edit.start - 1) : edit.start] + text[edit.end : edit.end + 1]
    if _LAID_OUT.search(around.strip("()\"'“”‘’.,;:!?")):
        return False
    heading = written == "#" and not text[edit.end : edit.end + 1].isalnum()
    repeated = len(written.replace(" ", "")) > len(set(written.replace(" ", "")))
    return written == "++" or not (heading or repeated)


def _single(said: str) -> str:
    return " ".join(said.split())


def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [found.span() for found in pattern.finditer(text)]


def _with_plain_digits(text: str) -> str:
    """Return the text with ASCII's digits instead of other scripts', as long as before."""
    if text.isascii():
        return text
    return "".join(str(int(character)) if character.isdecimal() else character for character in text)
