"""The files of a corpus: `SHARD` sentences of one speaker at one pace, with the takes that serve as prompts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tts.clock import Samples

SHARD = 50  # sentences a file


@dataclass(frozen=True)
class Recording:
    """A sentence as a speaker says it."""

    speaker: str
    pace: int
    text: str
    samples: Samples  # (samples,) 24 kHz, `pace` mel frames for each character and one more
    prompt: Samples  # (samples,) another take, as somebody would hand it in; empty if there is none


def recordings(folder: Path) -> Iterator[Recording]:
    """Yield everything that `make` wrote."""
    for path in sorted(folder.glob("*.npz")):
        yield from shard(path)


def shard(path: Path) -> Iterator[Recording]:
    """Yield the recordings of a file."""
    speaker, pace, _ = path.stem.rsplit("-", 2)
    with np.load(path) as file:
        takes = np.split(file["samples"].astype(np.float32) / 32767, np.cumsum(file["lengths"])[:-1])
        texts = [str(text) for text in file["texts"]]
    for index, text in enumerate(texts):
        yield Recording(speaker, int(pace), text, takes[2 * index], takes[2 * index + 1])


def write(path: Path, found: list[Recording]) -> None:
    """Write a shard whole or not at all."""
    takes = [take for said in found for take in (said.samples, said.prompt)]
    pcm = np.round(np.concatenate(takes).clip(-1, 1) * 32767).astype(np.int16)
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        np.savez(
            file,
            texts=np.array([said.text for said in found]),
            lengths=np.array([len(take) for take in takes]),
            samples=pcm,
        )
    partial.rename(path)
