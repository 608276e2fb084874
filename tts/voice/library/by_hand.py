"""Recordings that people put into a voices folder themselves: `name.wav` with `name.txt`, or upstream's TOML.

The TOML is that of upstream's command line: `ref_audio` and `ref_text` for the voice that bears the file's name, and
a table `[voices.NAME]` for each further one. They are read as they stand and never written.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tts.voice.library import disk
from tts.voice.library.entry import Damage
from tts.voice.transcript.files import decoded

_AUDIO = ("wav", "flac", "mp3", "ogg", "oga", "opus", "m4a", "aac", "webm", "mp4", "aif", "aiff", "caf", "wma", "amr")
_TEXT = ("txt", "srt", "vtt", "csv", "tsv", "lab")
_MOST_TEXT = 2**20  # bytes


@dataclass(frozen=True)
class ByHand:
    """A recording and, if there is one, its transcript."""

    name: str
    file: Path
    text: str | None


def by_hand(folder: Path) -> tuple[list[ByHand], list[Damage]]:
    """Return what lies in a folder, and what of it can't be used.

    Raises:
        OSError: the folder can't be read.
    """
    found: dict[str, ByHand] = {}
    damaged: list[Damage] = []
    for each in _all(folder, sorted(disk.names(folder))):
        if isinstance(each, Damage):
            damaged.append(each)
        elif each.name in found:
            damaged.append(Damage(each.name, f"{each.file.name} isn't used: {found[each.name].file.name} is"))
        else:
            found[each.name] = each
    return list(found.values()), damaged


def _all(folder: Path, names: list[str]) -> Iterator[ByHand | Damage]:
    for name in names:
        stem, _, ending = name.rpartition(".")
        if not stem or name.startswith("."):
            continue
        if ending.lower() in _AUDIO:
            yield _beside(folder, name, stem, names)
        elif ending.lower() == "toml":
            yield from _in_toml(folder, name, stem)


def _beside(folder: Path, name: str, stem: str, names: list[str]) -> ByHand | Damage:
    """Return a recording with the transcript of the same name."""
    if problem := _outside(folder, folder / name):
        return Damage(stem, problem)
    texts = (f"{stem}.{ending}" for ending in _TEXT if f"{stem}.{ending}" in names)
    text = next(texts, None)
    try:
        return ByHand(stem, folder / name, None if text is None else _text(folder / text))
    except (OSError, UnicodeError):
        return Damage(stem, f"{text} can't be read as text")


def _in_toml(folder: Path, name: str, stem: str) -> Iterator[ByHand | Damage]:
    try:
        given = tomllib.loads(_text(folder / name))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError, RecursionError):
        yield Damage(stem, f"{name} can't be read as TOML")
        return
    voices = given.get("voices")
    tables = {stem: given, **(voices if isinstance(voices, dict) else {})}
    if isinstance(given.get("main"), dict):
        tables[stem] = given["main"]
    for voice, table in tables.items():
        if isinstance(table, dict) and "ref_audio" in table:
            yield _of_table(folder, voice, table)


def _of_table(folder: Path, voice: str, table: dict[str, Any]) -> ByHand | Damage:
    audio, text = table["ref_audio"], table.get("ref_text", "")
    if not isinstance(audio, str) or not isinstance(text, str):
        return Damage(voice, "ref_audio and ref_text aren't strings")
    path = _named(folder, audio)
    if path is None:
        return Damage(voice, f"{Path(audio).name[:80]} is not in the folder")
    return ByHand(voice, path, text or None)


def _named(folder: Path, audio: str) -> Path | None:
    """Return the file that a TOML names, by its path in the folder or by its name alone: upstream's are packaged."""
    for path in (folder / audio, folder / Path(audio).name):
        try:
            if path.is_file() and not _outside(folder, path):
                return path
        except (OSError, ValueError):
            continue
    return None


def _outside(folder: Path, path: Path) -> str:
    inside = path.resolve().is_relative_to(folder.resolve())
    return "" if inside else f"{path.name} is a link that leads out of the folder"


def _text(path: Path) -> str:
    return decoded(disk.read(path, _MOST_TEXT)).strip()
