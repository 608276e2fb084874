"""The network that httpcore sees: names resolved and judged once, and one deadline over all that is waited for."""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

from tts.voice.download.public import Address, parsed
from tts.voice.download.target import refused

_MOST_ADDRESSES = 4  # of a name that are tried


class NoSuchHost(Exception):
    """A name has no address."""


class Judged(httpcore.NetworkBackend):
    """Connects to the addresses of a name if all of them are allowed, and to nothing else.

    Args:
        allowed: tells whether an address may be connected to.
        silence_s: that is waited for anything.
        deadline: of everything, by `time.monotonic()`.
    """

    def __init__(self, allowed: Callable[[Address], bool], silence_s: float, deadline: float) -> None:
        self._allowed = allowed
        self._silence_s = silence_s
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to a host.

        Raises:
            DownloadRefused: an address of it isn't allowed.
            NoSuchHost: it has none.
        """
        addresses = _addresses(host, port, self._left())
        if not all(map(self._allowed, addresses)):
            raise refused(f"{host} is not on the public internet")
        failure: Exception = NoSuchHost()
        for address in addresses[:_MOST_ADDRESSES]:
            try:
                stream = self._sockets.connect_tcp(str(address), port, self._left(), None, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return _Timed(stream, self._left)
        raise failure

    def _left(self) -> float:
        """Return how long may be waited now.

        Raises:
            httpcore.ReadTimeout: no longer.
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for all of it is over")
        return min(left, self._silence_s)


class _Timed(httpcore.NetworkStream):
    """A connection on which every wait ends with the deadline, however often a server sends a byte before it."""

    def __init__(self, stream: httpcore.NetworkStream, left: Callable[[], float]) -> None:
        self._stream = stream
        self._left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has come, at least a byte; nothing once the other side is done."""
        return self._stream.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send."""
        self._stream.write(buffer, self._left())

    def close(self) -> None:
        """End the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Encrypt it, with a certificate for the name."""
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, self._left()), self._left)

    def get_extra_info(self, info: str) -> Any:
        """Tell what httpcore asks of the socket."""
        return self._stream.get_extra_info(info)


def _addresses(host: str, port: int, patience_s: float) -> list[Address]:
    """Return the addresses of a name. The system's resolver has no limit of its own, so it gets a thread."""
    answers: queue.SimpleQueue[list[Any] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=patience_s)
    except queue.Empty:
        raise httpcore.ConnectTimeout("its name isn't resolved in time") from None
    if isinstance(answer, Exception):
        raise NoSuchHost(host) from answer
    return [parsed(found[4][0]) for found in answer]
