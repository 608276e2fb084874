"""Text as it comes to text as the model reads it: one form of every character, no invisible ones, no wrapped lines."""

from __future__ import annotations

import re
import unicodedata

from tts.text.hyphens import join_parted, join_soft
from tts.text.lines import unwrap

_BREAK = re.compile(r"\r\n|[\r\v\f\x85\u2028]")
_BLANKS = re.compile(r"\s+")
# Joiners shape Indic and Arabic letters and glue emoji; the model's vocabularies have neither.
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


def clean(text: str) -> str:
    """Return the text composed (NFC), without control and format characters, blanks made single.

    A break between lines that ends a paragraph, a heading or an item of a list becomes a blank line, which chunks
    treat as the end of a sentence; any other run of blanks becomes one space.
    """
    text = join_soft(_BREAK.sub("\n", text).replace("\u2029", "\n\n"))
    visible = "".join(c for c in text if c.isspace() or unicodedata.category(c) not in _INVISIBLE)
    lines = map(str.strip, unicodedata.normalize("NFC", visible).split("\n"))
    unwrapped = unwrap(join_parted("\n".join(lines)))
    return _BLANKS.sub(lambda run: "\n\n" if "\n" in run[0] else " ", unwrapped).strip()


def one_line(text: str) -> str:
    """Return the text cleaned, with one space for every end of a paragraph too: a transcript, a cue."""
    return " ".join(clean(text).split())
