"""Loudness and peaks, measured by FFmpeg's own meter and by arithmetic: as asked for, nowhere over the ceiling."""

from __future__ import annotations

import io
import math

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import tone
from tests.support.recordings import at_rate
from tts.clock import SAMPLE_RATE, Samples
from tts.media.encode import encode
from tts.media.limit import limited, true_peak
from tts.media.loudness import CEILING, leveled, loudness

LOSSY = ("mp3", "ogg", "aac")


def decoded(data: bytes) -> tuple[Samples, int]:
    with av.open(io.BytesIO(data)) as container:
        frames = list(container.decode(audio=0))
    sound = np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])
    return sound.astype(np.float32) / (32768 if sound.dtype == np.int16 else 1), frames[0].sample_rate


@pytest.mark.parametrize("rate", [8_000, 24_000, 48_000])
def test_a_tone_of_1_khz_has_the_loudness_of_the_standard(rate: int) -> None:
    """EBU Tech 3341: a stereo sine at -23 dBFS is -23 LUFS, so a mono one is 3.01 LU less."""
    sine = at_rate(tone(5, 1000, level=10 ** (-23 / 20)), rate)
    assert loudness(sine, rate) == pytest.approx(-23 - 3.01, abs=0.15)


@pytest.mark.parametrize("seconds", [0.02, 0.1, 0.39, 0.41, 3])
def test_a_short_sound_is_as_loud_as_a_long_one(seconds: float) -> None:
    assert loudness(tone(seconds, 1000), SAMPLE_RATE) == pytest.approx(loudness(tone(5, 1000), SAMPLE_RATE), abs=0.5)


@pytest.mark.parametrize("length", [0, 1, 10, SAMPLE_RATE])
def test_silence_has_no_loudness_and_stays_silent(length: int) -> None:
    silence = np.zeros(length, np.float32)
    assert loudness(silence, SAMPLE_RATE) == -math.inf
    assert leveled(silence, SAMPLE_RATE, -16.0).tolist() == silence.tolist()


@pytest.mark.parametrize("lufs", [-40, -23, -16, -14, -10])
@pytest.mark.parametrize("rate", [8_000, 24_000, 44_100])
def test_speech_becomes_as_loud_as_asked_for_under_the_ceiling(speech: Samples, lufs: float, rate: int) -> None:
    sound, read = decoded(encode(speech, "wav", rate, loudness=lufs))
    assert read == rate
    assert loudness(sound, rate) == pytest.approx(lufs, abs=0.5)
    assert true_peak(sound, rate) <= CEILING + 1e-4


def test_what_was_level_stays_level(speech: Samples) -> None:
    """One gain for all of it: a quiet chunk beside a loud one stays as much quieter."""
    quiet = leveled(speech, SAMPLE_RATE, -30.0)
    ratio = quiet[np.abs(speech) > 1e-3] / speech[np.abs(speech) > 1e-3]
    assert ratio.max() - ratio.min() < 1e-4 * ratio.max()


def test_a_true_peak_lies_between_the_samples() -> None:
    """A sine of a quarter of the rate, sampled at 45 degrees, is 3 dB higher than any of its samples."""
    wave = np.sin(np.pi / 2 * np.arange(4800) + np.pi / 4).astype(np.float32) * np.hanning(4800).astype(np.float32)
    assert np.abs(wave).max() == pytest.approx(math.sqrt(0.5), abs=1e-3)
    assert true_peak(wave, SAMPLE_RATE) == pytest.approx(1.0, abs=0.01)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.floats(0.01, 30), st.integers(1, 6000), st.integers(0, 5), st.sampled_from([8_000, 24_000, 48_000]))
def test_nothing_is_ever_over_the_ceiling(level: float, length: int, seed: int, rate: int) -> None:
    noise = (level * np.random.default_rng(seed).standard_normal(length)).astype(np.float32)
    result = limited(noise, rate, CEILING)
    assert result.dtype == np.float32
    assert len(result) == length
    assert true_peak(result, rate) <= CEILING * 1.001


def test_what_is_under_the_ceiling_is_untouched_and_so_is_sound_far_from_a_peak(speech: Samples) -> None:
    assert limited(speech * np.float32(0.5), SAMPLE_RATE, CEILING) is not speech
    assert (limited(speech * np.float32(0.5), SAMPLE_RATE, CEILING) == speech * np.float32(0.5)).all()
    click = np.full(SAMPLE_RATE, 0.1, np.float32)
    click[12_000] = 3.0
    result = limited(click, SAMPLE_RATE, CEILING)
    far = np.abs(np.arange(SAMPLE_RATE) - 12_000) > 0.025 * SAMPLE_RATE
    assert (result[far] == click[far]).all()


@pytest.mark.parametrize("format", LOSSY)
@pytest.mark.parametrize("lufs", [None, -14.0])
def test_a_lossy_file_has_no_peak_over_the_ceiling_once_it_is_decoded(
    speech: Samples, format: str, lufs: float | None
) -> None:
    loud = speech[SAMPLE_RATE // 3 : 2 * SAMPLE_RATE]
    loud = loud / np.abs(loud).max()
    sound, rate = decoded(encode(loud, format, loudness=lufs))
    assert true_peak(sound, rate) <= CEILING + 1e-4
    assert lufs is None or loudness(sound, rate) == pytest.approx(lufs, abs=0.5)


@pytest.mark.slow
@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
@pytest.mark.parametrize("format", LOSSY)
@pytest.mark.parametrize("lufs", [-10.0, -16.0, -23.0, -40.0])
def test_lossy_files_at_every_loudness(speech: Samples, format: str, lufs: float, rate: int) -> None:
    sound, read = decoded(encode(speech, format, rate, loudness=lufs))
    assert true_peak(sound, read) <= CEILING + 1e-4
    assert loudness(sound, read) == pytest.approx(lufs, abs=1.0 if lufs > -12 else 0.5)
