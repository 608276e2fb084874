"""Beside a pause the model's own silence goes; a length asked for is kept to the sample."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tts.clock import HOP, SAMPLE_RATE, Samples
from tts.plan import Chunk, Plan, boundaries, length, plan
from tts.script import Manner, Pauses
from tts.sound import finish
from tts.text.tokens import load_vocabulary
from tts.voice.registry import Voices
from warmup.weights.find import DEMO

VOCABULARY = load_vocabulary(DEMO / "vocab.txt")
VOICE = Voices().named("demo")
TEXT = "Two red cats sit here. Four blue dogs.\n\nSarah sees a house."


def planned(text: str = TEXT, duration_s: float | None = None, **pauses: float) -> Plan:
    manner = Manner(pauses=Pauses(**pauses))
    return plan(text, VOICE, VOCABULARY, speed=1.0, duration_s=duration_s, seed=1, manner=manner)


def tone(chunk: Chunk, silence_s: float) -> Samples:
    """Return what the engine makes of a chunk: silence, a tone, silence."""
    samples = (chunk.frames - 1) * HOP
    wave = np.sin(np.arange(samples) * 440 * 2 * np.pi / SAMPLE_RATE).astype(np.float32) * 0.1
    around = round(silence_s * SAMPLE_RATE)
    wave[:around] = wave[samples - around :] = 0
    return wave


def spoken(samples: Samples) -> list[tuple[int, int]]:
    """Return where there is sound, gaps under 20 ms closed."""
    loud = np.flatnonzero(np.abs(samples) > 1e-3)
    starts = [loud[0], *loud[1:][np.diff(loud) > SAMPLE_RATE // 50]]
    ends = [*loud[:-1][np.diff(loud) > SAMPLE_RATE // 50], loud[-1]]
    return [(int(start), int(end)) for start, end in zip(starts, ends, strict=True)]


@pytest.mark.parametrize("silence_s", [0.0, 0.1, 0.25])
def test_a_pause_lasts_as_long_as_asked_whatever_the_model_leaves_silent(silence_s: float) -> None:
    made = planned(sentence_s=0.5, paragraph_s=1.25)
    samples, edges = finish([tone(chunk, silence_s) for chunk in made.chunks], made)
    (_, first), (second, second_end), (third, _) = edges
    assert (second - first, third - second_end) == (SAMPLE_RATE // 2, SAMPLE_RATE * 5 // 4)
    assert not samples[first:second].any()
    assert not samples[second_end:third].any()
    heard = spoken(samples)
    assert len(heard) == 3
    assert heard[1][0] - heard[0][1] == pytest.approx(0.5 * SAMPLE_RATE, abs=0.06 * SAMPLE_RATE)
    assert heard[2][0] - heard[1][1] == pytest.approx(1.25 * SAMPLE_RATE, abs=0.06 * SAMPLE_RATE)


def test_sound_beside_a_pause_begins_and_ends_without_a_step() -> None:
    made = planned(sentence_s=0.5)
    samples, edges = finish([tone(chunk, 0.0) + np.float32(0.1) for chunk in made.chunks], made)
    assert np.abs(np.diff(samples[: edges[-1][1]])).max() < 0.03


def test_pauses_in_front_and_at_the_end_are_there_too() -> None:
    made = planned("[pause:0.25s]Two red cats.[pause:500ms]")
    samples, edges = finish([tone(chunk, 0.1) for chunk in made.chunks], made)
    assert edges[0][0] == SAMPLE_RATE // 4
    assert len(samples) - edges[-1][1] == SAMPLE_RATE // 2
    assert not samples[: edges[0][0]].any()
    assert not samples[edges[-1][1] :].any()


@pytest.mark.parametrize("factor", [0.7, 1.0, 1.8])
@pytest.mark.parametrize("silence_s", [0.0, 0.2])
def test_a_length_asked_for_counts_pauses_and_is_kept_to_the_sample(factor: float, silence_s: float) -> None:
    natural = sum(chunk.frames for chunk in planned(sentence_s=0.5).chunks) * HOP / SAMPLE_RATE
    duration_s = round(natural * factor + 1.0, 3)
    made = planned(duration_s=duration_s, sentence_s=0.5)
    samples, edges = finish([tone(chunk, silence_s) for chunk in made.chunks], made)
    assert len(samples) == length(made) == round(duration_s * SAMPLE_RATE)
    assert [start - end for (_, end), (start, _) in pairwise(edges)] == [SAMPLE_RATE // 2] * 2


def test_what_was_reckoned_before_is_never_less_than_what_is_made() -> None:
    for pauses in ({}, {"sentence_s": 0.0}, {"paragraph_s": 2.0}):
        made = planned(**pauses)
        samples, _ = finish([tone(chunk, 0.2) for chunk in made.chunks], made)
        assert len(samples) <= length(made)
        assert pauses or len(samples) == length(made)


def test_every_voice_has_its_own_level() -> None:
    made = planned(sentence_s=1.0)
    quiet = replace(made.speakers[0], voice=replace(VOICE, gain=0.5))
    loud = replace(made.speakers[0], voice=replace(VOICE, gain=1.0))
    chunks = tuple(replace(chunk, speaker=index % 2) for index, chunk in enumerate(made.chunks))
    both = replace(made, speakers=(loud, quiet), chunks=chunks)
    samples, edges = finish([tone(chunk, 0.1) for chunk in chunks], both)
    peaks = [np.abs(samples[start:end]).max() for start, end in edges]
    assert peaks == pytest.approx([0.1, 0.05, 0.1], rel=0.01)


def test_a_chunk_in_which_nothing_speaks_stays_whole() -> None:
    made = planned(sentence_s=0.5)
    waves = [np.zeros((chunk.frames - 1) * HOP, np.float32) for chunk in made.chunks]
    samples, _ = finish(waves, made)
    assert len(samples) == length(made)


def test_edges_beside_a_pause_are_rounded_each_by_itself() -> None:
    assert boundaries([(0, 24_001), (36_001, 48_011)]) == [(0.0, 1.0), (1.5, 2.0)]
