"""How long a text takes: its weight in units, and the pace at which a voice says them.

F5-TTS has no duration model. Upstream takes UTF-8 bytes for time, which fits Latin letters and Han
characters, is double for Cyrillic and triple for Thai, and slows everything under ten bytes to 0.3x. Here a
character weighs what it takes to say (Latin letter 1, Han character 3, so that these two are as upstream),
and short texts gain time smoothly: one more character never makes the audio shorter.
"""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

# First code point of a run of scripts, and the weight of its letters: how much of a spoken syllable one
# letter holds, relative to Latin. Rounded by hand; a written vowel left out (Arabic) or built in (Indic) counts.
_LETTERS = (
    (0x0000, 1.0),  # Latin, Greek, Cyrillic, Armenian
    (0x0590, 1.4),  # Hebrew, Arabic
    (0x0900, 1.6),  # Indic
    (0x0E00, 1.3),  # Thai, Lao
    (0x0F00, 1.6),  # Tibetan, Burmese
    (0x10A0, 1.0),  # Georgian
    (0x1100, 1.0),  # Hangul parts
    (0x1200, 2.0),  # Ethiopic
    (0x1380, 1.0),
    (0x1780, 1.6),  # Khmer
    (0x1800, 1.0),
    (0x3040, 2.0),  # kana
    (0x3100, 3.0),  # Han
    (0xA000, 1.0),
    (0xAC00, 2.5),  # Hangul syllables
    (0xD7B0, 1.0),
    (0xF900, 3.0),  # Han, compatibility
    (0xFB00, 1.0),
    (0x20000, 3.0),  # Han, extensions
    (0x32000, 1.0),
)
_STARTS = [start for start, _ in _LETTERS]
_OTHERS = {"Mn": 0.0, "Me": 0.0, "Mc": 0.5, "So": 0.0, "Sk": 0.0, "Sc": 4.0, "Sm": 4.0}
_DIGIT = 3.0  # "7" is said in as many letters as "seven", "1984" in fewer each
_WIDE_MARK = 3.0  # 。，！ as upstream; their blank is built in
_SHORT = 12.0  # units below which a text gets extra time: a lone word is said slowly
_SHORT_SHARE = 0.75  # of what lacks to _SHORT; below 1, so that adding never shortens


@lru_cache(maxsize=4096)
def _unit(character: str) -> float:
    kind = unicodedata.category(character)
    if kind.startswith("L"):
        return _LETTERS[bisect_right(_STARTS, ord(character)) - 1][1]
    if kind.startswith("N"):
        return _DIGIT
    if kind.startswith("P") and unicodedata.east_asian_width(character) in "WF":
        return _WIDE_MARK
    return 0.0 if kind.startswith("C") and not character.isspace() else _OTHERS.get(kind, 1.0)


def weight(text: str) -> float:
    """Return how long a text is, in units of about one Latin letter; additive over its characters."""
    return sum(map(_unit, text))


def stressed(units: float) -> float:
    """Return the units to plan for: short texts count for more than their letters."""
    return units + _SHORT_SHARE * max(0.0, _SHORT - units)


@dataclass(frozen=True)
class Pace:
    """How fast a voice speaks here."""

    frames_per_unit: float

    def frames(self, text: str) -> int:
        """Return the mel frames that a text takes, at least 1."""
        return max(1, math.ceil(self.frames_per_unit * stressed(weight(text)) - 1e-6))

    def limit(self, frames: int) -> float:
        """Return the weight of the longest text that takes at most `frames`."""
        units = frames / self.frames_per_unit
        return units if units >= _SHORT else (units - _SHORT_SHARE * _SHORT) / (1 - _SHORT_SHARE)


def share(total: int, weights: Sequence[float]) -> list[int]:
    """Divide `total` frames in proportion to the weights, at least 1 each, nothing lost to rounding."""
    spare = total - len(weights)
    whole = sum(weights)
    ideal = [spare * part / whole for part in weights]
    frames = [1 + math.floor(part) for part in ideal]
    by_remainder = sorted(range(len(ideal)), key=lambda index: math.floor(ideal[index]) - ideal[index])
    for index in by_remainder[: total - sum(frames)]:
        frames[index] += 1
    return frames
