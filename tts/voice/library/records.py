"""The stored voices that are there: found and read while other processes add and delete."""

from __future__ import annotations

import errno
import os
import re
from dataclasses import dataclass
from pathlib import Path

from tts.limits import DEFAULT_STYLE, STYLE_PATTERN, VOICE_PATTERN
from tts.voice.library import disk
from tts.voice.library.entry import Damage, Damaged, Entry, Missing, from_json
from tts.voice.reference import voice_id

MAX_RECORD = 64 * 1024  # bytes
MAX_FILE = 4 * 2**20  # bytes; 12 s in 24 bits are 0.9 MB
_TRIES = 20  # for a file that another process removes meanwhile


@dataclass(frozen=True)
class Records:
    """Reads a folder of stored voices. Keeps nothing: what another worker adds is there at once.

    Args:
        folder: where they are; need not be there.
    """

    folder: Path

    def names(self) -> list[str]:
        """Return the names of all voices."""
        return [name for name in self.folders() if self.styles(name)]

    def folders(self) -> list[str]:
        """Return the names of all folders that may hold a voice."""
        return sorted(name for name in disk.names(self.folder, folders=True) if re.fullmatch(VOICE_PATTERN, name))

    def styles(self, name: str) -> list[str]:
        """Return the styles of a voice, the default one first; none if it isn't there."""
        if not re.fullmatch(VOICE_PATTERN, name):
            return []
        found = [file.removesuffix(".json") for file in disk.names(self.folder / name) if file.endswith(".json")]
        named = [style for style in found if re.fullmatch(STYLE_PATTERN, style)]
        return sorted(named, key=lambda style: (style != DEFAULT_STYLE, style))

    def find(self, name: str, style: str = DEFAULT_STYLE) -> Entry:
        """Return the record of a recording.

        Raises:
            Missing: there is none.
            Damaged: it can't be used.
            OSError: the folder can't be read.
        """
        if not re.fullmatch(VOICE_PATTERN, name) or not re.fullmatch(STYLE_PATTERN, style):
            raise Missing(name)
        if (self.folder / name).is_symlink():
            raise Damaged("its folder is a link")
        try:
            data = disk.read(self.folder / name / f"{style}.json", MAX_RECORD)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise Missing(name) from error
        except OSError as error:
            os.listdir(self.folder)  # or nothing here can be read, which is no matter of this voice
            raise Damaged("its record can't be read") from error
        return from_json(data, name, style)

    def read(self, name: str, style: str = DEFAULT_STYLE) -> tuple[Entry, bytes]:
        """Return a record and the file that it names.

        Raises:
            Missing: there is none.
            Damaged: it can't be used.
            OSError: the folder can't be read.
        """
        for _ in range(_TRIES):
            entry = self.find(name, style)
            try:
                data = disk.read(self.folder / name / entry.file, MAX_FILE)
            except OSError as error:
                if error.errno in (errno.ENOENT, errno.ESTALE):  # gone since the record was read, or lost
                    continue
                raise Damaged("its recording can't be read") from error
            if voice_id(data, entry.text) != entry.id:
                raise Damaged("its recording or its text isn't what was stored")
            return entry, data
        raise Damaged("its recording is missing")

    def entries(self) -> tuple[list[Entry], list[Damage]]:
        """Return all records, and what can't be used; of the recordings only the size is looked at.

        Raises:
            OSError: the folder can't be read.
        """
        whole: list[Entry] = []
        damaged = [Damage(name, "its folder is a link") for name in self._links()]
        for name in self.folders():
            for style in self.styles(name):
                try:
                    whole.append(self._sized(self.find(name, style)))
                except Missing:  # deleted meanwhile
                    continue
                except Damaged as error:
                    damaged.append(Damage(name, str(error), style))
        return whole, damaged

    def _links(self) -> list[str]:
        """Return the names that would be voices if they weren't links."""
        named = (name for name in disk.names(self.folder) if re.fullmatch(VOICE_PATTERN, name))
        return sorted(name for name in named if (self.folder / name).is_symlink())

    def _sized(self, entry: Entry) -> Entry:
        try:
            size = (self.folder / entry.name / entry.file).lstat().st_size
        except FileNotFoundError:
            return self.read(entry.name, entry.style)[0]
        if size != entry.size:
            raise Damaged("its recording isn't what was stored")
        return entry
