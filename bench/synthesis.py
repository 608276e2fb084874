"""Text to sound on the CPU, one chunk and eight: `python -m bench.synthesis [ROUNDS]`.

Both sides get the same weights, reference, chunks, steps and frames to generate, and both go from the
reference's samples to the joined sound: mel, sampling, vocoder, cross-fade.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import soundfile
import torch
from f5_tts.infer.utils_infer import infer_batch_process, load_checkpoint, load_vocoder
from safetensors.torch import save_file
from torch import nn

from bench.report import Row, report
from bench.upstream import STEPS, prepare
from tests.support.oracle import ARCHITECTURES, VOCAB, config_file, published, randomise, upstream_cfm
from tts.clock import HOP, Samples
from tts.engine.chunk import Chunk, Guidance
from tts.engine.engine import Engine
from tts.media.join import join
from tts.model.checkpoint import load_dit, load_vocos
from tts.model.config import load_config
from tts.model.vocos import load_vocos_config
from tts.text.tokens import Vocabulary, load_vocabulary, tokens
from warmup.weights.find import DEMO

CPU = torch.device("cpu")
SENTENCES = [
    "Sarah sees four blue houses. Two red cats sit under the old tree.",
    "I don't really care what you call me, said the wind to the river.",
    "Every morning the baker opened his window and let the warm air out.",
    "Nobody in the village remembered who had planted the great oak.",
    "The children counted seven boats, then eight, then none at all.",
    "A letter came from the north, folded twice and sealed with wax.",
    "When the lamp went out, they could hear the sea under the floor.",
    "It was late, and the road home was longer than it used to be.",
]


@dataclass(frozen=True)
class Sides:
    """The same model twice."""

    upstream: nn.Module
    upstream_vocoder: nn.Module
    ours: Engine
    vocabulary: Vocabulary


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        samples, _ = soundfile.read(folder / "voice.wav", dtype="float32")
        text = (DEMO / "voices" / "demo.txt").read_text().strip() + " "
        for what, sides in (("demo model", demo(folder)), ("full width, 2 layers", full_width(folder))):
            for chunks, bar in ((1, "<= 0.95"), (8, "<= 0.80")):
                seconds = in_turn(
                    [
                        lambda sides=sides, chunks=chunks: say(sides, samples, text, SENTENCES[:chunks]),
                        lambda sides=sides, chunks=chunks: say_upstream(sides, samples, text, SENTENCES[:chunks]),
                    ],
                    rounds,
                )
                rows.append(Row(f"{what}, {chunks} chunk{'s' * (chunks > 1)}", seconds[0], "upstream", seconds[1], bar))
    report("synthesis", "python -m bench.synthesis", rows)


def demo(folder: Path) -> Sides:
    """Return the embedded model on both sides."""
    config = load_config(folder / "config.yaml")
    vocabulary = load_vocabulary(folder / "vocab.txt")
    arch: dict[str, Any] = vars(config.architecture)
    upstream = upstream_cfm(arch, vocabulary=vocabulary)
    return _sides(folder, folder / "model.safetensors", config.architecture, vocabulary, upstream)


def full_width(folder: Path) -> Sides:
    """Return two layers of the base model's width with random weights on both sides."""
    arch = ARCHITECTURES["full width"]
    upstream = upstream_cfm(arch)
    randomise(upstream)
    (folder / "wide").mkdir()
    save_file(published(upstream), folder / "wide" / "model.safetensors")
    config = load_config(config_file(folder / "wide", arch))
    return _sides(folder, folder / "wide" / "model.safetensors", config.architecture, load_vocabulary(VOCAB), upstream)


def _sides(folder: Path, checkpoint: Path, arch: Any, vocabulary: Vocabulary, upstream: nn.Module) -> Sides:
    with _silence():
        upstream = load_checkpoint(upstream, str(checkpoint), "cpu", dtype=torch.float32)
        vocoder = load_vocoder(is_local=True, local_path=str(folder / "vocos"), device="cpu")
    network = load_dit(checkpoint, arch, len(vocabulary), CPU, torch.float32)
    ours = load_vocos(DEMO / "vocos" / "model.safetensors", load_vocos_config(DEMO / "vocos" / "config.yaml"), CPU)
    return Sides(upstream, vocoder, Engine(network, ours, "sdpa", max_batch_frames=1), vocabulary)


def say(sides: Sides, samples: Samples, text: str, chunks: list[str]) -> None:
    """Say the chunks as this worker does."""
    reference = sides.ours.mel(secrets.token_hex(8), samples)  # of a voice that is new
    frames = len(samples) // HOP
    items = [
        Chunk(
            reference,
            torch.tensor(sides.vocabulary.encode(tokens(text + chunk))),
            frames + int(frames / len(text) * len(chunk)),
            seed,
            Guidance(STEPS),
        )
        for seed, chunk in enumerate(chunks)
    ]
    join(asyncio.run(_said(sides.ours, items)))


async def _said(engine: Engine, chunks: list[Chunk]) -> list[Samples]:
    return [sound.samples async for sound in engine.speak(chunks)]


def say_upstream(sides: Sides, samples: Samples, text: str, chunks: list[str]) -> None:
    """Say the chunks as upstream's `infer_process` does once it has divided the text."""
    with _silence():
        next(
            infer_batch_process(
                (torch.from_numpy(samples)[None], 24_000),
                text.strip(),
                chunks,
                sides.upstream,
                sides.upstream_vocoder,
                nfe_step=STEPS,
                device="cpu",
                progress=None,
            )
        )


def in_turn(works: list[Callable[[], None]], rounds: int) -> list[list[float]]:
    """Return the seconds of each work, measured one after the other in every round, after one unmeasured."""
    seconds: list[list[float]] = [[] for _ in works]
    for round_ in range(rounds + 1):
        for work, taken in zip(works, seconds, strict=True):
            began = time.perf_counter()
            work()
            if round_:
                taken.append(time.perf_counter() - began)
    return seconds


@contextlib.contextmanager
def _silence() -> Any:
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        yield


if __name__ == "__main__":
    main()
