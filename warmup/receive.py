"""The bytes of an address onto the end of a file, past cuts and pauses of the server.

A server that cuts is asked again for as long as its answers bring something; one that brings nothing is given up
after a few tries. Nothing is received beyond a size that is known.
"""

from __future__ import annotations

import logging
import re
import shutil
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import httpx

log = logging.getLogger("worker")
_PAUSES_S = (1, 2, 4, 8)  # between tries; from the first again after one that brought something
_LATER = {408, 425, 429}  # answers that another try may better, as may any from 500 on
_PROGRESS_S = 5.0
_SILENCE_S = 20.0  # of a server, until it counts as gone


class FetchError(Exception):
    """A file can't be had; the message says why."""


class Refused(FetchError):
    """A file can't be had, and another try, or another host, would hear the same."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status  # of the server's answer, if that is the reason


def thrown_away(file: Path, problem: str) -> FetchError:
    """Remove a wrong file; return what to raise."""
    file.unlink(missing_ok=True)
    return FetchError(f"{file.name.removesuffix('.part')} {problem}; it is thrown away")


def receive(url: str, part: Path, size: int | None, deadline: float, headers: Mapping[str, str]) -> None:
    """Append to `part` until all is there.

    Args:
        url: http(s); redirects are followed.
        part: what has come so far, if there is anything.
        size: of all, in bytes, if known.
        deadline: by `time.monotonic()`.
        headers: to send along; `Authorization` doesn't follow a redirect to another host.

    Raises:
        FetchError: it isn't there, has another size, or doesn't come in time.
        OSError: `part` can't be written.
    """
    import httpx  # half a second that a worker with nothing to fetch need not spend

    try:
        client = httpx.Client(headers={**headers, "Accept-Encoding": "identity"}, follow_redirects=True)
    except (OSError, ImportError, ValueError, httpx.InvalidURL) as error:
        reason = f"proxy, certificates or token of this environment can't be used: {error}"
        raise Refused(f"{shown(url)} can't be downloaded: {reason}") from error
    pauses, most = iter(_PAUSES_S), _size(part)
    with client:
        while True:
            try:
                _append_rest(client, url, part, size, deadline)
                return
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                failure = _failure(url, error)
                if isinstance(failure, Refused):
                    raise failure from error
            if _size(part) > most:
                pauses, most = iter(_PAUSES_S), _size(part)
            pause_s = next(pauses, None)
            if pause_s is None or time.monotonic() + pause_s > deadline:
                raise failure
            log.info("%s; trying again in %d s", failure, pause_s)
            time.sleep(pause_s)


def _failure(url: str, error: httpx.HTTPError | httpx.InvalidURL) -> FetchError:
    """Return what an error of the network means."""
    import httpx

    said = f"{shown(url)} can't be downloaded: "
    if isinstance(error, httpx.HTTPStatusError):
        status = error.response.status_code
        later = status in _LATER or status >= 500
        return (FetchError if later else partial(Refused, status=status))(f"{said}the server answers {status}")
    if isinstance(error, httpx.LocalProtocolError):  # which shows what it holds
        return Refused(f"{said}a header, such as a token, can't be sent as it stands")
    said += f"{type(error).__name__}: {error}".rstrip(": ")
    return Refused(said) if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol) else FetchError(said)


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def shown(url: str) -> str:
    """Return an address as reports may show it: without the login of a mirror."""
    return re.sub(r"(?<=//)[^/]*@", "", url)


def _append_rest(client: httpx.Client, url: str, part: Path, size: int | None, deadline: float) -> None:
    """Append to `part` what it lacks."""
    have = _size(part)
    if size is not None and have >= size:
        return
    asked = {"Range": f"bytes={have}-"} if have else {}
    silence_s = min(_SILENCE_S, max(deadline - time.monotonic(), 1))
    with client.stream("GET", url, headers=asked, timeout=silence_s) as answer:
        if answer.status_code == 416:  # nothing after what is here: the check tells whether it is all
            return
        answer.raise_for_status()
        if answer.status_code != 206:
            have = 0
        coming = answer.headers.get("Content-Length")
        if coming is not None and "Content-Encoding" not in answer.headers:
            if size is not None and have + int(coming) != size:
                raise thrown_away(part, f"has {have + int(coming)} bytes instead of {size}")
            _need(part.parent, int(coming))
        with part.open("ab" if have else "wb") as file:
            _write(answer, file, have, size, deadline)
    if size is not None and _size(part) > size:
        raise thrown_away(part, f"has more than {size} bytes")


def _write(answer: httpx.Response, file: BinaryIO, have: int, size: int | None, deadline: float) -> None:
    """Write a body to the end of a file, up to the block that exceeds its size."""
    import httpx

    reported = time.monotonic()
    for block in answer.iter_bytes():  # as they come: a size would hold back, and lose, up to that much
        file.write(block)
        have += len(block)
        if size is not None and have > size:
            return
        now = time.monotonic()
        if now > deadline:
            raise httpx.ReadTimeout(f"the time allowed was over after {have / 1e6:.0f} MB")
        if now - reported > _PROGRESS_S:
            log.info("%s: %.0f MB of %s", Path(file.name).stem, have / 1e6, f"{size / 1e6:.0f}" if size else "unknown")
            reported = now


def _need(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < size:
        raise FetchError(f"{folder} has {free / 1e6:.0f} MB left, {size / 1e6:.0f} are needed")
