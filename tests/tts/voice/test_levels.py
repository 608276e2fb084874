"""Speech in noise: what can be heard above it stays, what is nothing but noise goes."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conftest import tone
from tests.support.noise import silence, with_noise
from tts.clock import SAMPLE_RATE, Samples
from tts.media.decode import decode
from tts.voice.levels import WINDOW, levels_of, noise_of
from tts.voice.registry import built_in
from tts.voice.speech import find_speech

KINDS = ("white", "pink", "brown", "hum")
VOICES = ("basic_en", "basic_zh", "demo", "demo_mid")  # with nothing but speech above -30 dB of their loudness
LEVEL_DBFS = -20.0
QUIET_DBFS = LEVEL_DBFS + 5 - 30  # speech is 30 dB below its loud parts where nothing but silence is around it
AUDIBLE_DB = 3.0  # above the noise
BEFORE_S, AFTER_S = 2.0, 3.0


def spoken(voice: str) -> Samples:
    """Return the speech of a built-in voice and nothing around it, at `LEVEL_DBFS`."""
    samples = decode(built_in()[voice].file.read_bytes(), 60)
    start, end = find_speech(samples).bounds()
    samples = samples[start:end]
    return samples * np.float32(10 ** (LEVEL_DBFS / 20) / np.std(samples))


def loudest_lost(samples: Samples, start: int, end: int) -> float:
    """Return the level, in dBFS, of the loudest 10 ms of speech outside of two places."""
    levels = levels_of(samples)
    outside = np.concatenate([levels[: max(start, 0) // WINDOW], levels[max(end, 0) // WINDOW :]])
    return float(outside.max(initial=-120))


@pytest.mark.parametrize("level", [-60, -55, -50, -45, -40])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("voice", VOICES)
def test_noise_around_speech_goes_and_the_speech_stays(voice: str, kind: str, level: float) -> None:
    speech = spoken(voice)
    recording = with_noise(np.concatenate([silence(BEFORE_S), speech, silence(AFTER_S)]), kind, level)
    start, end = find_speech(recording).bounds()
    first, last = round(BEFORE_S * SAMPLE_RATE), round(BEFORE_S * SAMPLE_RATE) + len(speech)
    assert first - start <= 0.2 * SAMPLE_RATE
    assert end - last <= 0.2 * SAMPLE_RATE
    assert loudest_lost(speech, start - first, end - first) < max(level + AUDIBLE_DB, QUIET_DBFS)


@pytest.mark.parametrize("level", [-35, -30, -25, -20])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("voice", VOICES)
def test_where_noise_comes_near_the_speech_it_is_kept_rather_than_speech_lost(
    voice: str, kind: str, level: float
) -> None:
    speech = spoken(voice)
    recording = with_noise(np.concatenate([silence(BEFORE_S), speech, silence(AFTER_S)]), kind, level)
    start, end = find_speech(recording).bounds()
    first = round(BEFORE_S * SAMPLE_RATE)
    assert loudest_lost(speech, start - first, end - first) < level + AUDIBLE_DB


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("voice", VOICES)
def test_speech_without_a_pause_in_it_or_around_it_keeps_its_length_in_noise(voice: str, kind: str) -> None:
    speech = spoken(voice)
    start, end = find_speech(with_noise(speech, kind, -45)).bounds()
    assert loudest_lost(speech, start, end) < -45 + AUDIBLE_DB


@pytest.mark.parametrize("voice", ["basic_en", "basic_zh", "demo", "demo_low", "demo_mid"])
def test_in_speech_alone_no_noise_is_found_that_would_hide_any_of_it(voice: str) -> None:
    levels = levels_of(spoken(voice))
    assert noise_of(levels) < np.percentile(levels, 95) - 25


@pytest.mark.parametrize("level", [-70, -50, -30])
def test_noise_is_as_loud_as_it_is(level: float) -> None:
    assert noise_of(levels_of(with_noise(silence(3), "white", level))) == pytest.approx(level + 1, abs=0.5)


def test_silence_that_a_program_made_is_no_noise() -> None:
    assert noise_of(levels_of(silence(3))) == -np.inf


def test_a_held_note_is_no_noise_where_something_quieter_is_heard(speech: Samples) -> None:
    held = np.concatenate([speech, tone(2, level=0.02), speech])
    assert noise_of(levels_of(held)) < 20 * np.log10(0.02 / np.sqrt(2)) - 3
    assert find_speech(held).mask[len(speech) // 240 :][:200].all()


def test_an_offset_that_drifts_is_no_sound() -> None:
    drift = np.linspace(-0.3, 0.5, 5 * SAMPLE_RATE, dtype=np.float32) ** 2
    assert levels_of(drift).max() < -60
