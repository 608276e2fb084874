"""Text as it comes to text as the model reads it: one form of every character, no invisible ones."""

from __future__ import annotations

import re
import unicodedata

_BLANKS = re.compile(r"\s+")
# Joiners shape Indic and Arabic letters and glue emoji; the model's vocabularies have neither.
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


def clean(text: str) -> str:
    """Return the text composed (NFC), without control and format characters, blanks made single.

    A run of blanks with a line break in it becomes one line break, which chunks treat as the end of a
    sentence; any other becomes one space.
    """
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(c for c in composed if c.isspace() or unicodedata.category(c) not in _INVISIBLE)
    return _BLANKS.sub(lambda run: "\n" if "\n" in run[0] else " ", visible).strip()
