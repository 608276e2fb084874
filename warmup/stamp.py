"""A file's sha256, noted beside it with its size and time of change, so that gigabytes are hashed once.

`NAME.sha256` holds the three, by blanks. It vouches for a file as long as size and time are still the file's; the
sha256 alone stays what the file once was. Where nothing can be written beside a file (a cache of the platform's, an
image's layer), the note goes to a spare folder.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from pathlib import Path

log = logging.getLogger("worker")
_BELOW_S = 9  # digits of nanoseconds


def sha256_of(file: Path) -> str:
    """Return a file's sha256 in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def to_disk(file: Path) -> None:
    """Have the content on the disk before the name: after a crash a name alone is a file of zeros."""
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


def stamp(file: Path, sha256: str, spare: Path | None = None) -> None:
    """Note what a file's sha256 is now; where no place can be written, nothing is noted."""
    line = f"{sha256} {_marks(file)}\n"
    for record in _records(file, spare):
        try:
            record.parent.mkdir(parents=True, exist_ok=True)
            record.write_text(line)
            return
        except OSError as error:
            log.debug("%s can't be written: %s", record, error.strerror)


def stamped(file: Path, spare: Path | None = None) -> str:
    """Return the sha256 that was noted of a file as it is now; empty if none was."""
    for record in _records(file, spare):
        sha256, _, marks = _read(record).partition(" ")
        if marks and _same(marks, _marks(file)):
            return sha256
    return ""


def _same(noted: str, found: str) -> bool:
    """Compare sizes and times; layers of images and some volumes keep whole seconds only."""
    return found in (noted, noted[:-_BELOW_S] + "0" * _BELOW_S)


def once(file: Path) -> str:
    """Return the sha256 that was noted last beside a file, which may have changed or gone since; empty if none was."""
    return _read(record_of(file)).partition(" ")[0]


def record_of(file: Path) -> Path:
    """Return where the note on a file lies."""
    return file.with_name(file.name + ".sha256")


def _records(file: Path, spare: Path | None) -> list[Path]:
    if spare is None:
        return [record_of(file)]
    path = hashlib.sha256(str(file.absolute()).encode(errors="surrogateescape")).hexdigest()
    return [record_of(file), spare / f"{path[:16]}-{file.name}.sha256"]


def _read(record: Path) -> str:
    try:
        text = record.read_text("latin-1").strip()
    except OSError:
        return ""
    return text if re.fullmatch(r"[0-9a-f]{64}( \d+ \d+)?", text) else ""  # garbage after a crash


def _marks(file: Path) -> str:
    found = file.stat()
    return f"{found.st_size} {found.st_mtime_ns}"
