"""1,000 sentences of ten languages in paragraphs whose sentence ends are known, made of patterns full of traps.

A slot draws a name ({N}), a number of one or two digits ({n}), a year ({y}) or a Roman number ({r}).
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from itertools import accumulate

from tests.support.patterns import PATTERNS

PER_LANGUAGE, PER_PARAGRAPH = 100, 10

_NAMES = {
    "en": "Hill Baker Adams Young",
    "de": "Meier Schulz Anna Wagner",
    "fr": "Durand Petit Claire Moreau",
    "es": "Molina Ortega Lucía Vega",
    "it": "Rossi Bruni Chiara Costa",
    "pt": "Souza Rocha Marta Campos",
    "pl": "Nowak Zieliński Ewa Wilk",
    "cs": "Novák Dvořák Jana Malý",
    "ru": "Ленина Орлова Ивана Волков",
    "zh": "Hill Baker Lee Wang",
}
LANGUAGES = tuple(PATTERNS)


@dataclass(frozen=True)
class Paragraph:
    """Sentences one behind the other."""

    language: str
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """The sentences joined as their script does."""
        return ("" if self.language == "zh" else " ").join(self.sentences)

    @property
    def ends(self) -> set[int]:
        """Characters that aren't blank before each end but the last, which needs no finding."""
        return set(accumulate(len("".join(sentence.split())) for sentence in self.sentences[:-1]))


def paragraphs(language: str) -> list[Paragraph]:
    """Return the language's 100 sentences in ten paragraphs, always the same."""
    draw = random.Random(language)
    patterns = PATTERNS[language].strip().split("\n")
    chosen = [patterns[index % len(patterns)] for index in range(PER_LANGUAGE)]
    draw.shuffle(chosen)
    sentences = [_filled(pattern, draw, _NAMES[language].split()) for pattern in chosen]
    return [
        Paragraph(language, tuple(sentences[start : start + PER_PARAGRAPH]))
        for start in range(0, PER_LANGUAGE, PER_PARAGRAPH)
    ]


def _filled(pattern: str, draw: random.Random, names: list[str]) -> str:
    slots = {
        "{N}": lambda: draw.choice(names),
        "{n}": lambda: str(draw.randint(2, 31)),
        "{y}": lambda: str(draw.randint(1200, 2020)),
        "{r}": lambda: draw.choice(["II", "IV", "XIV", "XVI"]),
    }
    return re.sub(r"\{\w\}", lambda slot: slots[slot[0]](), pattern)
