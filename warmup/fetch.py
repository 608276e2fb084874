"""A file from the network onto a disk: resumed where it was cut, checked before it bears its name.

An unfinished file is `NAME.part`; NAME appears by a rename, after size and sha256 are right. A kill at any point
leaves one or the other, and the next call goes on from there.
"""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

log = logging.getLogger("worker")
_PAUSES_S = (1, 2, 4, 8)  # between tries
_LATER = {408, 425, 429, 500, 502, 503, 504}  # answers that another try may better
_PROGRESS_S = 5.0
_SILENCE_S = 20.0  # of a server, until it counts as gone


class FetchError(Exception):
    """A file can't be had; the message says why."""

    status = 0  # of the server's answer, if that is the reason


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
    record = _record_of(target)
    part = target.with_name(target.name + ".part")
    try:
        noted = record.read_text().strip() if record.exists() else ""  # empty: killed while it was written
        wanted = sha256 or noted or None
        found = _kept(target, wanted, size)
        if found is None:
            _download(url, part, size, deadline, headers or {})
            found = _checked(part, wanted, size)
            part.rename(target)
        if not noted:
            record.write_text(found + "\n")
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
    found = sha256_of(file)
    if size is not None and file.stat().st_size != size:
        problem = f"has {file.stat().st_size} bytes instead of {size}"
    elif sha256 is not None and found != sha256:
        problem = f"has the sha256 {found[:12]}... instead of {sha256[:12]}..."
    else:
        return found
    file.unlink()
    raise FetchError(f"{file.name.removesuffix('.part')} {problem}; it is thrown away")


def forget(target: Path) -> None:
    """Remove a file and the record of what it was."""
    for file in (target, _record_of(target)):
        file.unlink(missing_ok=True)


def _record_of(target: Path) -> Path:
    return target.with_name(target.name + ".sha256")


def sha256_of(file: Path) -> str:
    """Return a file's sha256 in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _download(url: str, part: Path, size: int | None, deadline: float, headers: Mapping[str, str]) -> None:
    import httpx  # half a second that a worker with nothing to fetch need not spend

    reason, status = "no time was left for it", 0
    for pause_s in (*_PAUSES_S, None):
        try:
            _receive(url, part, size, deadline, headers)
            return
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
            reason = f"the server answers {status}"
            if status not in _LATER:
                break
        except httpx.InvalidURL as error:
            reason = str(error)
            break
        except httpx.HTTPError as error:
            reason = f"{type(error).__name__}: {error}".rstrip(": ")
        if pause_s is None or time.monotonic() + pause_s > deadline:
            break
        log.info("%s: %s; trying again in %d s", part.stem, reason, pause_s)
        time.sleep(pause_s)
    failure = FetchError(f"{shown(url)} can't be downloaded: {reason}")
    failure.status = status
    raise failure


def shown(url: str) -> str:
    """Return an address as reports may show it: without the login of a mirror."""
    return re.sub(r"(?<=//)[^/]*@", "", url)


def _receive(url: str, part: Path, size: int | None, deadline: float, headers: Mapping[str, str]) -> None:
    """Append to `part` what it lacks."""
    import httpx

    have = part.stat().st_size if part.exists() else 0
    if size is not None and have >= size:
        return
    headers = {**headers, "Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    silence_s = min(_SILENCE_S, max(deadline - time.monotonic(), 1))
    with httpx.stream("GET", url, headers=headers, follow_redirects=True, timeout=silence_s) as answer:
        if answer.status_code == 416:  # nothing after what is here: the check tells whether it is all
            return
        answer.raise_for_status()
        if answer.status_code != 206:
            have = 0
        coming = int(answer.headers.get("Content-Length", 0))
        _need(part.parent, coming)
        reported = time.monotonic()
        with part.open("ab" if have else "wb") as file:
            for block in answer.iter_bytes():  # as they come: a size would hold back, and lose, up to that much
                file.write(block)
                have += len(block)
                now = time.monotonic()
                if now > deadline:
                    raise httpx.ReadTimeout(f"the time allowed was over after {have / 1e6:.0f} MB")
                if now - reported > _PROGRESS_S:
                    log.info("%s: %.0f MB of %s", part.stem, have / 1e6, f"{size / 1e6:.0f}" if size else "unknown")
                    reported = now


def _need(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < size:
        raise FetchError(f"{folder} has {free / 1e6:.0f} MB left, {size / 1e6:.0f} are needed")
