"""Recordings to training examples: sentences of one speaker at one pace in a row, the first of them the prompt.

Letters: b - examples of a batch, n - mel frames of each, c - characters of each. All examples of a batch are equally
long, so that no frame is padding: sentences are chosen so that their characters add up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from demo.english import LONGEST, SHORTEST
from demo.shards import shard
from tts.clock import HOP, SAMPLE_RATE, Samples
from tts.model.mel import MelFrontEnd
from tts.voice.reference import TARGET_RMS
from tts.voice.speech import find_speech

BATCH_FRAMES = 2880
LENGTHS = {360: 10, 480: 9, 720: 7, 960: 4}  # mel frames of an example: how often; each is compiled
_FEWEST = 2 * SHORTEST + 4  # characters of an example
_SHIFT = 2  # mel frames by which a worker's reference may begin early or late
_SILENT = float(np.log(1e-5))  # of the mel front end


@dataclass(frozen=True)
class Batch:
    """Examples of equal length."""

    mel: Tensor  # (b, n, 100)
    tokens: Tensor  # (b, c) int64
    prompt: Tensor  # (b,) mel frames of the prompt


@dataclass(frozen=True)
class Spoken:
    """A sentence and its sound."""

    text: str
    mel: Tensor  # (frames, 100) float16, of the sentence and a blank
    prompt: Tensor | None  # another take, as the worker makes a reference of it, equally long


class NoneFits(Exception):
    """No sentences were found that add up; another attempt may find some."""


class Voice:
    """What a speaker says at one pace, by length."""

    def __init__(self) -> None:
        self.count = 0
        self._by_length: dict[int, list[Spoken]] = defaultdict(list)
        self._prompts: dict[int, list[Spoken]] = defaultdict(list)

    def add(self, said: Spoken) -> None:
        """Add a sentence."""
        self.count += 1
        self._by_length[len(said.text)].append(said)
        if said.prompt is not None:
            self._prompts[len(said.text)].append(said)

    def row(self, random: Random, characters: int) -> list[Spoken]:
        """Return two sentences or more that have so many characters in all, with a blank between them.

        Raises:
            NoneFits: none were found that do.
        """
        row = [_any(random, self._prompts, characters - 1 - SHORTEST, SHORTEST)]
        left = characters - len(row[0].text) - 1
        while left > LONGEST or not self._by_length.get(left) or (left > 50 and random.random() < 0.4):
            row.append(_any(random, self._by_length, left - 1 - SHORTEST, SHORTEST))
            left -= len(row[-1].text) + 1
        return [*row, random.choice(self._by_length[left])]


def _any(random: Random, by_length: dict[int, list[Spoken]], longest: int, shortest: int) -> Spoken:
    lengths = [length for length, found in by_length.items() if found and shortest <= length <= longest]
    if not lengths:
        raise NoneFits
    return random.choice(by_length[random.choice(lengths)])


class Speech:
    """All recordings by pace and speaker."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: set[Path] = set()
        self._voices: dict[int, dict[str, Voice]] = defaultdict(lambda: defaultdict(Voice))
        self.shares: dict[int, int] = defaultdict(int)  # sentences at each pace
        self.grow()

    def grow(self, most: int | None = None) -> None:
        """Take in what the folder holds by now, at most so many shards of it."""
        for path in sorted(set(self._folder.glob("*.npz")) - self._known)[:most]:
            speaker, pace, _ = path.stem.rsplit("-", 2)
            for said in _spoken(path):
                self._voices[int(pace)][speaker].add(said)
                self.shares[int(pace)] += 1
            self._known.add(path)

    def row(self, random: Random, pace: int, characters: int) -> list[Spoken]:
        """Return sentences of one speaker, the likelier the more there are, with so many characters in all."""
        voices = list(self._voices[pace].values())
        counts = [voice.count for voice in voices]
        while True:
            try:
                return random.choices(voices, counts)[0].row(random, characters)
            except NoneFits:
                continue


def batches(speech: Speech, vocabulary: dict[str, int], seed: str, frames: int = BATCH_FRAMES) -> Iterator[Batch]:
    """Yield batches without end, the same for the same seed."""
    random = Random(seed)
    while True:
        pace = random.choices(list(speech.shares), list(speech.shares.values()))[0]
        length = random.choices(list(LENGTHS), list(LENGTHS.values()))[0]
        if length // pace < _FEWEST:
            continue
        count = max(1, frames // length)
        rows = [speech.row(random, pace, length // pace) for _ in range(count)]
        yield _batch(random, rows, vocabulary, pace, length)


def _batch(random: Random, rows: list[list[Spoken]], vocabulary: dict[str, int], pace: int, length: int) -> Batch:
    texts = [" ".join(said.text for said in row) for row in rows]
    prompts = [len(row[0].text) + 1 for row in rows]
    shifts = [random.randint(-_SHIFT, _SHIFT) for _ in rows]
    return Batch(
        torch.stack([_placed(_joined(row), shift, length) for row, shift in zip(rows, shifts, strict=True)]),
        torch.tensor([[vocabulary[character] for character in text] for text in texts]),
        torch.tensor([prompt * pace + shift for prompt, shift in zip(prompts, shifts, strict=True)]),
    )


def _joined(row: list[Spoken]) -> Tensor:
    """Return (frames, 100), the first sentence as a prompt."""
    prompt = row[0].prompt
    assert prompt is not None
    return torch.cat([prompt, *(said.mel for said in row[1:])]).float()


def _placed(mel: Tensor, shift: int, length: int) -> Tensor:
    """Return `length` frames of (frames, 100), moved later by `shift`, the silence at its edges repeated."""
    places = torch.arange(length) - shift
    return mel[places.clamp(0, len(mel) - 1)]


def _spoken(path: Path) -> list[Spoken]:
    """Return the sentences of a shard, from a cache beside it if there is one."""
    cache = path.with_suffix(".pt")
    if not cache.exists():
        front, found = MelFrontEnd(), []
        for said in shard(path):
            mel = front(torch.from_numpy(said.samples))[:-1]
            prompt = _prompt(said.prompt, front, len(mel), Random(said.text)).half() if len(said.prompt) else None
            found.append((said.text, mel.half(), prompt))
        torch.save(found, cache)
    return [Spoken(*found) for found in torch.load(cache, weights_only=True)]


def _prompt(samples: Samples, front: MelFrontEnd, frames: int, random: Random) -> Tensor:
    """Return (frames, 100) of a recording as the worker cuts it, brought to the length that its letters have.

    What is too long is squeezed; what is too short is stretched, or has silence at its end. The worker ends a
    reference in 50 ms of silence, which is not stretched.
    """
    start, end = find_speech(samples).bounds()
    tail = np.zeros(round(0.05 * SAMPLE_RATE), np.float32)
    cut = np.concatenate([samples[start:end], tail])
    louder = max(1.0, TARGET_RMS / float(np.sqrt(np.square(cut).mean())))
    mel = front(torch.from_numpy(cut * np.float32(louder)))
    silent = len(tail) // HOP + 1
    if len(mel) > frames or random.random() < 0.5:
        said = F.interpolate(mel[:-silent].T[None], frames - silent, mode="linear", align_corners=True)[0].T
        return torch.cat([said, mel[-silent:]])
    return F.pad(mel, (0, 0, 0, frames - len(mel)), value=_SILENT)
