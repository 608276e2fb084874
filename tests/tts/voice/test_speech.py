"""Where somebody speaks: found by level alone, whatever the level, and cut only where nobody speaks."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from tts.clock import SAMPLE_RATE, Samples
from tts.voice.speech import WINDOW, best_stretch, find_speech

Spans = tuple[tuple[float, float], ...]  # seconds (start, end) of each burst

STEP_S = WINDOW / SAMPLE_RATE
SHORTEST_S, LONGEST_S = 3.0, 12.0
PHRASES: Spans = ((0.5, 1.7), (2.1, 4.05), (4.4, 6.0))


def talk(spans: Spans, seconds: float, floor: float = 3e-4) -> Samples:
    """Noise that swells four times a second, as syllables do, in the spans, over a floor at -70 dBFS."""
    generator = np.random.default_rng(7)
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    spoken = np.any([(start <= time) & (time < end) for start, end in spans], axis=0)
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * time)
    noise = generator.standard_normal(len(time))
    return (np.where(spoken, 0.1 * swell, floor) * noise).astype(np.float32)


def scattered(seed: int) -> tuple[Spans, float]:
    """Bursts of 0.6 to 5 s with pauses of 0.3 to 1.2 s, 20 to 40 s in all."""
    generator = np.random.default_rng(seed)
    seconds, spans, at = float(generator.uniform(20, 40)), [], 0.5
    while (end := at + generator.uniform(0.6, 5)) < seconds - 0.5:
        spans.append((at, end))
        at = end + generator.uniform(0.3, 1.2)
    return tuple(spans), seconds


def said(spans: Spans, start: float, end: float) -> float:
    """Return the seconds of speech between two times."""
    return sum(max(0.0, min(end, last) - max(start, first)) for first, last in spans)


def most_said(spans: Spans, shortest: float, longest: float) -> float:
    """Try every pair of pauses; return the most speech between two at a distance within the limits."""
    middles = [(one[1] + other[0]) / 2 for one, other in pairwise(spans)]
    places = [spans[0][0], *middles, spans[-1][1]]
    return max(said(spans, *pair) for pair in combinations(places, 2) if shortest <= pair[1] - pair[0] <= longest)


def stretch_of(spans: Spans, seconds: float) -> tuple[float, float]:
    start, end = best_stretch(find_speech(talk(spans, seconds)), SHORTEST_S, LONGEST_S)
    return start / SAMPLE_RATE, end / SAMPLE_RATE


@pytest.mark.parametrize("seed", range(6))
def test_bounds_hold_all_speech_and_at_most_60_ms_more(seed: int) -> None:
    spans, seconds = scattered(seed)
    start, end = (bound / SAMPLE_RATE for bound in find_speech(talk(spans, seconds)).bounds())
    assert spans[0][0] - 0.06 <= start <= spans[0][0]
    assert spans[-1][1] <= end <= spans[-1][1] + 0.06


@pytest.mark.parametrize("seed", range(6))
def test_the_mask_is_the_speech(seed: int) -> None:
    spans, seconds = scattered(seed)
    mask = find_speech(talk(spans, seconds)).mask
    middles = (np.arange(len(mask)) + 0.5) * STEP_S
    truth = np.any([(first < middles) & (middles < last) for first, last in spans], axis=0)
    assert (mask != truth).sum() <= 2 * len(spans)  # a window of 10 ms at either end of a burst


@pytest.mark.parametrize("gain", [3.0, 0.1, 0.01, 0.003])
def test_a_quiet_recording_has_the_same_speech_as_a_loud_one(gain: float) -> None:
    """Upstream's fixed thresholds silently empty a quiet reference."""
    recording = talk(PHRASES, 7)
    loud, other = find_speech(recording), find_speech(recording * np.float32(gain))
    assert 0 < loud.mask.sum() < len(loud.mask)
    np.testing.assert_array_equal(other.mask, loud.mask)
    assert other.level_db == pytest.approx(loud.level_db + 20 * np.log10(gain), abs=0.01)


