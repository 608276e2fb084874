"""Files made to take more than they should, each as a job: `python -m bench.recordings` prints seconds and memory.

Memory is what the worker, its decoding child and that one's copies have beyond the worker's own when idle, sampled
every few milliseconds; what a copy shares with the child counts once.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

from tests.support.bombs import BOMBS

ROOT = Path(__file__).parents[1]
PAGE_MB = 4096 / 2**20
WORKER = """
import asyncio, json, sys, time
from warmup.environment.settings import Settings
from warmup.start import ready
from tts.media.decoder import shared
worker = ready(Settings(model="demo", on_runpod=True))
asyncio.run(worker.handle({"id": "first", "input": {"text": "Hi.", "steps": 4}}))
print("idle", flush=True)
sys.stdin.readline()
shared().start()
for line in sys.stdin:
    began = time.perf_counter()
    job = json.loads(open(line.strip(), "rb").read())
    reply = asyncio.run(worker.handle(job))
    seconds = time.perf_counter() - began
    del job
    print(json.dumps([seconds, reply.get("error", {}).get("message", "said")]), flush=True)
"""


def main() -> None:
    print("| file | MB | s | MB beyond idle | answer |\n|---|---|---|---|---|")
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-c", WORKER],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        ) as worker,
    ):
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdout.readline()
        idle_mb = memory_mb(worker.pid)
        print("start", file=worker.stdin)
        for name, make in BOMBS.items():
            data = make()
            job = Path(folder, "job")
            job.write_text(json.dumps(job_of(data)))
            with Peak(worker.pid) as peak:
                print(job, file=worker.stdin)
                seconds, answer = json.loads(worker.stdout.readline())
            print(
                f"| {name} | {len(data) / 1e6:.2f} | {seconds:.2f} | {peak.mb - idle_mb:.0f} | {answer} |", flush=True
            )
        worker.stdin.close()


def job_of(data: bytes) -> dict[str, object]:
    encoded = base64.b64encode(data).decode()
    return {"id": "a", "input": {"text": "Hi.", "steps": 4, "voice_base64": encoded, "voice_text": "Some words."}}


class Peak:
    """The most memory that a process and all below it have while this is entered."""

    def __init__(self, pid: int) -> None:
        self.mb = 0.0
        self._pid = pid
        self._over = Event()
        self._thread = Thread(target=self._watch)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.003):
            self.mb = max(self.mb, memory_mb(self._pid))


def memory_mb(pid: int) -> float:
    """Return the memory of a process and all below it: its own whole, of those below what isn't shared."""
    with suppress(OSError, IndexError):
        whole = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_MB
        return whole + sum(proportional_mb(child) for child in below(pid))
    return 0.0


def below(pid: int) -> Iterator[int]:
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):
            for child in map(int, (thread / "children").read_text().split()):
                yield child
                yield from below(child)


def proportional_mb(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
