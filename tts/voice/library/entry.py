"""The record of one recording of a stored voice, and what is wrong with one that isn't whole."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, fields
from typing import Any

from tts.limits import STYLE_PATTERN, VOICE_PATTERN


class Missing(Exception):
    """There is no such recording."""


class Damaged(Exception):
    """A recording is there and can't be used; the text says why, for callers too."""


@dataclass(frozen=True)
class Damage:
    """What lies in the folder and can't be used."""

    name: str
    problem: str
    style: str | None = None


@dataclass(frozen=True)
class Entry:
    """One recording of a voice."""

    name: str
    style: str
    id: str  # hash of the file and the text
    text: str  # what is said in it
    created: str  # UTC, as 2026-01-31T12:00:00Z
    duration_s: float
    file: str  # in the voice's folder
    size: int  # of the file, in bytes
    language: str | None = None
    findings: tuple[str, ...] = ()  # what could be better about it
    replaced: tuple[str, ...] = ()  # files that it took the place of, and that may still be there

    def to_json(self) -> bytes:
        """Return the record as its file holds it, for people as well."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode() + b"\n"


def from_json(data: bytes, name: str, style: str) -> Entry:
    """Return the record that a file holds.

    Raises:
        Damaged: it isn't one, or not that of this recording.
    """
    try:
        given = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Damaged("its record is not JSON") from error
    if not isinstance(given, dict) or not _fits(given):
        raise Damaged("its record lacks a field, or has one that doesn't fit")
    if (given["name"], given["style"]) != (name, style):
        raise Damaged("its record is that of another recording")
    return Entry(**{**given, **{name: tuple(given.get(name, ())) for name in ("findings", "replaced")}})


_KINDS: dict[str, Any] = {
    "str": str,
    "float": (int, float),
    "int": int,
    "str | None": (str, type(None)),
    "tuple[str, ...]": list,
}
_SHAPES = {
    "name": VOICE_PATTERN,
    "style": STYLE_PATTERN,
    "id": "[0-9a-f]{16}",
    "file": rf"{STYLE_PATTERN}\.[0-9a-f]{{16}}\.flac",  # no other folder's
}


def _fits(given: dict[str, Any]) -> bool:
    kinds = {field.name: _KINDS[str(field.type)] for field in fields(Entry)}
    known = given.keys() <= kinds.keys() and kinds.keys() - given.keys() <= {"language", "findings", "replaced"}
    return (
        known
        and all(isinstance(value, kinds[name]) for name, value in given.items())
        and all(isinstance(finding, str) for finding in given.get("findings", ()))
        and all(re.fullmatch(shape, given[name]) for name, shape in _SHAPES.items())
        and all(isinstance(file, str) and re.fullmatch(_SHAPES["file"], file) for file in given.get("replaced", ()))
    )
