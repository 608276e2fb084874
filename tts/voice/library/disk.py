"""Files as the library needs them: read whole and never through a link, written once, renamed over others."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path


def read(path: Path, most: int) -> bytes:
    """Return what a file holds.

    Raises:
        OSError: it isn't there, is a link or no file, or holds more than `most` bytes.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe would be waited for
    with open(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "is no file")
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"holds more than {most} bytes")
    return data


def write_new(path: Path, data: bytes) -> None:
    """Write a file that isn't there yet, down to the disk; of one that can't be written nothing stays."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def put(path: Path, data: bytes) -> None:
    """Have a file hold these bytes from one moment to the next; a reader sees the old ones or the new ones."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    write_new(fresh, data)
    try:
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    with suppress(OSError):  # some network volumes can't, and keep names in order by themselves
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def age_s(path: Path, folder: Path) -> float:
    """Return how old a file was when its folder was changed last; both by the clock of whoever keeps them."""
    return folder.lstat().st_mtime - path.lstat().st_mtime


def names(folder: Path, *, folders: bool = False) -> list[str]:
    """Return the names in a folder, of folders or of the rest; none of one that isn't there, or is a link.

    Raises:
        OSError: it can't be read.
    """
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | (0 if folders else os.O_NOFOLLOW))
    except (FileNotFoundError, NotADirectoryError):  # so says Linux of a link, too
        return []
    try:
        with os.scandir(handle) as found:
            return [entry.name for entry in found if entry.is_dir(follow_symlinks=False) == folders]
    finally:
        os.close(handle)
