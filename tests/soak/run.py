"""A soak: a worker in a process of its own, a platform where things go wrong, and many jobs."""

from __future__ import annotations

import itertools
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.soak.jobs import CANCELLED, Asked, requests, same, stream
from tests.soak.queue import Queue
from tests.soak.watch import Taken, grown, slope, taken
from tests.support.platform_api import serving, worker_process

AHEAD = 12  # jobs in the queue and at work
LAST_S = 300.0  # for the last jobs to come back
KEPT_MB = 2.0
WATCHED = (sys.executable, str(Path(__file__).with_name("watched.py")))


@dataclass(frozen=True)
class Found:
    """What a soak came to."""

    counted: Mapping[str, int]
    lost: list[str]
    doubled: list[str]  # answered more often than handed out
    wrong: list[str]
    looks: list[Taken]
    loop: dict[str, Any]
    seconds: float

    @property
    def slope_mb(self) -> float:
        """MB in 1,000 jobs."""
        return slope(self.looks)

    def faults(self) -> list[str]:
        """Tell what must not be."""
        found = [f"lost: {self.lost}"] * bool(self.lost) + [f"doubled: {self.doubled}"] * bool(self.doubled)
        found += [f"wrong: {self.wrong[:5]}"] * bool(self.wrong)
        for name in ("handles", "threads"):
            if (more := grown([getattr(look, name) for look in self.looks])) > 3:
                found.append(f"{name} grew by {more}")
        if self.counted["answered"] >= 1000 and self.slope_mb >= 1:
            found.append(f"memory grows by {self.slope_mb:.2f} MB in 1,000 jobs")
        return found


def soak(minutes: float, jobs: int, sdk: Mapping[str, str], seed: int = 1) -> Found:
    """Run so many jobs, or as many as the minutes allow."""
    with tempfile.TemporaryDirectory() as folder, serving(Queue()) as queue:
        figures = Path(folder) / "loop.json"
        variables = {**queue.environment(), **sdk, "TTS_MODEL": "demo", "TTS_CONCURRENCY": "4"}
        variables["RUNPOD_WEBHOOK_PING"] = f"http://127.0.0.1:{queue.server_port}/v2/ep/ping/w1?gpu=SIM"
        with worker_process(Path(folder), str(figures), str(KEPT_MB), command=WATCHED, **variables) as (process, _):
            right = requests()
            _alone(queue, right)
            queue.begin(seed)
            began, looks = time.monotonic(), [taken(process.pid, 0)]
            asked = itertools.chain.from_iterable(stream(seed, right))
            while time.monotonic() < began + 60 * minutes and queue.counted["jobs"] < jobs:
                _ask_more(queue, asked)
                queue.stop_some()
                looks.append(taken(process.pid, queue.counted["answered"]))
            ends = time.monotonic() + LAST_S
            with queue.news:
                queue.news.wait_for(lambda: not queue.waiting(), timeout=ends - time.monotonic())
            seconds = time.monotonic() - began
            looks.append(taken(process.pid, queue.counted["answered"]))
            loop = json.loads(figures.read_text())
    lost = [job.id for job in queue.waiting()]
    doubled = [job.id for job in queue.asked.values() if job.answers > queue.deliveries[job.id]]
    return Found(dict(queue.counted), lost, doubled, queue.wrong, looks, loop, seconds)


def _alone(queue: Queue, right: list[dict[str, Any]]) -> None:
    """Have each request said with nothing else at work, and make sure that all sound different.

    The one that is to be cancelled is said whole, too: memory that a long job needs isn't given back to the system.
    """
    for job in (Asked("long", CANCELLED, None), *(Asked(f"alone-{n}", given, n) for n, given in enumerate(right))):
        queue.ask(job)
        queue.wait_for(lambda job=job: job.answers > 0)  # type: ignore[misc]
    queue.wait_for(lambda: len(queue.alone) == len(right))
    assert not [pair for pair in itertools.combinations(queue.alone.values(), 2) if same(*pair)]
    queue.counted.clear()


def _ask_more(queue: Queue, asked: Any) -> None:
    """Keep the queue filled for a second."""
    ends = time.monotonic() + 1
    while (left := ends - time.monotonic()) > 0:
        with queue.news:
            full = not queue.news.wait_for(lambda: len(queue.waiting()) < AHEAD, timeout=left)
        if not full:
            queue.ask(next(asked))
