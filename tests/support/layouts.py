"""100 texts as people paste them: ten languages, each wrapped, parted, listed, framed and marked up in ten ways."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from tests.support.sentences import LANGUAGES, paragraphs

Layout = Callable[[tuple[str, ...], str], tuple[str, list[str]]]


@dataclass(frozen=True)
class Pasted:
    """A text with layout, and what is said of it between known ends."""

    name: str
    text: str
    units: tuple[str, ...]  # sentences and headings, with the letters and digits that their layout adds

    @property
    def ends(self) -> set[int]:
        """Letters and digits before each end."""
        return set(accumulate(map(count, self.units)))


def count(text: str) -> int:
    """Return how many letters and digits a text has."""
    return sum(map(str.isalnum, text))


def pasted() -> Iterator[Pasted]:
    """Return the texts, always the same."""
    for language in LANGUAGES:
        for part, layout in zip(paragraphs(language), LAYOUTS, strict=True):
            text, units = layout(part.sentences, "" if language == "zh" else " ")
            yield Pasted(f"{language}, {layout.__name__}", text, tuple(units))


def fill(text: str, width: int, between: str) -> str:
    """Wrap a text to a width: at its blanks, or beside any Han character but before no mark."""
    if between:
        return textwrap.fill(text, width, break_long_words=False)
    lines = [""]
    for word in re.findall(r"[\x20-\x7e]+|.[^\w“「《（]*", text):
        if 2 * len(lines[-1]) >= width and word[0].isalnum():
            lines.append("")
        lines[-1] += word
    return "\n".join(lines)


def wrapped(sentences: tuple[str, ...], between: str) -> tuple[str, list[str]]:
    return fill(between.join(sentences), 64, between), list(sentences)


def narrow(sentences: tuple[str, ...], between: str) -> tuple[str, list[str]]:
    halves = (sentences[:5], sentences[5:])
    return "\n\n".join(fill(between.join(half), 40, between) for half in halves), list(sentences)


def parted(sentences: tuple[str, ...], between: str) -> tuple[str, list[str]]:
    text = re.sub(r"\b([^\W\d_]{4})(?=[^\W\d_]{4})", "\\1\u00ad\n", between.join(sentences[:5]))
    hard = re.sub(r"\b([^\W\d_]{4})(?=[^\W\d_]{4})", "\\1-\n", between.join(sentences[5:]))
    return f"{text}\n\n{hard}", list(sentences)


def numbered(sentences: tuple[str, ...], between: str) -> tuple[str, list[str]]:
    items = [f"{index}. {sentence}" for index, sentence in enumerate(sentences, start=1)]
    return "\n".join(fill(item, 40, between).replace("\n", "\n   ") for item in items), items


def bulleted(sentences: tuple[str, ...], between: str) -> tuple[str, list[str]]:
    return "\n".join(f"- {sentence.rstrip('.')}" for sentence in sentences), list(sentences)


def headed(sentences: tuple[str, ...], between: str) -> tuple[str, list[str]]:
    text, units = wrapped(sentences, between)
    return f"Capitulum Primum\n{'=' * 60}\n{text}\n{'~' * 200}", ["Capitulum Primum", *units]


def marked(sentences: tuple[str, ...], between: str) -> tuple[str, list[str]]:
    pairs = zip(sentences[::2], sentences[1::2], strict=True)
    return "# Capitulum\n" + "\n* * *\n".join(f"**{one}** _{two}_" for one, two in pairs), ["Capitulum", *sentences]


def tabled(sentences: tuple[str, ...], between: str) -> tuple[str, list[str]]:
    rows = [f"| {one} | {two} |" for one, two in zip(sentences[::2], sentences[1::2], strict=True)]
    frame = f"+{'-' * 30}+{'-' * 30}+"
    return "\n".join([frame, rows[0], "| --- | --- |", *rows[1:], frame]), list(sentences)


def footnoted(sentences: tuple[str, ...], between: str) -> tuple[str, list[str]]:
    notes = [f"{sentence}[{index}]" for index, sentence in enumerate(sentences)]
    return fill(between.join(notes), 72, between), notes


def mixed(sentences: tuple[str, ...], between: str) -> tuple[str, list[str]]:
    ends = ("", " 🙂", " ...", " ~~~~~", " ☀️☀️☀️")
    units = [sentence.replace("fi", "ﬁ") + ends[index % len(ends)] for index, sentence in enumerate(sentences)]
    return "\r\n\t".join(units), units


LAYOUTS: tuple[Layout, ...] = (
    wrapped,
    narrow,
    parted,
    numbered,
    bulleted,
    headed,
    marked,
    tabled,
    footnoted,
    mixed,
)
