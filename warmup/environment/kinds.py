"""What a variable may hold: how its text is read, what is allowed, and what was probably meant."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


class Kind:
    """A type of value, by itself nothing. What isn't allowed is an error; what is mended or doubted is a warning."""

    expands: bool = False  # whether `~` and `$NAME` in it stand for something else
    why: str = ""  # of a mended text: what is wrong with it as it was given

    @property
    def allowed(self) -> str:
        """What may stand there, for people."""
        raise NotImplementedError

    def read(self, text: str) -> Any:
        """Return the value of a text.

        Raises:
            ValueError: it isn't allowed.
        """
        raise NotImplementedError

    def mend(self, text: str) -> str:
        """Return the text in the form that every reader takes, if its meaning is certain; else as it is."""
        return text

    def suggest(self, text: str) -> str | None:
        """Return the allowed text that a wrong one was probably meant to be."""
        return None

    def doubt(self, text: str) -> str:
        """Return what speaks against an allowed text, as the end of a sentence; empty if nothing does."""
        return ""


@dataclass(frozen=True)
class Text(Kind):
    """Anything."""

    what: str = "text"
    expands: bool = False

    @property
    def allowed(self) -> str:
        """What it stands for."""
        return self.what

    def read(self, text: str) -> str:
        """Return the text."""
        return text


PATH = Text("path", expands=True)


@dataclass(frozen=True)
class Pattern(Kind):
    """A text of one shape."""

    expression: str
    shape: str

    @property
    def allowed(self) -> str:
        """The shape."""
        return self.shape

    def read(self, text: str) -> str:
        """Return the text if it has the shape."""
        if not re.fullmatch(self.expression, text):
            raise ValueError(text)
        return text

    def suggest(self, text: str) -> str | None:
        """Return the text without blanks, if that has the shape."""
        dense = re.sub(r"\s+", "", text)
        return dense if re.fullmatch(self.expression, dense) else None


KEY = Pattern(r"[!-~]+", "letters, digits and marks of ASCII without blanks")  # or no header can hold it


@dataclass(frozen=True)
class Devices(Kind):
    """GPUs that may be seen. CUDA stops reading at what it doesn't know, and shows none if one is named twice."""

    @property
    def allowed(self) -> str:
        """The shape."""
        return "0,1 or GPU-<uuid>"

    def read(self, text: str) -> list[str]:
        """Return the numbers or names."""
        items = text.split(",")
        if len(set(items)) < len(items) or not _are_devices(items):
            raise ValueError(text)
        return items

    def mend(self, text: str) -> str:
        """Return the list without blanks and without commas around it, if that makes one."""
        dense = re.sub(r"\s*,\s*", ",", text).strip(", ")
        return dense if _are_devices(dense.split(",")) else text

    def suggest(self, text: str) -> str | None:
        """Return the devices among what is written, each once."""
        items = [item for item in re.split(r"[\s,;]+", text.strip("[]")) if _are_devices([item])]
        return ",".join(dict.fromkeys(items)) or None

    def doubt(self, text: str) -> str:
        """Tell that none is left."""
        return "hides every GPU from this worker" if text.startswith("-1") else ""


def _are_devices(items: list[str]) -> bool:
    return all(re.fullmatch(r"-1|\d+|(GPU|MIG)-[\w/-]+", item) for item in items)


@dataclass(frozen=True)
class Choice(Kind):
    """One of a few words; `numbered` ones were once written as their index."""

    values: tuple[str, ...]
    any_case: bool = False
    numbered: bool = False
    others: tuple[tuple[str, str], ...] = ()  # what other programs call them, and which it is here
    instead: tuple[tuple[str, str], ...] = ()  # words that their reader knows, and what to give it instead
    why: str = ""  # not those

    @property
    def allowed(self) -> str:
        """The words."""
        return " / ".join(self.values)

    def read(self, text: str) -> str:
        """Return the word."""
        if text in self.values or (self.any_case and text.lower() in [value.lower() for value in self.values]):
            return text
        raise ValueError(text)

    def mend(self, text: str) -> str:
        """Return what to give instead of a word that its reader would take."""
        return dict(self.instead).get(text.upper() if self.any_case else text, text)

    def suggest(self, text: str) -> str | None:
        """Return the word in its right case, by its number, or the nearest."""
        if self.numbered and text.isdecimal() and int(text) < len(self.values):
            return self.values[int(text)]
        words = {value.lower(): value for value in self.values} | dict(self.others)
        if text.lower() in words:
            return words[text.lower()]
        starts = [value for value in self.values if len(value) > 3 and text.lower().startswith(value.lower())]
        near = get_close_matches(text.lower(), words, 1, 0.5)
        return next(iter(starts), None) or next((words[word] for word in near), None)


@dataclass(frozen=True)
class ChoiceOrPath(Choice):
    """One of a few words, or a file by a path that can't be taken for a misspelt word."""

    expands: bool = True

    @property
    def allowed(self) -> str:
        """The words."""
        return f"{super().allowed} / path"

    def read(self, text: str) -> str:
        """Return the word or the path."""
        known = text in self.values or text.lower() in dict(self.others)
        if not known and (os.sep in text or re.search(r"\.\w+$", text) or os.path.exists(text)):
            return text
        return super().read(text)


@dataclass(frozen=True)
class Between(Kind):
    """A number within bounds, both allowed."""

    low: float
    high: float
    whole: bool = True

    @property
    def allowed(self) -> str:
        """The bounds."""
        return f"{self.low:g}..{self.high:.12g}"

    def read(self, text: str) -> int | float:
        """Return the number."""
        number = int(text) if self.whole else float(text)
        if not self.low <= number <= self.high:
            raise ValueError(text)
        return number

    def suggest(self, text: str) -> str | None:
        """Return the bound that a number is nearest to."""
        found = re.search(r"-?\d+(\.\d+)?", text)
        if found is None:
            return None
        number = min(max(float(found[0]), self.low), self.high)
        return f"{int(number) if self.whole else number}"


@dataclass(frozen=True)
class Flag(Kind):
    """Yes or no. Some readers take only certain words: `true`, or `1`, `on`, `yes` and `true` in any case."""

    words: tuple[str, ...] = (*TRUE, *FALSE)

    @property
    def allowed(self) -> str:
        """The words to use."""
        return "true / false" if "true" in self.words else "1 / 0"

    def read(self, text: str) -> bool:
        """Return the truth of a word in any case."""
        if text.lower() not in self.words:
            raise ValueError(text)
        return text.lower() in TRUE

    def suggest(self, text: str) -> str | None:
        """Return the word of the same meaning that its reader knows."""
        word, (yes, no) = text.lower(), self.allowed.split(" / ")
        if word in TRUE or word[:1] in "ty":
            return yes
        return no if word in FALSE or word[:1] in "fn" else None
