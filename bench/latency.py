"""Text to first sound and to the last: `python -m bench.latency [demo|random] [ROUNDS]`, on an idle engine.

By length of the recording and steps of the solver, chunks as the worker plans them; the wait is from handing the chunks
in to the sound of the first, and of all of them, vocoder included.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from statistics import quantiles

import torch

from bench.models import vocabulary, worker
from bench.report import FOLDER, machine, renew
from bench.synthesis import SENTENCES
from tts.clock import SAMPLE_RATE
from tts.engine.chunk import Chunk, Guidance
from tts.engine.engine import Engine
from tts.plan import Plan, length, plan
from tts.synthesizer import Synthesizer
from tts.text.tokens import Vocabulary
from tts.voice.reference import Voice

LENGTHS_S = {"demo": (3, 10, 30), "random": (3, 10, 30, 120)}
STEPS = (7, 16, 32)


@dataclass(frozen=True)
class Waited:
    """One row."""

    seconds: float  # of the recording
    chunks: int
    steps: int
    first_s: tuple[float, float]  # median, 95th percentile
    whole_s: tuple[float, float]
    cpu_s: float  # of a whole recording

    @property
    def real_time_factor(self) -> float:
        """Median wait for the whole by its length."""
        return self.whole_s[0] / self.seconds


def main() -> None:
    """Print the rows, renew their section of RESULTS.md and write latency.json."""
    model = sys.argv[1] if len(sys.argv) > 1 else "demo"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    with tempfile.TemporaryDirectory() as folder:
        synthesizer = worker(model, Path(folder)).synthesizer
        voice, known = synthesizer.voices.named("demo"), vocabulary(model)
        planned = [planned_for(seconds, voice, known) for seconds in LENGTHS_S[model]]
        rows = [measured(synthesizer, each, steps, rounds) for each in planned for steps in STEPS]
    (FOLDER / "latency.json").write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    lines = [
        "| recording | chunks | steps | first sound: median, p95 | whole: median, p95 | RTF | CPU s |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.seconds:.1f} s | {row.chunks} | {row.steps} | {_both(row.first_s)} | {_both(row.whole_s)} "
        f"| {row.real_time_factor:.4f} | {row.cpu_s:.2f} |"
        for row in rows
    ]
    text = f"## latency\n\n`python -m bench.latency {model} {rounds}`; {machine()}.\n\n" + "\n".join(lines) + "\n"
    print(text)
    renew("latency", text)


def planned_for(seconds: float, voice: Voice, known: Vocabulary) -> Plan:
    """Plan the shortest text of whole sentences that lasts so long."""
    text, sentences = "", cycle(SENTENCES)
    while True:
        text = f"{text} {next(sentences)}".strip()
        planned = plan(text, voice, known, speed=1.0, duration_s=None, seed=0)
        if length(planned) >= seconds * SAMPLE_RATE:
            return planned


def measured(synthesizer: Synthesizer, planned: Plan, steps: int, rounds: int) -> Waited:
    """Say a plan several times, after once that isn't measured."""
    engine, speaker = synthesizer.engine, planned.speakers[0]
    reference, guidance = engine.mel(speaker.voice.id, speaker.voice.samples), Guidance(steps)
    chunks = [
        Chunk(reference, torch.tensor(chunk.tokens), speaker.frames + chunk.frames, chunk.seed, guidance)
        for chunk in planned.chunks
    ]
    said(engine, chunks)
    began = time.process_time()
    waits = [said(engine, chunks) for _ in range(rounds)]
    cpu_s = (time.process_time() - began) / rounds
    firsts, wholes = zip(*waits, strict=True)
    return Waited(length(planned) / SAMPLE_RATE, len(chunks), steps, _marks(firsts), _marks(wholes), cpu_s)


def said(engine: Engine, chunks: Sequence[Chunk]) -> tuple[float, float]:
    """Return the seconds to the first sound and to the last."""

    async def speak() -> tuple[float, float]:
        began, marks = time.perf_counter(), []
        async with aclosing(engine.speak(chunks, heard=True)) as sounds:
            async for _ in sounds:
                marks.append(time.perf_counter() - began)
        return marks[0], marks[-1]

    return asyncio.run(speak())


def _marks(seconds: Sequence[float]) -> tuple[float, float]:
    cuts = quantiles(seconds, n=20, method="inclusive")
    return cuts[9], cuts[18]


def _both(seconds: tuple[float, float]) -> str:
    return f"{seconds[0] * 1e3:.0f}, {seconds[1] * 1e3:.0f} ms"


if __name__ == "__main__":
    main()
