"""Words that are said as somebody has written down: names, brands, acronyms.

A word counts only whole. Written small it is meant in any case (`gif` is GIF too), with a capital only as it stands
(`US` isn't us), as everywhere here. Where two begin at one place the longer counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tts.errors import ModelError
from tts.text.clean import one_line
from tts.text.said import Edit
from tts.text.sentences import is_close

MOST, LONGEST_WORD, LONGEST_SAID = 1000, 100, 300  # words of a dictionary, and characters of each side


def edits(text: str, words: Mapping[str, str]) -> list[Edit]:
    """Return what a dictionary says of a cleaned text, in order."""
    spoken = {one_line(word): one_line(said) for word, said in words.items()}
    lengths = _lengths(spoken)
    found: list[Edit] = []
    at = 0
    while lengths and at < len(text):
        ends = (at + length for length in lengths.get(text[at].lower(), ()) if _parts(text, at))
        edit = next((Edit(at, end, said) for end in ends if (said := _said(text, at, end, spoken))), None)
        found += [edit] if edit else []
        at = edit.end if edit else at + 1
    return found


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


def _lengths(words: Iterable[str]) -> dict[str, list[int]]:
    """Return the lengths of the words that begin with a character, the longest first."""
    lengths: dict[str, set[int]] = {}
    for word in words:
        lengths.setdefault(word[0].lower(), set()).add(len(word))
    return {first: sorted(found, reverse=True) for first, found in lengths.items()}


def _said(text: str, start: int, end: int, spoken: Mapping[str, str]) -> str | None:
    word = text[start:end]
    said = spoken.get(word) or spoken.get(word.lower())
    return said if said and end <= len(text) and _parts(text, end) else None


def _parts(text: str, place: int) -> bool:
    """Tell whether a place parts words."""
    beside = text[max(0, place - 1) : place + 1]
    return len(beside) < 2 or place == 0 or not all(map(_is_spaced, beside))


def _is_spaced(character: str) -> bool:
    """Tell whether blanks part the words that a character stands in."""
    return (character.isalnum() or character == "_") and not is_close(character)
