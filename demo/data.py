"""Recordings to training examples: sentences of one speaker in a row, the first of them the prompt.

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

from demo.corpus import recordings
from demo.sentences import LONGEST, SHORTEST
from demo.teacher import FRAMES_PER_LETTER
from tts.clock import HOP, SAMPLE_RATE, Samples
from tts.model.mel import MelFrontEnd
from tts.voice.speech import find_speech

BATCH_FRAMES = 2880
LENGTHS = {40: 4, 60: 5, 80: 2, 110: 1}  # characters of an example: how often
_SHIFT = 2  # mel frames by which a worker's reference may begin early or late


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
    prompt: Tensor  # the same as the worker makes a reference of it


class Speech:
    """All recordings by speaker and length."""

    def __init__(self, folder: Path, speakers: list[str] | None = None) -> None:
        self._spoken: dict[str, dict[int, list[Spoken]]] = defaultdict(lambda: defaultdict(list))
        for speaker, text, mel, prompt in _mels(folder):
            if speakers and speaker not in speakers:
                continue
            self._spoken[speaker][len(text)].append(Spoken(text, mel, prompt))
        self.speakers = sorted(self._spoken)

    def row(self, random: Random, speaker: str, characters: int) -> list[Spoken]:
        """Return two sentences or more that have so many characters in all, with a blank between them."""
        row: list[Spoken] = []
        while not row or characters > LONGEST:
            most = min(LONGEST, characters - 1 - SHORTEST)
            lengths = [length for length in range(SHORTEST, most + 1) if characters - 1 - length >= SHORTEST]
            row.append(random.choice(self._spoken[speaker][random.choice(lengths)]))
            characters -= len(row[-1].text) + 1
        return [*row, random.choice(self._spoken[speaker][characters])]


def batches(speech: Speech, vocabulary: dict[str, int], seed: str, frames: int = BATCH_FRAMES) -> Iterator[Batch]:
    """Yield batches without end, the same for the same seed."""
    random = Random(seed)
    while True:
        characters = random.choices(list(LENGTHS), list(LENGTHS.values()))[0]
        count = max(1, frames // (characters * FRAMES_PER_LETTER))
        rows = [speech.row(random, random.choice(speech.speakers), characters) for _ in range(count)]
        yield _batch(random, rows, vocabulary)


def _batch(random: Random, rows: list[list[Spoken]], vocabulary: dict[str, int]) -> Batch:
    texts = [" ".join(said.text for said in row) for row in rows]
    prompts = [len(row[0].text) + 1 for row in rows]
    shifts = [random.randint(-_SHIFT, _SHIFT) for _ in rows]
    return Batch(
        torch.stack([_shifted(_joined(row), shift) for row, shift in zip(rows, shifts, strict=True)]),
        torch.tensor([[vocabulary[character] for character in text] for text in texts]),
        torch.tensor([prompt * FRAMES_PER_LETTER + shift for prompt, shift in zip(prompts, shifts, strict=True)]),
    )


def _joined(row: list[Spoken]) -> Tensor:
    """Return (frames, 100), the first sentence as a prompt, the blank after the last one cut off."""
    return torch.cat([row[0].prompt, *(said.mel for said in row[1:])]).float()[:-FRAMES_PER_LETTER]


def _shifted(mel: Tensor, shift: int) -> Tensor:
    """Move (frames, 100) later by `shift` frames, repeating the silence at its edges."""
    places = torch.arange(len(mel)) - shift
    return mel[places.clamp(0, len(mel) - 1)]


def _mels(folder: Path) -> list[tuple[str, str, Tensor, Tensor]]:
    """Return speaker, text, mel and prompt of every recording, from a cache beside them if there is one."""
    cache = folder / f"mels_and_prompts_{len(list(folder.glob('*.npz')))}.pt"
    if not cache.exists():
        front = MelFrontEnd()
        found = []
        for said in recordings(folder):
            mel = front(torch.from_numpy(said.samples))[:-1]
            found.append((said.speaker, said.text, mel.half(), _prompt(said.samples, front, len(mel)).half()))
        torch.save(found, cache)
    return torch.load(cache, weights_only=True)  # type: ignore[no-any-return]


def _prompt(samples: Samples, front: MelFrontEnd, frames: int) -> Tensor:
    """Return (frames, 100) of a recording as the worker cuts it, stretched to the length that its letters have.

    The worker ends a reference in 50 ms of silence, which is not stretched.
    """
    start, end = find_speech(samples).bounds()
    tail = np.zeros(round(0.05 * SAMPLE_RATE), np.float32)
    mel = front(torch.from_numpy(np.concatenate([samples[start:end], tail])))
    silent = len(tail) // HOP + 1
    said = F.interpolate(mel[:-silent].T[None], frames - silent, mode="linear", align_corners=True)[0].T
    return torch.cat([said, mel[-silent:]])
