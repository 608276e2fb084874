"""The job API that the SDK's worker loop talks to: take, batch take, stop, done, stream and ping."""

from __future__ import annotations

import json
import queue
import select
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from tests.support.platform_api.faults import Fault, Schedule

Kind = TypeVar("Kind", bound="Platform")

LOOK_S = 0.02  # how often an open poll looks for a job, and whether anybody still listens


@dataclass(frozen=True)
class Post:
    """A result as it came."""

    job_id: str
    body: dict[str, Any]
    taken: bool  # whether the platform has it
    told: bool  # whether the worker knows


class Platform(ThreadingHTTPServer):
    """Queues jobs, hands each out to whoever asks, collects results; goes wrong where it is told to.

    Faults stand under the first part of a request's path, as `job-take`; the first one happens to the next request.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, hold_s: float = 1.0) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.hold_s = hold_s  # how long a poll is kept open when there is nothing
        self.jobs: queue.Queue[dict[str, Any]] = queue.Queue()
        self.results: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()  # the first one of each job and fault
        self.stops: queue.Queue[str] = queue.Queue()
        self.pings: queue.Queue[dict[str, list[str]]] = queue.Queue()  # queries
        self.posts: list[Post] = []
        self.streamed: list[tuple[str, Any]] = []
        self.requests: Counter[str] = Counter()
        self.deliveries: Counter[str] = Counter()
        self.news = threading.Condition()  # something of this has changed
        self.open_polls = 0  # for jobs
        self._faults: dict[str, Schedule] = {}

    def environment(self) -> dict[str, str]:
        """Return the variables that make the SDK work for this platform."""
        base = f"http://127.0.0.1:{self.server_port}/v2/ep"
        return {
            "RUNPOD_WEBHOOK_GET_JOB": f"{base}/job-take/$ID?gpu=SIM",
            "RUNPOD_WEBHOOK_POST_OUTPUT": f"{base}/job-done/$RUNPOD_POD_ID/$ID?gpu=SIM",
            "RUNPOD_WEBHOOK_POST_STREAM": f"{base}/job-stream/$RUNPOD_POD_ID/$ID?gpu=SIM",
            "RUNPOD_AI_API_KEY": "KEY",
            "RUNPOD_POD_ID": "w1",
            "RUNPOD_ENDPOINT_ID": "ep",
            "RUNPOD_SKIP_AUTO_SYSTEM_CHECKS": "true",
            "RUNPOD_SKIP_GPU_CHECK": "true",
        }

    def fail(self, kind: str, faults: Iterable[Fault | None]) -> None:
        """Let the next requests of a kind go wrong; None: that one goes well, as all do after the last."""
        self._faults[kind] = iter(faults)

    def result(self) -> tuple[str, dict[str, Any]]:
        """Wait for the next result, (job id, body)."""
        return self.results.get(timeout=60)

    def wait_for_poll(self) -> None:
        """Return once a poll for jobs is open and has nothing."""
        self.wait_for(lambda: self.open_polls > 0)

    def wait_for(self, true: Callable[[], bool]) -> None:
        """Return once something is true of this platform."""
        with self.news:
            assert self.news.wait_for(true, timeout=60), self.requests

    def fault(self, kind: str) -> Fault | None:
        """Count a request and return what goes wrong with it."""
        with self.news:
            self.requests[kind] += 1
            self.news.notify_all()
            return next(self._faults.get(kind, iter(())), None)

    def handed_out(self, job_id: str) -> None:
        """Count how often a job was handed to a worker."""
        self.deliveries[job_id] += 1

    def posted(self, post: Post) -> None:
        """Note a result, which may be one that the platform doesn't take."""
        with self.news:
            self.posts.append(post)
            self.news.notify_all()
        if post.taken:
            self.results.put((post.job_id, post.body))

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: connections break here by design."""


class _Requests(BaseHTTPRequestHandler):
    server: Platform
    protocol_version = "HTTP/1.1"  # connections are used again, as the platform's are

    def do_GET(self) -> None:
        kind = self.path.split("/")[3].split("?")[0]
        fault = self.server.fault(kind)
        if fault is not None and not fault.served:
            return self._fail(fault)
        if kind == "ping":
            self.server.pings.put(parse_qs(urlsplit(self.path).query))
            return self._send(200, {})
        if kind == "job-stop":
            stop = self._wait(self.server.stops)
            return self._send(204, None) if stop is None else self._send(200, {"jobsToStop": [stop]})
        if not kind.startswith("job-take"):
            return self._send(404, None)
        self._hand_out(self._take(kind), kind, fault)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        _, _, _, kind, *_, job_id = map(unquote, self.path.split("?")[0].split("/"))
        fault = self.server.fault(kind)
        taken = fault is None or fault.served
        if kind == "job-stream" and taken:
            self.server.streamed.append((job_id, json.loads(body)))
        elif kind == "job-done":
            self.server.posted(Post(job_id, json.loads(body), taken, told=fault is None))
        return self._send(200, {}) if fault is None else self._fail(fault)

    def _take(self, kind: str) -> list[dict[str, Any]]:
        most = int(parse_qs(urlsplit(self.path).query).get("batch_size", ["1"])[0]) if kind.endswith("batch") else 1
        with self.server.news:
            self.server.open_polls += 1
            self.server.news.notify_all()
        first = self._wait(self.server.jobs)
        with self.server.news:
            self.server.open_polls -= 1
        jobs = [] if first is None else [first]
        while jobs and len(jobs) < most and not self.server.jobs.empty():
            jobs.append(self.server.jobs.get())
        return jobs

    def _hand_out(self, jobs: list[dict[str, Any]], kind: str, fault: Fault | None) -> None:
        if fault is not None and (fault.twice or fault.status is None):
            for job in jobs:  # lost on the way, or handed out once more: it comes again
                self.server.jobs.put(job)
        if fault is not None and fault.status != 200:
            return self._fail(fault)
        if not jobs:
            return self._send(204, None)
        for job in jobs:
            self.server.handed_out(job["id"])
        self._send(200, jobs if kind.endswith("batch") else jobs[0])

    def _wait(self, waiting: queue.Queue[Any]) -> Any:
        """Return what comes, or None if nothing does, or if the worker has closed its poll."""
        ends = time.monotonic() + self.server.hold_s
        while time.monotonic() < ends and not self._closed():
            try:
                return waiting.get(timeout=LOOK_S)
            except queue.Empty:
                continue
        return None

    def _closed(self) -> bool:
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)

    def _fail(self, fault: Fault) -> None:
        if fault.status is not None:
            return self._send(fault.status, {}, fault.headers)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def _send(self, status: int, body: Any, headers: Iterable[tuple[str, str]] = ()) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in (("Content-Type", "application/json"), ("Content-Length", str(len(data))), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def platform(hold_s: float = 1.0) -> Iterator[Platform]:
    """Serve a platform on a free port of loopback."""
    with serving(Platform(hold_s)) as cloud:
        yield cloud


@contextmanager
def serving(cloud: Kind) -> Iterator[Kind]:
    """Serve a platform that is made."""
    with cloud:
        threading.Thread(target=cloud.serve_forever, daemon=True).start()
        yield cloud
        cloud.shutdown()
