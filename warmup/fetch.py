"""A file from the network onto a disk: resumed where it was cut, checked before it bears its name.

An unfinished file is `NAME.part`; NAME appears by a rename, after size and sha256 are right. A kill at any point
leaves one or the other, and the next call goes on from there.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from warmup.receive import FetchError, Refused, receive, shown, thrown_away
from warmup.stamp import once, record_of, sha256_of, stamp, stamped, to_disk

log = logging.getLogger("worker")
__all__ = ["FetchError", "Refused", "fetch", "forget", "locked", "shown"]


@contextmanager
def locked(folder: Path, patience_s: float) -> Iterator[None]:
    """Let one process at a time work in a folder; a killed one lets go.

    Raises:
        FetchError: another process keeps it for longer than `patience_s`.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(folder / ".lock"), timeout=max(patience_s, 0))
        lock.acquire()
    except Timeout as error:
        raise FetchError(f"another process has been busy in {folder} for {patience_s:.0f} s") from error
    except NotImplementedError:  # a file system without locks: every step is still a rename
        yield
        return
    except OSError as error:
        raise FetchError(f"{folder} can't be used: {error.strerror or error}") from error
    try:
        yield
    finally:
        lock.release()


def fetch(
    url: str,
    target: Path,
    *,
    sha256: str | None,
    size: int | None,
    deadline: float,
    headers: Mapping[str, str] | None = None,
) -> str:
    """Bring a file, unless it is there and right; return its sha256.

    Args:
        url: http(s); redirects are followed.
        target: where it goes.
        sha256: what it must be; None: what it was the first time, recorded beside it.
        size: in bytes, if known.
        deadline: by `time.monotonic()`; what has come until then is kept for the next try.
        headers: to send along; `Authorization` doesn't follow a redirect to another host.

    Raises:
        FetchError: it isn't there, is something else, or doesn't come in time.
    """
    part = target.with_name(target.name + ".part")
    wanted = sha256 or once(target) or None
    try:
        found = _kept(target, wanted, size)
        if found is None:
            receive(url, part, size, deadline, headers or {})
            found = _checked(part, wanted, size)
            to_disk(part)
            part.rename(target)
        stamp(target, found)
    except OSError as error:
        if part.exists() and not shutil.disk_usage(part.parent).free:
            part.unlink()
        raise FetchError(f"{target.name} can't be written: {error.strerror or error}") from error
    return found


def _kept(target: Path, sha256: str | None, size: int | None) -> str | None:
    """Return the sha256 of a file that is there; None if none is, or it was wrong and is gone."""
    if not target.exists():
        return None
    try:
        return _checked(target, sha256, size)
    except FetchError as error:
        log.warning("%s", error)
        return None


def _checked(file: Path, sha256: str | None, size: int | None) -> str:
    """Return a file's sha256; a wrong file is removed."""
    found_size = file.stat().st_size
    if size is not None and found_size != size:
        raise thrown_away(file, f"has {found_size} bytes instead of {size}")
    found = stamped(file) or sha256_of(file)
    if sha256 is not None and found != sha256:
        raise thrown_away(file, f"has the sha256 {found[:12]}... instead of {sha256[:12]}...")
    return found


def forget(target: Path) -> None:
    """Remove a file and the record of what it was."""
    for file in (target, record_of(target)):
        file.unlink(missing_ok=True)
