"""A RunPod platform on loopback: hands out jobs, takes results and stop requests, as the SDK's worker loop expects."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.root import ROOT

HOLD_S = 1.0  # how long a request for a job is kept open when there is none


class Platform(ThreadingHTTPServer):
    """Queues jobs, collects results."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.jobs: queue.Queue[dict[str, Any]] = queue.Queue()
        self.results: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        self.stops: queue.Queue[str] = queue.Queue()
        self.pings: queue.Queue[dict[str, list[str]]] = queue.Queue()  # queries

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

    def result(self) -> tuple[str, dict[str, Any]]:
        """Wait for the next result, (job id, body)."""
        return self.results.get(timeout=60)


class _Requests(BaseHTTPRequestHandler):
    server: Platform

    def do_GET(self) -> None:
        kind = self.path.split("/")[3]
        if kind == "ping":
            self.server.pings.put(parse_qs(urlsplit(self.path).query))
            return self._send(200, {})
        waiting = {"job-take": self.server.jobs, "job-take-batch": self.server.jobs, "job-stop": self.server.stops}
        if kind not in waiting:
            return self._send(404, None)
        try:
            found = waiting[kind].get(timeout=HOLD_S)  # type: ignore[attr-defined]
        except queue.Empty:
            return self._send(204, None)
        answers: dict[str, Any] = {"job-take": found, "job-take-batch": [found], "job-stop": {"jobsToStop": [found]}}
        return self._send(200, answers[kind])

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        job_id = self.path.split("?")[0].rpartition("/")[2]
        self.server.results.put((job_id, json.loads(body)))
        self._send(200, {})

    def _send(self, status: int, body: Any) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Log(threading.Thread):
    """What a process prints, line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        super().__init__(daemon=True)
        self.lines: list[str] = []
        self._process = process
        self._news = threading.Condition()
        self.start()

    def run(self) -> None:
        """Read until the process ends."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._news:
                self.lines.append(line)
                self._news.notify_all()

    def wait_for(self, *words: str) -> None:
        """Return once a line holds all the words."""
        with self._news:
            found = self._news.wait_for(
                lambda: any(all(word in line for word in words) for line in self.lines), timeout=60
            )
        assert found, "".join(self.lines)


SDKS = {"SDK 1": {}, "SDK 2": {"PYTHONPATH": str(Path(sys.prefix) / "sdk2")}}  # variables that choose one


def clean_environment() -> dict[str, str]:
    """Return this process's environment without what would steer the worker."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("RUNPOD_", "TTS_", "HF_", "GOMP_")) and not name.lower().endswith("_proxy")
    }


@contextmanager
def worker_process(
    folder: Path, *arguments: str, program: Path = ROOT / "handler.py", **variables: str
) -> Iterator[tuple[subprocess.Popen[str], Log]]:
    """Run handler.py in `folder` in a process group of its own, and end the group afterwards."""
    process = subprocess.Popen(
        [sys.executable, str(program), *arguments],
        cwd=folder,
        env=clean_environment() | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    log = Log(process)
    try:
        yield process, log
    finally:
        with suppress(ProcessLookupError):  # the SDK's heartbeat is a process that may outlive the worker
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log.join()


@contextmanager
def platform() -> Iterator[Platform]:
    """Serve a platform on a free port of loopback."""
    with Platform() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
