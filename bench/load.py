"""Many jobs at once: `python -m bench.load [demo|random] [SECONDS]`, seconds of each open-loop row.

Closed loop: so many jobs are always in flight; what comes out is what the worker can do. Open loop: jobs arrive by
chance, at a share of that, whether the worker keeps up or not; what comes out is how long people wait.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench.models import worker
from bench.report import FOLDER, machine, renew
from bench.synthesis import SENTENCES
from tts.worker import Worker

IN_FLIGHT = {"demo": (1, 2, 4, 8), "random": (1, 2, 4, 8, 16, 32, 64)}
LOADS = (0.5, 0.8, 0.95)
STEPS = 16
_LENGTHS = {1: 0.6, 3: 0.25, 8: 0.15}  # sentences of a job: how often
_EACH = 2  # jobs for each place of a closed loop


@dataclass(frozen=True)
class Served:
    """One row: what a load of jobs came to."""

    load: str
    jobs: int
    failed: int
    audio_s_per_s: float
    cpu_s_per_audio_s: float
    median_s: float  # from a job's arrival to its reply
    p95_s: float


def main() -> None:
    """Print the rows, renew their section of RESULTS.md and write load.json and load.png."""
    model = sys.argv[1] if len(sys.argv) > 1 else "demo"
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60
    with tempfile.TemporaryDirectory() as folder:
        served = asyncio.run(measured(worker(model, Path(folder)), IN_FLIGHT[model], seconds))
    (FOLDER / "load.json").write_text(json.dumps([asdict(row) for row in served], indent=1) + "\n")
    lines = [
        "| load | jobs | failed | audio-s/s | CPU s for a second of audio | median | p95 |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in served:
        lines.append(
            f"| {row.load} | {row.jobs} | {row.failed} | {row.audio_s_per_s:.2f} | {row.cpu_s_per_audio_s:.2f} "
            f"| {row.median_s:.2f} s | {row.p95_s:.2f} s |"
        )
    mix = ", ".join(f"{share:.0%} of {count}" for count, share in _LENGTHS.items())
    text = (
        f"## load\n\n`python -m bench.load {model} {seconds:.0f}`; {machine()}. {STEPS} steps, jobs of several "
        f"sentences: {mix}. Times from arrival to reply.\n\n" + "\n".join(lines) + "\n\n![load](load.png)\n"
    )
    print(text)
    renew("load", text)
    _plot(served)


async def measured(serving: Worker, in_flight: Sequence[int], seconds: float) -> list[Served]:
    """Return the rows of closed and open loops."""
    rows = [await closed(serving, count) for count in in_flight]
    most = max(row.audio_s_per_s for row in rows)
    return rows + [await open_(serving, share, most, seconds) for share in LOADS]


async def closed(serving: Worker, in_flight: int) -> Served:
    """Keep so many jobs in flight."""
    todo, watch = jobs(in_flight), _Watch(serving)

    async def place() -> None:
        for _ in range(_EACH):
            await watch.say(next(todo))

    await asyncio.gather(*(place() for _ in range(in_flight)))
    return watch.row(f"{in_flight} in flight")


async def open_(serving: Worker, share: float, most: float, seconds: float) -> Served:
    """Have jobs arrive by chance at a share of the `most` audio seconds a second."""
    chance, watch, todo = random.Random(0), _Watch(serving), jobs(0)
    mean_s = await _mean_audio_s(serving)
    running, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        running.append(asyncio.create_task(watch.say(next(todo))))
        await asyncio.sleep(chance.expovariate(share * most / mean_s))
    await asyncio.gather(*running)
    return watch.row(f"{share:.0%} of what it can")


def jobs(start: int) -> Iterator[dict[str, Any]]:
    """Yield jobs of mixed lengths, the same ones for the same `start`."""
    chance, number = random.Random(start), 0
    while True:
        (count,) = chance.choices(list(_LENGTHS), list(_LENGTHS.values()))
        text = " ".join(chance.sample(SENTENCES, count))
        yield {
            "id": f"load-{start}-{number}",
            "input": {"text": text, "steps": STEPS, "seed": number, "deliver": "inline"},
        }
        number += 1


class _Watch:
    """Says jobs and notes how long they took."""

    def __init__(self, serving: Worker) -> None:
        self._serving, self._began, self._cpu = serving, time.perf_counter(), time.process_time()
        self._waits: list[float] = []
        self._failed, self._audio_s = 0, 0.0

    async def say(self, job: dict[str, Any]) -> None:
        came = time.perf_counter()
        reply = await self._serving.handle(job)
        self._waits.append(time.perf_counter() - came)
        self._failed += "error" in reply
        self._audio_s += 0.0 if "error" in reply else reply["audio"]["duration_s"]

    def row(self, load: str) -> Served:
        wall, cpu = time.perf_counter() - self._began, time.process_time() - self._cpu
        cuts = quantiles(self._waits, n=20, method="inclusive") if len(self._waits) > 1 else self._waits * 19
        rate = self._audio_s / wall
        return Served(load, len(self._waits), self._failed, rate, cpu / max(self._audio_s, 1e-9), cuts[9], cuts[18])


async def _mean_audio_s(serving: Worker) -> float:
    lengths = []
    for count in _LENGTHS:
        planned = {"id": "length", "input": {"text": " ".join(SENTENCES[:count]), "steps": 4, "deliver": "inline"}}
        lengths.append((await serving.handle(planned))["audio"]["duration_s"])
    return sum(length * share for length, share in zip(lengths, _LENGTHS.values(), strict=True))


def _plot(served: list[Served]) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (rates, waits) = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    names = [row.load.removesuffix(" in flight").removesuffix(" of what it can") for row in served]
    rates.bar(names, [row.audio_s_per_s for row in served], color="#2b6cb0")
    rates.set_ylabel("seconds of audio a second")
    waits.plot(names, [row.p95_s for row in served], color="#2b6cb0", marker="o", label="95th percentile")
    waits.plot(names, [row.median_s for row in served], color="#b8b8b8", marker="o", label="median")
    waits.set_ylabel("seconds from arrival to reply")
    waits.legend(frameon=False)
    for axes in (rates, waits):
        axes.set_xlabel("jobs in flight; share of the most")
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(FOLDER / "load.png", dpi=120)


if __name__ == "__main__":
    main()
