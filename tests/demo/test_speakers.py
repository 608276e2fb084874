"""Virtual speakers differ, and are made of the teacher's voice without damage."""

from __future__ import annotations

from dataclasses import astuple, replace

import numpy as np
import pytest

from demo.speakers import DEMO, DEMO_LOW, DEMO_MID, changed, held_out, trained


def parts(seed: int = 0, frames: int = 40) -> list[np.ndarray]:
    """Return what the teacher's network gives: five spectra and a pitch, some of it unvoiced."""
    random = np.random.default_rng(seed)
    spectra = [random.standard_normal((601, frames)).astype(np.float32) for _ in range(5)]
    pitch = np.where(np.arange(frames) % 5, 180 + 40 * random.random(frames), 0).astype(np.float32)
    return [*spectra, pitch]


def test_no_speaker_of_the_evaluation_is_one_of_the_training() -> None:
    heard = {astuple(speaker)[1:] for speaker in trained()}
    assert not heard & {astuple(speaker)[1:] for speaker in (*held_out(), DEMO_MID)}


def test_all_speakers_differ() -> None:
    everyone = [*trained(), *held_out()]
    assert len({astuple(speaker)[1:] for speaker in everyone}) == len({s.name for s in everyone}) == len(everyone) == 84


@pytest.mark.parametrize("way", ["size", "range", "warp", "tilt", "breath", "low", "high"])
def test_held_out_speakers_go_as_far_as_the_trained_ones_in_every_direction(way: str) -> None:
    known, new = ([getattr(speaker, way) for speaker in speakers] for speakers in (trained(), held_out()))
    width = max(known) - min(known)
    assert max(new) - min(new) > 0.9 * width


def test_the_teachers_own_voice_is_left_as_it_is() -> None:
    for given, found in zip(parts(), changed(parts(), DEMO), strict=True):
        np.testing.assert_allclose(found, given, rtol=1e-5)


def test_pitch_is_a_factor_and_what_has_none_keeps_none() -> None:
    pitch, lower = parts()[-1], changed(parts(), DEMO_LOW)[-1]
    np.testing.assert_allclose(lower, pitch * DEMO_LOW.pitch, rtol=1e-5)


def test_a_smaller_range_brings_the_pitch_nearer_to_its_middle() -> None:
    pitch = parts()[-1]
    found = changed(parts(), replace(DEMO, range=0.5))[-1]
    voiced = pitch > 0
    assert np.ptp(np.log(found[voiced])) == pytest.approx(0.5 * np.ptp(np.log(pitch[voiced])), rel=1e-3)
    assert np.median(found[voiced]) == pytest.approx(np.median(pitch[voiced]), rel=1e-3)


def test_a_warp_moves_a_low_formant_by_its_factor_and_leaves_what_is_high() -> None:
    bins = np.arange(601, dtype=np.float32)
    spectra = parts()
    for centre in (50.0, 400.0):  # 1 and 8 kHz
        spectra[0] = np.repeat(-np.abs(bins - centre)[:, None], 40, axis=1)
        moved = changed(spectra, replace(DEMO, warp=1.06))[0]
        assert moved[:, 0].argmax() == pytest.approx(centre * (1.06 if centre < 100 else 1), abs=1)


def test_a_tilt_is_in_decibels_an_octave() -> None:
    before, after = parts()[0], changed(parts(), replace(DEMO, tilt=3.0))[0]
    gained = 20 / np.log(10) * (after - before)[:, 0]
    assert gained[100] - gained[50] == pytest.approx(3.0, abs=0.01)  # from 1 to 2 kHz
