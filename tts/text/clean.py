"""Text as it comes to text as the model reads it: one form of every character, no invisible ones."""

from __future__ import annotations

import re
import unicodedata

_BLANKS = re.compile(r"\s+")
# Joiners shape Indic and Arabic letters and glue emoji; the model's vocabularies have neither.
_BREAKS = set("\n\r\v\f\x85\u2028\u2029")
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


def clean(text: str) -> str:
    """Return the text composed (NFC), without control and format characters, blanks made single.

    A run of blanks with a line break in it becomes one line break, which chunks treat as the end of a
    sentence; any other becomes one space.
    """
    visible = "".join(c for c in text if c.isspace() or unicodedata.category(c) not in _INVISIBLE)
    composed = unicodedata.normalize("NFC", visible)
    return _BLANKS.sub(lambda run: "\n" if _BREAKS.intersection(run[0]) else " ", composed).strip()
