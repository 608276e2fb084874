"""Examples for training: rows that add up, prompts as the worker cuts them."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch

from demo.data import LENGTHS, Speech, batches
from demo.network import vocabulary
from demo.shards import Recording, recordings, write
from tests.conftest import tone
from tts.clock import HOP

PACE = 6
LETTERS = "".join(character for character in vocabulary() if character.isalpha())


def sentence(random: Random, length: int) -> str:
    return "".join(random.choices(LETTERS, k=length - 1)) + "."


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Sentences of every length by two speakers, tones instead of words, every second one with a prompt."""
    random = Random(0)
    for speaker, hertz in (("low", 110.0), ("high", 330.0)):
        said = []
        for length in range(16, 60):
            text = sentence(random, length)
            seconds = (length + 1) * PACE * HOP / 24_000
            wave = tone(seconds + 0.01, hertz)[: (length + 1) * PACE * HOP]
            prompt = tone(0.9 * seconds, hertz) if length % 2 else np.zeros(0, np.float32)
            said.append(Recording(speaker, PACE, text, wave, prompt))
        write(tmp_path / f"{speaker}-{PACE}-000.npz", said)
    return tmp_path


def test_a_shard_gives_back_what_was_written(corpus: Path) -> None:
    found = list(recordings(corpus))
    assert {(said.speaker, said.pace) for said in found} == {("low", PACE), ("high", PACE)}
    assert all(len(said.samples) == (len(said.text) + 1) * PACE * HOP for said in found)
    assert [len(said.prompt) > 0 for said in found] == [len(said.text) % 2 == 1 for said in found]


def test_a_batch_is_full_and_every_letter_has_its_frames(corpus: Path) -> None:
    given = batches(Speech(corpus), vocabulary(), "seed", frames=1920)
    for _ in range(20):
        batch = next(given)
        count, frames, mels = batch.mel.shape
        assert frames in LENGTHS
        assert mels == 100
        assert count == 1920 // frames
        assert batch.tokens.shape == (count, frames // PACE)
        assert torch.isfinite(batch.mel).all()


def test_the_prompt_ends_where_its_letters_do(corpus: Path) -> None:
    blank = vocabulary()[" "]
    given = batches(Speech(corpus), vocabulary(), "seed", frames=1920)
    for _ in range(10):
        batch = next(given)
        for tokens, prompt in zip(batch.tokens, batch.prompt, strict=True):
            first = int((tokens == blank).nonzero()[0]) + 1
            assert abs(int(prompt) - first * PACE) <= 2


def test_all_sentences_of_a_row_are_of_one_speaker(corpus: Path) -> None:
    low, high = ({said.text for said in recordings(corpus) if said.speaker == name} for name in ("low", "high"))
    speech, random = Speech(corpus), Random(5)
    for _ in range(50):
        texts = {said.text for said in speech.row(random, PACE, 80)}
        assert texts <= low or texts <= high


def test_the_same_seed_gives_the_same_batches(corpus: Path) -> None:
    one, other = (next(batches(Speech(corpus), vocabulary(), "seed")) for _ in range(2))
    assert torch.equal(one.mel, other.mel)
    assert torch.equal(one.tokens, other.tokens)


def test_recordings_made_meanwhile_are_taken_in(corpus: Path) -> None:
    speech = Speech(corpus)
    before = speech.shares[PACE]
    random = Random(9)
    text = sentence(random, 20)
    write(corpus / f"new-{PACE}-000.npz", [Recording("new", PACE, text, tone(2.0), tone(1.0))])
    speech.grow()
    speech.grow()
    assert speech.shares[PACE] == before + 1
