"""Peaks brought under a ceiling, between the samples too, without a sound of it."""

from __future__ import annotations

import numpy as np
import soxr

from tts.clock import Samples

_OVERSAMPLED = 4  # as BS.1770 has it for true peaks
AROUND_S = 0.005  # before and behind a peak, over which the gain falls and rises
_TRIES = 4  # a gain that changes may lift a neighbouring peak by a thousandth


def true_peak(samples: Samples, rate: int) -> float:
    """Return the largest magnitude between the samples as well; 1.0 is full scale."""
    return float(_peaks(samples, rate).max(initial=0.0))


def limited(samples: Samples, rate: int, ceiling: float, around_s: float = AROUND_S) -> Samples:
    """Return sound whose true peaks are at most the ceiling; it is unchanged a little away from those above it.

    Args:
        samples: (samples,) float32.
        rate: Hz.
        ceiling: 1.0 is full scale.
        around_s: twice as far from a peak, the sound is unchanged.
    """
    aimed = ceiling
    for _ in range(_TRIES):
        peaks = _peaks(samples, rate)
        highest = float(peaks.max(initial=0.0))
        if highest <= ceiling:
            return samples
        samples = samples * _gains(peaks, aimed, round(around_s * rate))
        aimed *= 0.999
    return samples * np.float32(ceiling / max(true_peak(samples, rate), ceiling))


def _peaks(samples: Samples, rate: int) -> Samples:
    """Return (samples,), of each sample the largest magnitude up to the next."""
    if not len(samples):
        return np.zeros(0, np.float32)
    dense = soxr.resample(samples, rate, _OVERSAMPLED * rate, "MQ")[: _OVERSAMPLED * len(samples)]
    whole = np.zeros(_OVERSAMPLED * len(samples), np.float32)
    np.abs(dense, out=whole[: len(dense)])
    peaks: Samples = np.abs(samples)
    for phase in range(_OVERSAMPLED):  # six times as fast as a maximum over a short axis
        np.maximum(peaks, whole[phase::_OVERSAMPLED], out=peaks)
    return peaks


def _gains(peaks: Samples, ceiling: float, reach: int) -> Samples:
    """Return a smooth gain that is nowhere above what the peaks allow: the mean of minima that all hold each peak."""
    allowed = np.minimum(1, ceiling / np.maximum(peaks, np.float32(1e-9)))
    window = np.hanning(2 * reach + 3)[1:-1].astype(np.float32)
    lowest = _lowest(np.pad(allowed, 2 * reach, constant_values=1.0), 2 * reach + 1)
    gains: Samples = np.convolve(lowest, window / window.sum(), "valid")
    return gains


def _lowest(values: Samples, width: int) -> Samples:
    """Return the minimum of every `width` neighbours, by windows that double."""
    covered = 1
    while covered < width:
        step = min(covered, width - covered)
        values = np.minimum(values[:-step], values[step:])
        covered += step
    return values
