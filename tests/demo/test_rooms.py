"""References with a room, a telephone and noise."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from demo.rooms import in_room, noisy, recorded
from tests.conftest import tone
from tts.clock import SAMPLE_RATE, Samples


def power(samples: Samples) -> float:
    return float(np.square(samples, dtype=np.float64).mean())


def test_a_recording_keeps_its_length_and_its_range_whatever_is_done_to_it(speech: Samples) -> None:
    for seed in range(20):
        found = recorded(speech[:48_000], Random(seed))
        assert found.shape == (48_000,)
        assert found.dtype == np.float32
        assert np.isfinite(found).all()
        assert 0 < np.abs(found).max() <= 0.99


def test_the_same_seed_makes_the_same_recording(speech: Samples) -> None:
    np.testing.assert_array_equal(recorded(speech, Random(3)), recorded(speech, Random(3)))


@pytest.mark.parametrize("colour", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("decibels", [-40.0, -20.0])
def test_noise_is_as_loud_as_asked_for(decibels: float, colour: float) -> None:
    voice = tone(1.0)
    noise = noisy(voice, decibels, colour, seed=1) - voice
    assert 10 * np.log10(power(noise) / power(voice)) == pytest.approx(decibels, abs=0.1)


def test_a_room_sounds_on_after_the_voice_and_dies_away() -> None:
    voice = np.concatenate([tone(0.2), np.zeros(SAMPLE_RATE, np.float32)])
    after = in_room(voice, 0.4, 6.0, seed=1)[round(0.2 * SAMPLE_RATE) :]
    early, late = after[: SAMPLE_RATE // 10], after[SAMPLE_RATE // 2 :]
    assert power(early) > 1e-5 * power(voice)
    assert power(late) < 1e-3 * power(early)
