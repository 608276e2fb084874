"""Text to vocabulary indices, by F5-TTS's own rules.

The models were trained on what upstream's `convert_char_to_pinyin` makes of a text, so it is repeated here
to the letter, oddities included: a space before every Latin word that follows something else, `naive` with
an accent torn apart, Han characters as pinyin with tone numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import rjieba

from tts.errors import ModelError

_TRANSLATION = str.maketrans({";": ",", "“": '"', "”": '"', "‘": "'", "’": "'"})


def tokens(text: str) -> list[str]:
    """Return the tokens of a text: characters, or pinyin syllables for Han characters."""
    found: list[str] = []
    for word in rjieba.cut(text.translate(_TRANSLATION)):
        if word.isascii():
            if found and len(word) > 1 and found[-1] not in " :'\"":
                found.append(" ")
            found.extend(word)
        elif len(word.encode()) == 3 * len(word):
            for character, syllable in zip(word, _pinyin(word), strict=True):
                found.extend((" ", syllable) if _is_han(character) else (syllable,))
        else:
            for character in word:
                found.extend((" ", *_pinyin(character)) if _is_han(character) else (character,))
    return found


def _is_han(character: str) -> bool:
    return "\u3100" <= character <= "\u9fff"


@lru_cache(maxsize=16_384)  # words; a text is read twice, and a syllable takes 20 us to find
def _pinyin(word: str) -> tuple[str, ...]:
    if not any(map(_may_be_read, word)):
        return tuple(word)
    from pypinyin import Style, lazy_pinyin  # its dictionaries take 0.2 s to load, and Latin text needs none

    # Left to itself lazy_pinyin returns a run of other characters as one entry, on which upstream fails.
    return tuple(lazy_pinyin(word, style=Style.TONE3, tone_sandhi=True, errors=_apart))


def _may_be_read(character: str) -> bool:
    """Tell whether pypinyin's dictionaries may hold it: Han of every block, and the zero of Chinese years."""
    return _is_han(character) or character == "〇" or "\uf900" <= character <= "\ufaff" or character >= "\U00020000"


def _apart(run: str) -> Any:
    return list(run)


@dataclass(frozen=True)
class Vocabulary:
    """The tokens a model knows, each with its index."""

    indices: dict[str, int]

    def __len__(self) -> int:
        return len(self.indices)

    def encode(self, found: Iterable[str]) -> list[int]:
        """Return the index of every token; a token the model doesn't know becomes 0, the space."""
        return [self.indices.get(token, 0) for token in found]

    def unknown(self, found: Iterable[str]) -> list[str]:
        """Return the tokens the model doesn't know, each once, in order of appearance."""
        return list(dict.fromkeys(token for token in found if token not in self.indices))


def load_vocabulary(path: Path) -> Vocabulary:
    """Read a `vocab.txt`: one token a line, a space first.

    Raises:
        ModelError: the file can't be read or doesn't begin with a space.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            indices = {line.removesuffix("\n"): index for index, line in enumerate(lines)}
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: can't be read as a vocabulary: {error}") from error
    if indices.get(" ") != 0:
        raise ModelError(f"{path}: not an F5-TTS vocabulary; its first line must be a single space")
    return Vocabulary(indices)
