"""The recording at an address: asked for with what is known of it, kept as long as its server says it is the same."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tts.errors import DownloadFailed
from tts.limits import RECORDING_BYTES
from tts.voice.download.public import Address, is_public
from tts.voice.download.target import redirected, target
from tts.voice.kept import Kept

if TYPE_CHECKING:
    import httpcore

_REDIRECTS = 5
_REDIRECTED = {301, 302, 303, 307, 308}
_AT_ONCE = 8  # downloads; slow servers hold nothing but these threads up
_TAG_BYTES = 1024  # of an ETag or a date that is sent back
_CHECK = "check that the address opens without a login, or send the recording as voice_base64"
_LATER = "send the job again, or the recording as voice_base64"


@dataclass(frozen=True)
class Limits:
    """What a download may take."""

    bytes: int = RECORDING_BYTES
    seconds: float = 60.0  # for all of it, redirects included
    silence_s: float = 10.0  # of a server, until it counts as gone
    kept_bytes: int = RECORDING_BYTES  # of all that is kept
    kept_each: int = RECORDING_BYTES // 4


@dataclass(frozen=True)
class _Known:
    url: str  # where it was in the end
    conditions: Mapping[str, str]  # fields that ask whether it is still the same
    data: bytes


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Mapping[str, str]  # names in lower case
    data: bytes


class Downloads:
    """Fetches recordings. Safe to use from many threads.

    Args:
        limits: what a download may take.
        allowed: tells whether an address may be connected to.
        tls: with which certificates are checked; the usual authorities if left out.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        allowed: Callable[[Address], bool] = is_public,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._allowed = allowed
        self._tls = tls
        self._kept: Kept[_Known] = Kept(self._limits.kept_bytes, lambda known: len(known.data))

    async def fetch(self, url: str) -> bytes:
        """Return what is at an address, without holding up anything else; see `get`."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.get, url)

    def get(self, url: str) -> bytes:
        """Return what is at an address.

        Raises:
            DownloadRefused: it, or one that it redirects to, isn't asked for: it is no address of http or https,
                holds a login, or isn't on the public internet.
            DownloadFailed: nothing comes, too much, too slowly, or what is no recording.
        """
        deadline = time.monotonic() + self._limits.seconds
        known = self._kept.get(url)
        there = url
        for _ in range(_REDIRECTS + 1):
            asked = target(there)
            conditions = known.conditions if known is not None and known.url == there else {}
            answer = self._answer(there, conditions, deadline)
            if answer.status == 304 and known is not None:
                return known.data
            if answer.status not in _REDIRECTED or "location" not in answer.headers:
                conditions = _conditions(answer.headers)
                if conditions and len(answer.data) <= self._limits.kept_each:
                    self._kept.put(url, _Known(there, conditions, answer.data))
                return answer.data
            there = redirected(asked, there, answer.headers["location"])
        raise DownloadFailed(f"{asked.host} redirects more than {_REDIRECTS} times", _CHECK, "voice_url")

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(_AT_ONCE, "download")

    def _answer(self, url: str, conditions: Mapping[str, str], deadline: float) -> _Answer:
        """Ask once; what has no use is a `DownloadFailed`."""
        import httpcore  # a tenth of a second that a worker without addresses need not spend

        from tts.voice.download.network import Judged, NoSuchHost

        asked = target(url)
        if self._tls is None:
            self._tls = httpcore.default_ssl_context()
        headers: dict[str | bytes, str | bytes] = {
            "Host": asked.authority,
            "User-Agent": "worker-f5-tts",
            "Accept": "audio/*, */*",
            "Accept-Encoding": "identity",
        }
        headers.update(conditions)
        network = Judged(self._allowed, self._limits.silence_s, deadline)
        where = httpcore.URL(scheme=asked.scheme, host=asked.host, port=asked.port, target=asked.path)
        try:
            with (
                httpcore.ConnectionPool(self._tls, network_backend=network, http2=False) as pool,
                pool.stream("GET", where, headers=headers) as response,
            ):
                return self._received(asked.host, response, unless=bool(conditions))
        except NoSuchHost as error:
            raise _failed(f"there is no host {asked.host}", _CHECK) from error
        except httpcore.TimeoutException as error:
            raise _failed(f"{asked.host} is too slow", _LATER) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in error.args):
                raise _failed(f"{asked.host} has no valid certificate for its name", _CHECK) from error
            raise _failed(f"the connection to {asked.host} fails or breaks off", _LATER) from error

    def _received(self, host: str, response: httpcore.Response, *, unless: bool) -> _Answer:
        """Return what came; `unless` tells whether it was asked for only if it changed."""
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        if (response.status == 304 and unless) or (response.status in _REDIRECTED and "location" in headers):
            return _Answer(response.status, headers, b"")
        if response.status != 200:
            raise _failed(f"{host} answers {response.status}", _LATER if response.status >= 429 else _CHECK)
        if headers.get("content-encoding", "identity").lower() not in ("", "identity"):
            raise _failed(f"{host} sends it compressed", "send the address of the audio file itself")
        data = bytearray()
        self._check_size(host, int(headers.get("content-length", "0")))
        for block in response.iter_stream():
            data += block
            self._check_size(host, len(data))
        if data[:512].lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
            raise _failed(f"{host} sends a web page, not a recording", "send the address of the audio file itself")
        return _Answer(response.status, headers, bytes(data))

    def _check_size(self, host: str, size: int) -> None:
        if size > self._limits.bytes:
            most = f"more than {self._limits.bytes / 2**20:.0f} MiB"
            raise _failed(f"{host} sends {most}", "cut the recording to the 3 to 12 seconds that sound best")


def _conditions(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the fields with which a server is asked whether it still has the same."""
    for said, asks in (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since")):
        if 0 < len(headers.get(said, "")) <= _TAG_BYTES and headers[said].isascii():
            return {asks: headers[said]}
    return {}


def _failed(message: str, hint: str) -> DownloadFailed:
    return DownloadFailed(message, hint, "voice_url")
