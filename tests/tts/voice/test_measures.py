from __future__ import annotations

import numpy as np
import pytest
import soxr

from tests.conftest import tone
from tests.support.speaking import music, noise, recorded, spoken
from tts.clock import SAMPLE_RATE, Samples
from tts.voice.measures import Measures, measure
from tts.voice.registry import built_in
from tts.voice.speech import find_speech
from tts.voice.worth import about_sound


def measured(samples: Samples) -> Measures:
    return measure(samples, find_speech(samples))


def findings(samples: Samples) -> set[str]:
    return {finding.about for finding in about_sound(measured(samples))}


@pytest.fixture(scope="module")
def clean() -> Samples:
    return recorded("town")


@pytest.mark.parametrize("name", built_in())
def test_nothing_is_found_in_a_good_recording(name: str) -> None:
    assert findings(recorded(name)) == set()


@pytest.mark.parametrize("language", ["en-us", "de", "cmn", "fr+f3"])
def test_nothing_is_found_in_clean_speech_of_any_language(language: str) -> None:
    assert findings(spoken(language, "The weather was fine this morning, so we walked along the river.")) == set()


@pytest.mark.parametrize("share", [0.2, 0.3, 0.5])
def test_clipping_is_measured(clean: Samples, share: float) -> None:
    top = share * float(np.abs(clean).max())
    clipped = np.clip(clean, -top, top)
    assert measured(clipped).clipped > measured(clean).clipped
    assert ("clipping" in findings(clipped)) == (share < 0.5)


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050])
def test_the_band_is_that_of_the_rate_it_was_recorded_at(clean: Samples, rate: int) -> None:
    narrow = soxr.resample(soxr.resample(clean, SAMPLE_RATE, rate), rate, SAMPLE_RATE)
    assert measured(narrow).band_hz == pytest.approx(rate / 2, abs=1_000)
    assert ("band" in findings(narrow)) == (rate < 14_000)


@pytest.mark.parametrize("level_db", [-50, -40, -30])
def test_noise_is_measured_in_decibels(clean: Samples, level_db: float) -> None:
    noisy = clean + noise(len(clean) / SAMPLE_RATE, 10 ** (level_db / 20))[: len(clean)]
    found = measured(noisy).noise_dbfs
    assert found is not None
    assert found == pytest.approx(level_db, abs=6)
    assert ("noise" in findings(noisy)) == (level_db > -50)


@pytest.mark.parametrize("below_db", [0, 10, 20])
def test_music_under_the_voice_is_found(clean: Samples, below_db: float) -> None:
    tune = music(len(clean) / SAMPLE_RATE + 1)[: len(clean)]
    level = np.std(clean) / np.std(tune) * 10 ** (-below_db / 20)
    assert "music" in findings((clean + level * tune).astype(np.float32))


def test_a_whistle_in_the_recording_is_found(clean: Samples) -> None:
    assert "music" in findings(clean + tone(len(clean) / SAMPLE_RATE, 1_000, 0.02)[: len(clean)])


def test_the_level_is_that_of_the_speech_whatever_the_pauses(clean: Samples) -> None:
    pauses = np.concatenate([clean, np.zeros(len(clean), np.float32)])
    assert measured(pauses).level_dbfs == pytest.approx(measured(clean).level_dbfs, abs=0.5)
    assert measured(clean / 10).level_dbfs == pytest.approx(measured(clean).level_dbfs - 20, abs=0.2)
    assert "level" in findings(clean / 10)


def test_ten_minutes_are_measured_in_bounded_memory() -> None:
    assert measured(np.tile(recorded("main"), 90)).duration_s > 600
