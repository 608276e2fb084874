"""Two servers of S3's protocol on loopback that aren't ours, and a proxy with the faults that networks have.

moto answers as AWS does and believes every signature; rclone checks signatures and digests.
"""

from __future__ import annotations

import http.client
import socket
import struct
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.support.platform_api import Log, clean_environment

ACCESS, SECRET, NAME = "AKIDEXAMPLE", "wJalrXUtnFEMIK7MDENG", "results"
BIN = Path(sys.executable).parent


def moto(folder: Path, port: int) -> list[str]:
    return [str(BIN / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]


def rclone(folder: Path, port: int) -> list[str]:
    (folder / NAME).mkdir(exist_ok=True)
    keys = f"{ACCESS},{SECRET}"
    return [str(BIN / "rclone"), "serve", "s3", "--auth-key", keys, "--addr", f"127.0.0.1:{port}", "-v", str(folder)]


SERVERS = {"moto": (moto, "Running on"), "rclone": (rclone, "Starting s3 server")}


@contextmanager
def server(kind: str, folder: Path) -> Iterator[str]:
    """Serve S3 on loopback, with one empty bucket; the address."""
    command, ready = SERVERS[kind]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        command(folder, port), env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    log = Log(process)
    try:
        log.wait_for(ready)
        if kind == "moto":
            _put(f"127.0.0.1:{port}", f"/{NAME}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
        log.join()


def _put(host: str, path: str) -> None:
    connection = http.client.HTTPConnection(host)
    connection.request("PUT", path)
    assert connection.getresponse().status == 200


@dataclass(frozen=True)
class Status:
    """Answer with this status, and what S3 calls it."""

    code: int
    name: str = "InternalError"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Reset:
    """Reset the connection before a word is said."""


@dataclass(frozen=True)
class Lost:
    """Have the server do it, and drop the connection instead of telling so."""


@dataclass(frozen=True)
class Short:
    """Hand on the first half of the body alone, as if it were all."""


Fault = Status | Reset | Lost | Short | None


class Proxy(ThreadingHTTPServer):
    """Hands requests on to a server, each but for the fault that is due."""

    daemon_threads = True

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.upstream = upstream.removeprefix("http://")
        self.faults: deque[Fault] = deque()  # for requests in their order; None is none
        self.always: dict[str, Fault] = {}  # by method
        self.seen: list[tuple[str, str, dict[str, str]]] = []  # method, path, headers

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def methods(self) -> list[str]:
        return [method for method, _, _ in self.seen]


class _Requests(BaseHTTPRequestHandler):
    server: Proxy
    protocol_version = "HTTP/1.1"

    def _pass(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        fault = self.server.faults.popleft() if self.server.faults else self.server.always.get(self.command)
        if isinstance(fault, Reset):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        if isinstance(fault, Status):
            said = f"<Error><Code>{fault.name}</Code><Message>{SECRET}</Message></Error>".encode()
            self._answer(fault.code, list(fault.headers), said)
            return
        if isinstance(fault, Short):
            body = body[: length // 2]
        connection = http.client.HTTPConnection(self.server.upstream)
        headers = {
            name: value for name, value in self.headers.items() if name.lower() not in ("content-length", "expect")
        }
        connection.request(self.command, self.path, body, headers | {"Content-Length": str(len(body))})
        answer = connection.getresponse()
        data = answer.read()
        if isinstance(fault, Lost):
            self.close_connection = True
            return
        hop = ("transfer-encoding", "connection", "content-length" if self.command != "HEAD" else "")
        self._answer(answer.status, [pair for pair in answer.getheaders() if pair[0].lower() not in hop], data)

    do_GET = do_HEAD = do_PUT = do_POST = _pass

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if self.command != "HEAD":
            self.send_header("Content-Length", str(len(body)))
        elif status >= 400:
            self.send_header("Content-Length", "0")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def proxy(upstream: str) -> Iterator[Proxy]:
    """Stand between a client and a server."""
    with Proxy(upstream) as between:
        threading.Thread(target=between.serve_forever, daemon=True).start()
        yield between
        between.shutdown()
