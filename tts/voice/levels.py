"""How loud a recording is from moment to moment, and how loud the noise in it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from tts.clock import SAMPLE_RATE, Samples

Levels = npt.NDArray[np.float64]  # (windows,) dBFS

WINDOW = SAMPLE_RATE // 100  # samples of one level, 10 ms
WINDOWS_PER_S = SAMPLE_RATE // WINDOW
_STRETCH = 30  # windows; speech is never so long at one level and that quiet
_STEADY_DB = 4.0  # by which the levels of such a stretch of noise scatter; speech does by more
_DIGITAL_DBFS = -95.0  # less is what a program put there, no noise of a room
_UNDER_DB = 6.0  # noise under which a twentieth of the recording is by more than this is none
_HARDLY_EVER = 2.5  # standard deviations
_NEAR_DB = 6.0  # by which the noise may be louder in another place


def levels_of(samples: Samples) -> Levels:
    """Return the level of every 10 ms without its mean, since an offset that drifts is no sound."""
    windows = samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW)
    squares = np.einsum("ij,ij->i", windows, windows, dtype=np.float64)  # which no array of all squares is made for
    power = squares / WINDOW - windows.mean(axis=1, dtype=np.float64) ** 2
    levels: Levels = 10 * np.log10(np.maximum(power, 1e-12))
    return levels


def noise_of(levels: Levels) -> float:
    """Return the level, in dBFS, that the noise of a recording hardly ever exceeds; minus infinity where none is found.

    Noise is what stays at one level for a third of a second, as no speech does, and what the recording is never far
    below: a held vowel stays at one level too, but there are quieter sounds beside it.
    """
    if len(levels) < _STRETCH:
        return -math.inf
    mean = _mean_of_stretches(levels)
    scatter = np.sqrt(np.maximum(_mean_of_stretches(levels**2) - mean**2, 0))
    steady = (scatter < _STEADY_DB) & (mean > _DIGITAL_DBFS)
    if not steady.any():
        return -math.inf
    floor = mean[steady].min()
    if np.percentile(levels[levels > _DIGITAL_DBFS], 5) < floor - _UNDER_DB:
        return -math.inf
    stretches = steady & (mean < floor + _NEAR_DB)
    noise = levels[np.convolve(stretches, np.ones(_STRETCH)) > 0.5]
    median = np.median(noise)
    deviation = median - np.percentile(noise, 16)  # of the lower half, in which no end of a word is
    return float(median + _HARDLY_EVER * deviation)


def _mean_of_stretches(values: Levels) -> Levels:
    return np.convolve(values, np.full(_STRETCH, 1 / _STRETCH), "valid")
