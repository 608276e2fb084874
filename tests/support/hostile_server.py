"""A server on loopback that answers with any bytes at all, as slowly or brokenly as a test wants.

with hostile() as server:
    server.answer("/x", ok(data, ETag='"1"'))
    server.answer("/slow", Drip(b"HTTP/1.1 200 OK\\r\\n"))
    Downloads(allowed=loopback).get(server.url("/x"))
    assert server.asked[0].fields["accept-encoding"] == "identity"
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Asked:
    """A request."""

    path: str
    fields: dict[str, str]  # names in lower case


@dataclass(frozen=True)
class Drip:
    """Send these bytes, then the last of them again and again, a few a second, without end."""

    head: bytes


@dataclass(frozen=True)
class Flood:
    """Send the head, then zeros as fast as they are taken, without end."""

    head: bytes


@dataclass(frozen=True)
class Silence:
    """Send the head, then nothing, and keep the connection."""

    head: bytes


@dataclass(frozen=True)
class Reset:
    """Send the head, then reset the connection."""

    head: bytes


Answer = bytes | Drip | Flood | Silence | Reset


def ok(data: bytes, status: str = "200 OK", **fields: str) -> bytes:
    """Return a whole answer."""
    lines = {"Content-Length": str(len(data)), **{name.replace("_", "-"): value for name, value in fields.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + data


def redirect(to: str, status: str = "302 Found") -> bytes:
    """Return an answer that leads elsewhere."""
    return ok(b"", status, Location=to)


def loopback(address: Any) -> bool:
    """Allow the server's address and no other."""
    return bool(address == ip_address(LOOPBACK))


class Hostile:
    """Answers one request a connection."""

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        self._listener = socket.create_server((LOOPBACK, 0))
        self._tls = tls
        self._answers: dict[str, Answer] = {}
        self._over = threading.Event()
        self.port: int = self._listener.getsockname()[1]
        self.asked: list[Asked] = []

    def url(self, path: str = "/", host: str = LOOPBACK) -> str:
        """Return the address of a path."""
        return f"http{'s' if self._tls else ''}://{host}:{self.port}{path}"

    def answer(self, path: str, answer: Answer) -> str:
        """Answer so whoever asks for a path; return its address."""
        self._answers[path] = answer
        return self.url(path)

    def serve(self) -> None:
        """Serve until it is closed."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def close(self) -> None:
        """End all that goes on."""
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                lines = self._head(connection).decode("latin-1").split("\r\n")
                fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
                asked = Asked(lines[0].split(" ")[1], fields)
                self.asked.append(asked)
                self._send(connection, self._answers.get(asked.path, ok(b"", "404 Not Found")))

    def _head(self, connection: socket.socket) -> bytes:
        head = b""
        while b"\r\n\r\n" not in head and (part := connection.recv(65536)):
            head += part
        return head

    def _send(self, connection: socket.socket, answer: Answer) -> None:
        if isinstance(answer, bytes):
            connection.sendall(answer)
            return
        connection.sendall(answer.head)
        if isinstance(answer, Reset):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        while not self._over.wait(0.05 if isinstance(answer, Drip) else 0 if isinstance(answer, Flood) else 1):
            if isinstance(answer, Drip):
                connection.sendall(answer.head[-1:])
            elif isinstance(answer, Flood):
                connection.sendall(bytes(65536))


@contextmanager
def hostile(tls: ssl.SSLContext | None = None) -> Iterator[Hostile]:
    """Serve on a free port of loopback."""
    server = Hostile(tls)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()
