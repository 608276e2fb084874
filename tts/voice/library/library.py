"""Stored voices: added and deleted by any number of processes at once."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from tts.voice.library import disk
from tts.voice.library.entry import Damaged, Entry, Missing
from tts.voice.library.records import Records
from tts.voice.reference import voice_id

Status = Literal["created", "updated", "unchanged"]

_TRIES = 20  # to write into a folder that another process removes meanwhile
_OURS = r".+\.[0-9a-f]{16}(\.flac)?"  # recordings, and records that don't bear their name yet
_MOST_REPLACED = 200  # that a record tells of; 12 KiB at most of the 64 that it may have
_ABANDONED_S = 3600.0  # after which what no record names is nobody's work in progress, and nobody reads it any more


class Full(Exception):
    """There is no room for one more; the text says of what."""


@dataclass(frozen=True)
class Library(Records):
    """A folder of stored voices.

    Args:
        folder: where they are; made when the first one is added.
        max_voices: that it may hold; processes that add at the same time may exceed it by one each.
        max_styles: that a voice may have.
    """

    max_voices: int = 1000
    max_styles: int = 20

    def add(
        self,
        name: str,
        style: str,
        data: bytes,
        *,
        text: str,
        duration_s: float,
        language: str | None = None,
        findings: Sequence[str] = (),
    ) -> tuple[Entry, Status]:
        """Store a recording.

        Args:
            name: of the voice.
            style: of the recording.
            data: a FLAC file.
            text: what is said in it.
            duration_s: its length.
            language: of the text, if it is known; left out, what is known of it stays.
            findings: what could be better about the recording.

        Returns:
            The entry as it is stored, and whether it is new, takes another one's place, or was there.

        Raises:
            Full: there is no room.
            OSError: it can't be written.
        """
        before = self._sound(name, style)
        id = voice_id(data, text)
        if before is not None and before.id == id and language in (None, before.language):
            return before, "unchanged"
        self._check_room(name, style)
        created = _now() if before is None else before.created
        file = f"{style}.{secrets.token_hex(8)}.flac"
        length_s = round(duration_s, 3)
        over = self._replaced(before)
        stored = Entry(name, style, id, text, created, length_s, file, len(data), language, tuple(findings), over)
        self._write(stored, data)
        if before is not None:
            self._retire(before)
        self._sweep(name)
        return stored, "created" if before is None else "updated"

    def delete(self, name: str, style: str | None = None) -> list[str]:
        """Delete a voice, or one of its styles; return the styles deleted.

        Raises:
            Missing: there is none.
            OSError: it can't be deleted.
        """
        gone = [each for each in self.styles(name) if style in (None, each) and self._removed(name, each)]
        if not gone:
            raise Missing(name)
        self._sweep(name)
        with suppress(OSError):  # it holds other styles, or another worker's work in progress
            (self.folder / name).rmdir()
        return gone

    def _sound(self, name: str, style: str) -> Entry | None:
        try:
            return self.read(name, style)[0]
        except (Missing, Damaged):
            return None

    def _check_room(self, name: str, style: str) -> None:
        styles = self.styles(name)
        if style not in styles and len(styles) >= self.max_styles:
            raise Full(f"the voice {name!r} has {len(styles)} styles, the limit is {self.max_styles}")
        if not styles and len(self.folders()) >= self.max_voices and len(self.names()) >= self.max_voices:
            raise Full(f"{self.max_voices} voices are stored, the limit is {self.max_voices}")

    def _write(self, entry: Entry, data: bytes) -> None:
        folder = self.folder / entry.name
        for tries_left in reversed(range(_TRIES)):
            folder.mkdir(parents=True, exist_ok=True)
            if folder.is_symlink():
                raise OSError("the voice's folder is a link")
            try:
                disk.write_new(folder / entry.file, data)
                disk.put(folder / f"{entry.style}.json", entry.to_json())
                return
            except FileNotFoundError:  # another process deleted the last style, and the folder with it
                if not tries_left:
                    raise

    def _replaced(self, before: Entry | None) -> tuple[str, ...]:
        """Return the files that go with a recording when it is deleted: the ones that it takes the place of."""
        if before is None:
            return ()
        here = set(disk.names(self.folder / before.name))
        return (*(file for file in before.replaced if file in here), before.file)[-_MOST_REPLACED:]

    def _retire(self, entry: Entry) -> None:
        """Have a replaced recording stay for a while: another host may still see the record that names it."""
        with suppress(OSError):
            os.utime(self.folder / entry.name / entry.file)

    def _removed(self, name: str, style: str) -> bool:
        """Remove a record, with which the recording is gone for everybody, then its file and those it replaced."""
        try:
            record: Entry | None = self.find(name, style)
        except (Missing, Damaged):
            record = None
        try:
            (self.folder / name / f"{style}.json").unlink()
        except FileNotFoundError:
            return False
        if record is not None:
            for file in (record.file, *record.replaced):
                (self.folder / name / file).unlink(missing_ok=True)
        return True

    def _sweep(self, name: str) -> None:
        """Remove what was replaced, and what killed processes left."""
        with suppress(OSError, Damaged, Missing):  # a record that can't be read may name any file
            for left in self._unnamed(name):
                if disk.age_s(left, self.folder / name) > _ABANDONED_S:
                    left.unlink(missing_ok=True)

    def _unnamed(self, name: str) -> Iterator[Path]:
        """Return the files of a voice that no record names."""
        named = {self.find(name, style).file for style in self.styles(name)}
        for file in disk.names(self.folder / name):
            if re.fullmatch(_OURS, file) and file not in named:
                yield self.folder / name / file


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
