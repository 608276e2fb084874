"""JSON of recognizers and video sites: a list of items with times and words, wherever in the document it stands."""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Iterator
from typing import Any

from tts.voice.transcript.blocks import Block, ended, refusal
from tts.voice.transcript.cues import Cue, Transcript

_WORDS = ("text", "punctuated_word", "word", "transcript", "sentence", "utf8", "content")
_WHOLE = ("text", "transcript", "sentence", "DisplayText")
_GUESSES = ("alternatives", "channels", "NBest")
_LONGEST_S = 1000.0  # whole numbers beyond are milliseconds, as no recording that is taken lasts so long


class _NoTimes(ValueError):
    """An item without times that can be read."""


def read(source: str) -> Transcript | None:
    """Read JSON or lines of JSON; None if it is none.

    Of several lists with times the outermost is taken, or that of fewer items: sentences before words.

    Raises:
        VoiceUnusable: it is JSON, damaged or without words.
    """
    if not source.startswith(("{", "[")):
        return None
    document = _load(source)
    if not isinstance(document, dict | list):
        return None
    found: list[tuple[int, int, list[Block]]] = []
    texts: list[tuple[int, str]] = []
    for depth, value in _values(document):
        if isinstance(value, list) and (items := _items(value)):
            found.append((depth, len(items), items))
        elif isinstance(value, dict) and (text := _text(value)):
            texts.append((depth, text))
    if found:
        return Transcript("", _cues(min(found, key=lambda one: one[:2])[2]))
    whole = " ".join(text for depth, text in texts if depth == texts[0][0])
    if not whole:
        if isinstance(document, list) and not any(isinstance(item, dict) for item in document):
            return None  # [1] may begin a text
        raise refusal("JSON, but not like that of Whisper: it has no words with times, and no text")
    return Transcript(whole)


def _load(source: str) -> Any:
    try:
        return json.loads(source)
    except RecursionError as error:
        raise refusal("JSON nested too deep") from error
    except ValueError as whole_error:
        try:
            return [json.loads(line) for line in source.split("\n") if line.strip()]
        except (ValueError, RecursionError) as error:
            if source.startswith(('{"', '[{"', "{\n", "[\n")):
                raise refusal("JSON that breaks off or is damaged") from (error if "\n" in source else whole_error)
            return None


def _values(document: Any) -> Iterator[tuple[int, Any]]:
    """Yield every object and list with how deep it stands, the outer ones first."""
    waiting = deque([(0, document)])
    while waiting:
        depth, value = waiting.popleft()
        yield depth, value
        inner = [_best(*part) for part in value.items()] if isinstance(value, dict) else value
        waiting.extend((depth + 1, part) for part in inner if isinstance(part, dict | list))


def _best(name: str, value: Any) -> Any:
    """Return the best of a recognizer's guesses, which is the first, and any other value as it is."""
    return value[:1] if name in _GUESSES and isinstance(value, list) else value


def _items(values: list[Any]) -> list[Block]:
    """Return a list's items as blocks if all that hold words have times, nothing otherwise."""
    spoken = [item for item in values if isinstance(item, dict) and _words(item)]
    try:
        times = [_times(item) for item in spoken]
    except _NoTimes:
        return []
    whole = all(isinstance(item.get("start"), int) and isinstance(item.get("end"), int) for item in spoken)
    unit = 1000 if whole and times and max(end for _, end in times) >= _LONGEST_S else 1
    return [Block(start / unit, end / unit, [_words(item)]) for item, (start, end) in zip(spoken, times, strict=True)]


def _text(value: dict[str, Any]) -> str:
    return next((value[name].strip() for name in _WHOLE if isinstance(value.get(name), str)), "")


def _words(item: dict[str, Any]) -> str:
    if isinstance(item.get("segs"), list):
        return "".join(_words(part) for part in item["segs"] if isinstance(part, dict) and "segs" not in part).strip()
    found = next((item[name] for name in _WORDS if isinstance(item.get(name), str)), "")
    return found if item.keys() == {"utf8"} or "utf8" in item else found.strip()


def _times(item: dict[str, Any]) -> tuple[float, float]:
    if isinstance(item.get("timestamp"), list) and len(item["timestamp"]) == 2:
        start, end = item["timestamp"]
        return _number(start), math.inf if end is None else _number(end)
    if isinstance(item.get("offsets"), dict):
        return _number(item["offsets"].get("from")) / 1000, _number(item["offsets"].get("to")) / 1000
    if "tStartMs" in item:
        start_ms = _number(item["tStartMs"])
        return start_ms / 1000, (start_ms + _number(item.get("dDurationMs"))) / 1000
    start = _number(item.get("start"))
    if "end" in item:
        return start, _number(item["end"])
    return start, start + _number(item.get("duration", item.get("dur")))


def _number(value: Any) -> float:
    try:
        number = float(value) if isinstance(value, int | float | str) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not 0 <= number < math.inf:
        raise _NoTimes
    return number


def _cues(blocks: list[Block]) -> tuple[Cue, ...]:
    open_ended = any(block.end_s == math.inf for block in blocks[:-1])
    return tuple(block.cue() for block in (ended(blocks) if open_ended else blocks))
