"""A text to the edits that spell it out, by the libraries that read a kind of place best in its language.

Places are found here, so that it is known where in the text every word comes from; how they sound is num2words' and
wetext's. They were chosen by 200 texts with known answers (docs/text.md), and are imported for the first text that
needs them.
"""

from __future__ import annotations

import re

from tts.text.normalize.languages import reader
from tts.text.normalize.plain import is_plain
from tts.text.said import Edit, merged

_FOOTNOTE = re.compile(r"(?<=[^\s\[])\[\d{1,3}\]|(?<=[.!?,;:”\"’'»“])[¹²³⁰⁴-⁹]+")  # which nobody reads aloud


def edits(text: str, language: str | None) -> tuple[Edit, ...]:
    """Return what is said elsewise than it is written, in order.

    Args:
        text: as `tts.text.clean.clean` returns it.
        language: a tag such as `en` or `en-GB`; None: by the script. One that has no normaliser has no edits.
    """
    if is_plain(text):
        return ()
    name = reader(language, text)
    if name is None:
        return ()
    digits = _with_plain_digits(text)
    notes = [Edit(*found.span(), "") for found in _FOOTNOTE.finditer(digits)]
    return merged(notes, _of_language(digits, name))


def _of_language(text: str, name: str) -> tuple[Edit, ...]:
    if name.startswith("en"):
        from tts.text.normalize import english  # its patterns take a tenth of a second to compile

        return english.edits(text, day_first=name == "en-gb")
    from tts.text.normalize import others

    return others.edits(text, name)


def _with_plain_digits(text: str) -> str:
    """Return the text with ASCII's digits instead of other scripts', as long as before."""
    if text.isascii():
        return text
    return "".join(str(int(character)) if character.isdecimal() else character for character in text)
