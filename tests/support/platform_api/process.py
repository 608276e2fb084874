"""A worker in a process of its own, and what it prints."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.root import ROOT

SDKS = {"SDK 1": {}, "SDK 2": {"PYTHONPATH": str(Path(sys.prefix) / "sdk2")}}  # variables that choose one
HANDLER = (sys.executable, str(ROOT / "handler.py"))


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


def clean_environment() -> dict[str, str]:
    """Return this process's environment without what would steer the worker."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("RUNPOD_", "TTS_", "HF_", "GOMP_")) and not name.lower().endswith("_proxy")
    }


@contextmanager
def worker_process(
    folder: Path, *arguments: str, command: Sequence[str] = HANDLER, **variables: str
) -> Iterator[tuple[subprocess.Popen[str], Log]]:
    """Run handler.py in `folder` in a process group of its own, and end the group afterwards."""
    process = subprocess.Popen(
        [*command, *arguments],
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
