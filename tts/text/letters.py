"""Letters that a model's vocabulary lacks, and what it reads in their place.

First the compatibility form (NFKC: `ﬃ` as `ffi`, `㎏` as `kg`, a Kangxi radical as the everyday character), then
the small letter, then the letter without its mark, and only then a blank. Characters that the vocabulary knows
stay as they are, so that their tokens stay upstream's.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from tts.text.tokens import Vocabulary, tokens

_NAMED = 20  # characters that a warning names


@dataclass(frozen=True)
class Reading:
    """How a model reads a text of which it doesn't know every letter."""

    compatible: dict[int, str]  # code point of a character -> its compatibility form
    small: dict[int, str]  # of a letter of that form -> its small letter
    plain: dict[int, str]  # of what then still lacks -> its letter without the mark, a blank, or nothing for a mark

    def __call__(self, text: str) -> str:
        """Return the text, or a part of it, in letters that the model knows, blanks made single."""
        # Composed again: a half-width kana and its voicing mark are two characters that become one letter.
        composed = unicodedata.normalize("NFC", text.translate(self.compatible))
        return " ".join(composed.translate(self.small).translate(self.plain).split())

    def warnings(self, field: str = "") -> tuple[str, ...]:
        """Return what is lost, in words; `field` names the field of a request that the text came in."""
        replaced = [f"{chr(character)} as {letter}" for character, letter in self.plain.items() if letter.strip()]
        left_out = [chr(character) for character, letter in self.plain.items() if not letter.strip()]
        where = f" of {field}" if field else ""
        return tuple(
            f"the model doesn't know these characters{where} and {what}: {_some(characters)}"
            for what, characters in (("leaves them out", left_out), ("reads them plain", replaced))
            if characters
        )


def reading(text: str, vocabulary: Vocabulary) -> Reading:
    """Find the letters of a text that the vocabulary lacks, and what is read in their place.

    Args:
        text: as `tts.text.clean.clean` returns it.
        vocabulary: of the model that reads it.
    """
    lacking = _lacking(text, vocabulary)
    compatible = str.maketrans({character: _compatible(character) for character in lacking})
    if lacking:
        lacking = _lacking(Reading(compatible, {}, {})(text), vocabulary)
    bare = [unicodedata.normalize("NFKD", character)[0] for character in lacking]
    forms = [form for letter in (*lacking, *bare) for form in (letter, letter.lower())]
    unknown = set(_lacking(" ".join(forms), vocabulary))
    small = {character: character.lower() for character in lacking if unknown.isdisjoint(character.lower())}
    plain = {
        character: _plain(character, letter, unknown)
        for character, letter in zip(lacking, bare, strict=True)
        if character not in small
    }
    return Reading(compatible, str.maketrans(small), str.maketrans(plain))


def _lacking(text: str, vocabulary: Vocabulary) -> list[str]:
    """Return the characters whose token the vocabulary lacks, each once, in order of appearance."""
    text = " ".join(text.split())
    found = (token for token in tokens(text) if token != " ")  # one for every character but blanks
    pairs = zip(text.replace(" ", ""), found, strict=True)
    return list(dict.fromkeys(character for character, token in pairs if token not in vocabulary.indices))


def _compatible(character: str) -> str:
    form = unicodedata.normalize("NFKC", character)
    # "5⅗" is not 53/5.
    return " " + form if unicodedata.category(character) == "No" else form


def _plain(character: str, letter: str, unknown: set[str]) -> str:
    """Return what is read for a character whose letter without its mark is `letter`."""
    if unicodedata.category(character).startswith("M"):
        return ""
    return next((form for form in (letter, letter.lower()) if unknown.isdisjoint(form)), " ")


def _some(words: list[str]) -> str:
    return ", ".join(words[:_NAMED]) + (", …" if len(words) > _NAMED else "")