def test_a_quiet_recording_of_a_person_has_the_same_speech_too(speech: Samples) -> None:
    loud = find_speech(speech)
    np.testing.assert_array_equal(find_speech(speech * np.float32(0.01)).mask, loud.mask)
    assert 3 < loud.seconds < 5


def test_the_level_of_a_full_scale_square_wave_is_0_dbfs() -> None:
    assert find_speech(np.sign(talk(((0.0, 2.0),), 2))).level_db == pytest.approx(0, abs=0.01)


def test_seconds_are_the_time_spoken() -> None:
    assert find_speech(talk(PHRASES, 7)).seconds == pytest.approx(said(PHRASES, 0, 7), abs=0.06)


@pytest.mark.parametrize(("gap", "closed"), [(0.05, True), (0.1, True), (0.2, False), (0.4, False)])
def test_a_gap_as_short_as_a_plosive_belongs_to_the_speech(gap: float, closed: bool) -> None:
    mask = find_speech(talk(((0.5, 2.0), (2.0 + gap, 4.0)), 5)).mask
    assert mask[round((2.0 + gap / 2) / STEP_S)] == closed


def test_one_loud_click_does_not_make_the_speech_silence() -> None:
    recording = talk(PHRASES, 7)
    clicked = recording.copy()
    clicked[1000] = 30.0
    inside = slice(round(0.5 / STEP_S), None)
    np.testing.assert_array_equal(find_speech(clicked).mask[inside], find_speech(recording).mask[inside])


def test_less_than_one_window_holds_no_speech() -> None:
    assert find_speech(np.ones(WINDOW - 1, np.float32)).seconds == 0


@pytest.mark.parametrize("seed", range(20))
def test_the_best_stretch_is_the_one_that_trying_all_pauses_finds(seed: int) -> None:
    spans, seconds = scattered(seed)
    found = said(spans, *stretch_of(spans, seconds))
    # The limits of the oracle give way by 50 ms: pauses are known to the recording in steps of 10 ms only.
    assert found >= most_said(spans, SHORTEST_S + 0.05, LONGEST_S - 0.05) - 0.05
    assert found <= most_said(spans, SHORTEST_S - 0.05, LONGEST_S + 0.05) + 0.05


@pytest.mark.parametrize("seed", range(20))
def test_the_best_stretch_ends_in_pauses_and_lasts_3_to_12_s(seed: int) -> None:
    spans, seconds = scattered(seed)
    start, end = stretch_of(spans, seconds)
    assert SHORTEST_S <= end - start <= LONGEST_S
    for cut in (start, end):
        assert not any(first + 0.02 < cut < last - 0.02 for first, last in spans)


def test_a_stretch_too_short_is_no_choice_even_if_it_is_the_only_one_between_pauses() -> None:
    start, end = stretch_of(((1.0, 15.0), (15.5, 17.5), (18.0, 32.0)), 33)
    assert start == pytest.approx(1.0, abs=0.02)
    assert end - start == pytest.approx(LONGEST_S)


def test_speech_without_pauses_gives_12_s_from_its_start() -> None:
    start, end = stretch_of(((1.0, 21.0),), 22)
    assert start == pytest.approx(1.0, abs=0.02)
    assert end - start == pytest.approx(LONGEST_S)


def test_pauses_that_lie_too_far_apart_give_12_s_from_the_start_of_speech() -> None:
    start, end = stretch_of(((1.0, 15.0), (15.5, 30.0)), 31)
    assert start == pytest.approx(1.0, abs=0.02)
    assert end - start == pytest.approx(LONGEST_S)


def test_a_click_far_from_the_speech_is_no_speech() -> None:
    samples = talk(((2.0, 4.0),), 6)
    clicked = samples.copy()
    clicked[12_000:12_240] = 0.9
    assert find_speech(clicked).bounds() == find_speech(samples).bounds()
