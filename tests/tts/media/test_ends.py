"""The ends of a recording: silence goes to a margin, digital silence that was asked for stays, no clicks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import tone
from tts.clock import SAMPLE_RATE, Samples
from tts.media.ends import FADE_S, MARGIN_S, faded, spoken


def hiss(seconds: float) -> Samples:
    """Return what a vocoder makes of silence: nearly nothing, but never zeros."""
    return (1e-4 * np.random.default_rng(0).standard_normal(round(seconds * SAMPLE_RATE))).astype(np.float32)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.floats(0, 2), st.floats(0.1, 1), st.floats(0, 2))
def test_at_most_the_margin_of_silence_stays_and_no_speech_goes(before: float, said: float, behind: float) -> None:
    sound = np.concatenate([hiss(before), tone(said), hiss(behind)])
    start, end = spoken(sound)
    first, last = round(before * SAMPLE_RATE), round(before * SAMPLE_RATE) + round(said * SAMPLE_RATE)
    margin, frame = MARGIN_S * SAMPLE_RATE, SAMPLE_RATE // 100
    assert start <= first
    assert end >= last
    assert first - start <= margin + frame
    assert end - last <= margin + 2 * frame


def test_silence_that_was_asked_for_stays() -> None:
    pause = np.zeros(SAMPLE_RATE, np.float32)
    sound = np.concatenate([pause, tone(1), pause])
    assert spoken(sound) == (0, len(sound))


@pytest.mark.parametrize("length", [0, 1, 100, 300])
def test_hardly_any_sound_stays(length: int) -> None:
    assert spoken(tone(1)[:length]) == (0, length)
    assert len(faded(tone(1)[:length])) == length


def test_both_ends_fade_within_their_time_and_the_rest_is_untouched() -> None:
    flat = np.ones(SAMPLE_RATE, np.float32)
    result, length = faded(flat), round(FADE_S * SAMPLE_RATE)
    assert 0.005 <= FADE_S <= 0.010
    assert abs(result[0]) < 1e-3
    assert abs(result[-1]) < 1e-3
    assert (np.diff(result[:length]) > 0).all()
    assert (result[length:-length] == 1).all()
    assert flat.min() == 1, "what came in is as it was"
