"""What a variable may hold: how its text is read, what is allowed, and what was probably meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Protocol

TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


class Kind(Protocol):
    """A type of value. `read` raises ValueError for what isn't allowed; `suggest` then says what may be meant."""

    @property
    def allowed(self) -> str:
        """What may stand there, for people."""

    def read(self, text: str) -> Any:
        """Return the value of a text."""

    def suggest(self, text: str) -> str | None:
        """Return the allowed text nearest to a wrong one."""


@dataclass(frozen=True)
class Text:
    """Anything."""

    allowed: str = "text"

    def read(self, text: str) -> str:
        """Return the text."""
        return text

    def suggest(self, text: str) -> str | None:
        """Return nothing: every text is allowed."""
        return None


PATH = Text("path")


@dataclass(frozen=True)
class Pattern:
    """A text of one shape."""

    expression: str
    allowed: str

    def read(self, text: str) -> str:
        """Return the text if it has the shape."""
        if not re.fullmatch(self.expression, text):
            raise ValueError(text)
        return text

    def suggest(self, text: str) -> str | None:
        """Return the text without blanks, if that has the shape."""
        dense = re.sub(r"\s+", "", text)
        return dense if re.fullmatch(self.expression, dense) else None


URL = Pattern(r"https?://[^\s/]+\S*", "http(s)://...")


@dataclass(frozen=True)
class Choice:
    """One of a few words; `numbered` ones were once written as their index."""

    values: tuple[str, ...]
    any_case: bool = False
    numbered: bool = False
    others: tuple[tuple[str, str], ...] = ()  # what other programs call them, and which it is here

    @property
    def allowed(self) -> str:
        """The words."""
        return " / ".join(self.values)

    def read(self, text: str) -> str:
        """Return the word."""
        if text in self.values or (self.any_case and text.lower() in [value.lower() for value in self.values]):
            return text
        raise ValueError(text)

    def suggest(self, text: str) -> str | None:
        """Return the word in its right case, by its number, or the nearest."""
        if self.numbered and text.isdecimal() and int(text) < len(self.values):
            return self.values[int(text)]
        words = {value.lower(): value for value in self.values} | dict(self.others)
        if text.lower() in words:
            return words[text.lower()]
        starts = [value for value in self.values if len(value) > 3 and text.lower().startswith(value.lower())]
        return next(iter(starts), None) or next(
            (words[w] for w in get_close_matches(text.lower(), words, 1, 0.5)), None
        )


@dataclass(frozen=True)
class Between:
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
class Flag:
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
