"""The recordings: `python -m demo.corpus FOLDER` has the teacher read sentences in the voices of virtual speakers.

Each speaker's recordings are files of `SHARD` sentences, written one after the other; what is there is kept, so
an interrupted run goes on where it stopped. The same texts, voices and noise come out each time.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from demo.sentences import sentences
from demo.teacher import Speaker, Teacher
from tts.clock import SAMPLE_RATE, Samples

SHARD = 100  # sentences a file
SHIPPED = ("Sarah sees four blue houses.", "Two red cats sit under the old tree.", "Two red cats.")
TRAINED = (
    Speaker("demo", 1.0, 1.0),
    Speaker("demo_low", 0.84, 0.8),
    Speaker("high", 1.14, 1.12),
    Speaker("large", 0.86, 1.05),
    Speaker("small", 1.12, 0.85),
    Speaker("mild", 0.94, 0.88),
    Speaker("bright", 1.03, 1.18),
    Speaker("calm", 1.0, 0.8),
)
_SIZES, _PITCHES = (0.84, 1.0), (0.8, 1.05)  # held-out speakers lie between demo, demo_low, large and calm


@dataclass(frozen=True)
class Recording:
    """A sentence as a speaker says it."""

    speaker: str
    text: str
    samples: Samples  # (samples,) 24 kHz, `FRAMES_PER_LETTER` mel frames for each character and one more


def held_out_sentences(count: int = 200) -> list[str]:
    """Return the sentences that no recording for training holds."""
    return sentences(count, "held out", frozenset(SHIPPED))


def held_out_speakers(count: int = 20) -> list[Speaker]:
    """Return the speakers of the evaluation: drawn between the trained ones, never one of them."""
    random = Random("speakers")
    return [Speaker(f"held_{i:02}", random.uniform(*_SIZES), random.uniform(*_PITCHES)) for i in range(count)]


def make(folder: Path, per_speaker: int) -> None:
    """Write the recordings that `folder` lacks."""
    folder.mkdir(parents=True, exist_ok=True)
    teacher, start, seconds = Teacher(), time.monotonic(), 0.0
    unwanted = frozenset([*held_out_sentences(), *SHIPPED])
    for shard in range(-(-per_speaker // SHARD)):
        for speaker in TRAINED:
            path = folder / f"{speaker.name}_{shard:03}.npz"
            if path.exists():
                continue
            texts = sentences(SHARD, f"{speaker.name}/{shard}", unwanted)
            waves = [teacher.say(text, speaker, seed=shard * SHARD + index) for index, text in enumerate(texts)]
            _write(path, texts, waves)
            seconds += sum(map(len, waves)) / SAMPLE_RATE
            print(f"{path.name}: {seconds / 60:.1f} min of sound in {time.monotonic() - start:.0f} s", flush=True)


def recordings(folder: Path) -> Iterator[Recording]:
    """Yield everything that `make` wrote."""
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as shard:
            cuts = np.cumsum(shard["lengths"])[:-1]
            waves = np.split(shard["samples"].astype(np.float32) / 32767, cuts)
            texts = [str(text) for text in shard["texts"]]
        for text, wave in zip(texts, waves, strict=True):
            yield Recording(path.stem.rpartition("_")[0], text, wave)


def _write(path: Path, texts: list[str], waves: list[Samples]) -> None:
    """Write a shard whole or not at all."""
    pcm = np.round(np.concatenate(waves).clip(-1, 1) * 32767).astype(np.int16)
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        np.savez(file, texts=np.array(texts), lengths=np.array([len(wave) for wave in waves]), samples=pcm)
    partial.rename(path)


def main() -> None:
    """Make the corpus."""
    parser = argparse.ArgumentParser("python -m demo.corpus", description="Have the teacher read sentences.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--per-speaker", type=int, default=800, help="sentences a speaker reads, in hundreds")
    arguments = parser.parse_args()
    make(arguments.folder, arguments.per_speaker)


if __name__ == "__main__":
    main()
