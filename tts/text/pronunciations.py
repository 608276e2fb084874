"""Words that are said as somebody has written down: names, brands, acronyms.

A word counts only whole. Written small it is meant in any case (`gif` is GIF too), with a capital only as it stands
(`US` isn't us), as everywhere here. Where two begin at one place the longer counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tts.errors import ModelError
from tts.text.clean import one_line
from tts.text.said import Edit
from tts.text.sentences import is_close

MOST, LONGEST_WORD, LONGEST_SAID = 1000, 100, 300  # words of a dictionary, and characters of each side
_END = ""  # where a word is over
_Tree = dict[str, "_Tree"]


@dataclass(frozen=True)
class Dictionary:
    """Words and what is said for each, read once for all parts of a text."""

    words: Mapping[str, str]

    def edits(self, text: str) -> list[Edit]:
        """Return what the dictionary says of a cleaned text, in order."""
        found: list[Edit] = []
        at = 0
        while at < len(text):
            ends = self._ends(text, at) if _parts(text, at) else []
            edit = next((Edit(at, end, said) for end in reversed(ends) if (said := self._said(text[at:end]))), None)
            found += [edit] if edit else []
            at = edit.end if edit else at + 1
        return found

    @cached_property
    def _spoken(self) -> dict[str, str]:
        return {one_line(word): one_line(said) for word, said in self.words.items()}

    @cached_property
    def _tree(self) -> _Tree:
        """The words, character by character: looking one up takes no longer than it agrees with the text."""
        tree: _Tree = {}
        for word in self._spoken:
            below = tree
            for character in word:
                below = below.setdefault(character.casefold(), {})
            below[_END] = {}
        return tree

    def _ends(self, text: str, start: int) -> list[int]:
        """Return where words end that may begin here, in whatever case."""
        ends: list[int] = []
        below = self._tree
        for at in range(start, len(text)):
            deeper = below.get(text[at].casefold())
            if deeper is None:
                break
            below = deeper
            if _END in below and _parts(text, at + 1):
                ends.append(at + 1)
        return ends

    def _said(self, word: str) -> str | None:
        return self._spoken.get(word) or self._spoken.get(word.lower())


def wrong(words: Mapping[Any, Any]) -> str:
    """Return what is wrong with a dictionary; nothing if it is right."""
    if len(words) > MOST:
        return f"has {len(words)} words, the limit is {MOST}"
    for word, said in words.items():
        for text, longest, what in ((word, LONGEST_WORD, "a word"), (said, LONGEST_SAID, "what is said for one")):
            if not isinstance(text, str) or not any(map(str.isprintable, text)) or not one_line(text):
                return f"holds {what} that is no text"
            if len(text) > longest:
                return f"holds {what} with {len(text)} characters, the limit is {longest}"
    return ""


def read_words(path: Path) -> dict[str, str]:
    """Read a dictionary: a JSON object of words and what is said for each.

    Raises:
        ModelError: it can't be read, or isn't one.
    """
    try:
        words = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"TTS_WORDS={path}: can't be read as JSON: {error}") from error
    if not isinstance(words, dict):
        raise ModelError(f'TTS_WORDS={path}: is no JSON object such as {{"RunPod": "run pod"}}')
    if problem := wrong(words):
        raise ModelError(f"TTS_WORDS={path}: {problem}")
    return words


def _parts(text: str, place: int) -> bool:
    """Tell whether a place parts words."""
    beside = text[max(0, place - 1) : place + 1]
    return len(beside) < 2 or place == 0 or not all(map(_is_spaced, beside))


def _is_spaced(character: str) -> bool:
    """Tell whether blanks part the words that a character stands in."""
    return (character.isalnum() or character == "_") and not is_close(character)
