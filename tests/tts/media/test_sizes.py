"""How large a recording gets, known before it is made: exact for WAV and PCM, enough for speech in the others."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.clock import SAMPLE_RATE, Samples
from tts.media.decode import decode
from tts.media.encode import encode
from tts.media.formats import FORMATS, rates
from tts.media.sizes import EXACT, SMALLEST_FIRST, largest
from tts.voice.registry import built_in

WRITTEN = [(format, rate) for format in FORMATS for rate in rates(format)]


@settings(deadline=None)
@given(st.sampled_from([each for each in WRITTEN if each[0] in EXACT]), st.integers(1, 3 * SAMPLE_RATE))
def test_the_size_of_wav_and_pcm_is_known_to_a_sample(written: tuple[str, int], samples: int) -> None:
    format, rate = written
    assert 0 <= largest(format, samples, rate) - len(encode(np.zeros(samples, np.float32), format, rate)) <= 2


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(WRITTEN), st.sampled_from(sorted(built_in())), st.floats(0.01, 3), st.sampled_from([None, 30, 20])
)
def test_no_recording_of_speech_is_larger_than_was_said(
    written: tuple[str, int], voice: str, length: float, noise_db: int | None
) -> None:
    said = spoken(voice)
    sound = np.resize(said, round(length * len(said)) or 1)
    if noise_db is not None:
        sound = sound + noise(len(sound), np.sqrt(np.square(sound).mean()) * 10 ** (-noise_db / 20))
    format, rate = written
    assert len(encode(sound, format, rate)) <= largest(format, len(sound), rate)


@pytest.mark.parametrize("format", ["flac", "mp3", "ogg"])
def test_speech_as_loud_as_can_be_asked_for_is_no_larger(format: str, speech: Samples) -> None:
    loud = speech + noise(len(speech), np.sqrt(np.square(speech).mean()) / 10)
    assert len(encode(loud, format, 24_000, loudness=-10.0)) <= largest(format, len(loud), 24_000)


@pytest.mark.parametrize("format", sorted(set(FORMATS) - set(EXACT)))
def test_what_is_said_is_not_far_from_what_speech_takes(format: str, speech: Samples) -> None:
    """Or a recording would be refused that fits easily."""
    long = np.tile(speech, 4)
    for rate in rates(format):
        assert largest(format, len(long), rate) < 2 * len(encode(long, format, rate))


def test_smaller_formats_come_first() -> None:
    sizes = [largest(format, 60 * SAMPLE_RATE, SAMPLE_RATE) for format in SMALLEST_FIRST]
    assert sizes == sorted(sizes)
    assert set(SMALLEST_FIRST) | {"opus", "pcm"} == set(FORMATS)


@lru_cache
def spoken(voice: str) -> Samples:
    return decode(built_in()[voice].file.read_bytes(), 60)


def noise(samples: int, level: float) -> Samples:
    return (level * np.random.default_rng(0).standard_normal(samples)).astype(np.float32)
