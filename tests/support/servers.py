"""A server of files on loopback, with the faults that real ones have.

with files() as server:
    server.put("/x", data)
    server.fault("/x", Status(500), Cut(1000))  # the first answer, the second; later ones are sound
    fetch(server.url("/x"), ...)
    assert [request.range for request in server.requests] == [None, None, "bytes=1000-"]
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.platform_api import clean_environment
from tests.support.root import ROOT

TICK_S = 0.02


@dataclass(frozen=True)
class Request:
    """What was asked."""

    path: str
    range: str | None
    authorization: str | None


@dataclass(frozen=True)
class Cut:
    """Send so many bytes of the body, then drop the connection."""

    after: int


@dataclass(frozen=True)
class Hang:
    """Send so many bytes of the body, then nothing, until the client or the server goes away."""

    after: int


@dataclass(frozen=True)
class Slow:
    """Send so many bytes per tick of 20 ms."""

    bytes_per_tick: int


@dataclass(frozen=True)
class Status:
    """Answer with a status and no file."""

    code: int


@dataclass(frozen=True)
class IgnoreRange:
    """Send the whole file whatever was asked."""


@dataclass(frozen=True)
class Wrong:
    """Send other bytes instead."""

    content: bytes


@dataclass(frozen=True)
class Announce:
    """Announce a body of so many bytes, then drop the connection."""

    length: int


@dataclass(frozen=True)
class Endless:
    """Send the file again and again, announcing no length, until the client goes away."""


Fault = Cut | Hang | Slow | Status | IgnoreRange | Wrong | Announce | Endless


class FileServer(ThreadingHTTPServer):
    """Serves bytes by path and records every request."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, host: str) -> None:
        super().__init__((host, 0), _Answers)
        self.host = host
        self.requests: list[Request] = []
        self.closing = threading.Event()
        self._files: dict[str, bytes] = {}
        self._redirects: dict[str, str] = {}
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._lock = threading.Lock()

    def url(self, path: str = "") -> str:
        """Return the address of a path; without one, of the server."""
        return f"http://{self.host}:{self.server_port}{path}"

    def put(self, path: str, content: bytes) -> str:
        """Serve bytes under a path from now on; return the address."""
        self._files[path] = content
        return self.url(path)

    def redirect(self, path: str, url: str) -> str:
        """Send whoever asks for a path to another address; return the path's own."""
        self._redirects[path] = url
        return self.url(path)

    def fault(self, path: str, *faults: Fault) -> None:
        """Give the next answers for a path these faults, one each."""
        self._faults[path] += faults

    def asked(self, path: str) -> list[Request]:
        """Return the requests for one path."""
        return [request for request in self.requests if request.path == path]

    def begin(self, request: Request) -> tuple[bytes | None, str | None, Fault | None]:
        """Record a request; return the file, where else to go, and what to do wrong."""
        with self._lock:
            self.requests.append(request)
            faults = self._faults[request.path]
            fault = faults.popleft() if faults else None
            return self._files.get(request.path), self._redirects.get(request.path), fault


class _Answers(BaseHTTPRequestHandler):
    server: FileServer

    def do_GET(self) -> None:
        asked = self.headers["Range"]
        content, elsewhere, fault = self.server.begin(Request(self.path, asked, self.headers["Authorization"]))
        match fault:
            case Status(code):
                self._head(code, 0)
            case Announce(length):
                self._head(200, length)
            case _ if elsewhere is not None:
                self._head(302, 0, Location=elsewhere)
            case Wrong(other):
                self._serve(other, None, None)
            case Endless() if content is not None:
                self._repeat(content)
            case IgnoreRange() if content is not None:
                self._serve(content, None, None)
            case _ if content is not None:
                self._serve(content, asked, fault)
            case _:
                self._head(404, 0)

    def _serve(self, content: bytes, asked: str | None, fault: Fault | None) -> None:
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", asked or "")
        first = int(found[1]) if found else 0
        end = min(int(found[2]) + 1, len(content)) if found and found[2] else len(content)
        if found and first >= len(content):
            self._head(416, 0, **{"Content-Range": f"bytes */{len(content)}"})
            return
        headers = {"Content-Range": f"bytes {first}-{end - 1}/{len(content)}"} if found else {}
        self._head(206 if found else 200, end - first, **headers)
        with suppress(OSError):  # a client that had enough
            self._body(content[first:end], fault)

    def _body(self, body: bytes, fault: Fault | None) -> None:
        match fault:
            case Cut(after):
                self.wfile.write(body[:after])
            case Hang(after):
                self.wfile.write(body[:after])
                while not self.server.closing.wait(TICK_S) and not self._gone():
                    pass
            case Slow(step):
                for place in range(0, len(body), step):
                    self.wfile.write(body[place : place + step])
                    if self.server.closing.wait(TICK_S):
                        return
            case _:
                self.wfile.write(body)

    def _repeat(self, content: bytes) -> None:
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):
            while not self.server.closing.is_set():
                self.wfile.write(content)

    def _gone(self) -> bool:
        """Tell whether the client has closed the connection."""
        self.connection.settimeout(0)
        try:
            return self.rfile.read(1) == b""
        except OSError:
            return True
        finally:
            self.connection.settimeout(None)

    def _head(self, status: int, length: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def files(host: str = "127.0.0.1") -> Iterator[FileServer]:
    """Serve files on a free port of loopback; `localhost` is another host to a client."""
    with FileServer(host) as server:
        thread = threading.Thread(target=server.serve_forever, args=(TICK_S,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def python(code: str, *arguments: object, **variables: str) -> subprocess.Popen[str]:
    """Run a program in a process of its own, in the repository; what it prints comes on one pipe."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        env=clean_environment() | variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def until(true: Callable[[], bool], timeout_s: float = 30) -> None:
    """Return once a condition holds; another process or thread brings it about."""
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end, "it didn't come about in time"
        threading.Event().wait(TICK_S)
