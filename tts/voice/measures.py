"""What can be measured of a recording before anybody speaks with it: level, noise, clipping, band, held tones."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tts.clock import SAMPLE_RATE, Samples
from tts.voice.levels import WINDOW, levels_of, noise_of
from tts.voice.speech import Speech

Spectra = npt.NDArray[np.float64]  # (frames, bins), power

_SIZE, _STEP = 2048, 512  # samples of a spectrum, and from one to the next: 85 and 21 ms
_BIN_HZ = SAMPLE_RATE / _SIZE
_TOP = 0.995  # of the peak: clipped samples lie between this and the peak, several in a row
_ROW = 3
_BAND_DB = 60.0  # below the strongest band; what is further below isn't there
_BAND_BINS = 43  # bins of a band, 0.5 kHz
_HELD_HZ = (500.0, 4000.0)  # harmonics of a voice move here even in a held vowel, those of an instrument don't
_HELD_S = 0.3
_STANDS_OUT_DB = 12.0  # a tone above what is beside it
_NEAR = 6  # bins to either side that a tone is compared with
_LOUD_DB = 50.0  # below the loudest; quieter tones don't count


@dataclass(frozen=True)
class Measures:
    """A recording in numbers."""

    duration_s: float
    speech_s: float
    level_dbfs: float  # root mean square of the speech
    peak_dbfs: float
    noise_dbfs: float | None  # None: none was found
    clipped: float  # share of samples, 0 to 1
    band_hz: float  # above it there is nothing
    tones: float  # share of the time in which a tone is held, as music and hum do, 0 to 1

    @property
    def signal_to_noise_db(self) -> float | None:
        """How far the speech is above the noise; None where there is none."""
        return None if self.noise_dbfs is None else self.level_dbfs - self.noise_dbfs


def measure(samples: Samples, speech: Speech) -> Measures:
    """Measure a recording, (samples,), in which somebody speaks."""
    spoken = samples[: len(speech.mask) * WINDOW].reshape(-1, WINDOW)[speech.mask]
    noise = noise_of(levels_of(samples))
    spectra = _spectra(samples)
    peak = float(np.abs(samples).max())
    return Measures(
        duration_s=len(samples) / SAMPLE_RATE,
        speech_s=speech.seconds,
        level_dbfs=_db(float(np.square(spoken, dtype=np.float64).mean())),
        peak_dbfs=_db(peak**2),
        noise_dbfs=noise if math.isfinite(noise) else None,
        clipped=_clipped(samples, peak),
        band_hz=_band(spectra),
        tones=_held(spectra),
    )


def _db(power: float) -> float:
    return 10 * math.log10(max(power, 1e-12))


def _spectra(samples: Samples) -> Spectra:
    padded = np.pad(samples, (0, max(_SIZE - len(samples), 0)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _SIZE)[::_STEP]
    blocks = [frames[at : at + 512] for at in range(0, len(frames), 512)]  # 10 s at a time: memory
    return np.concatenate([np.abs(np.fft.rfft(block * np.hanning(_SIZE))) ** 2 for block in blocks])


def _clipped(samples: Samples, peak: float) -> float:
    """Return the share of samples at the peak with others there on both sides: a flat top, which no voice has."""
    at_top = np.abs(samples) >= _TOP * peak
    in_a_row = np.convolve(at_top, np.ones(_ROW), "same") >= _ROW
    return float(in_a_row.mean())


def _band(spectra: Spectra) -> float:
    """Return the frequency above which a recording holds next to nothing."""
    bins = spectra.mean(axis=0)
    bands = bins[: len(bins) // _BAND_BINS * _BAND_BINS].reshape(-1, _BAND_BINS).mean(axis=1)
    there = np.flatnonzero(bands > bands.max() / 10 ** (_BAND_DB / 10))
    return float((there[-1] + 1) * _BAND_BINS * _BIN_HZ)


def _held(spectra: Spectra) -> float:
    """Return the share of the time in which some frequency stands out for longer than a voice holds one."""
    low, high = (round(hertz / _BIN_HZ) for hertz in _HELD_HZ)
    levels = 10 * np.log10(np.maximum(spectra[:, low - _NEAR : high + _NEAR], 1e-12))
    middle = levels[:, _NEAR:-_NEAR]
    beside = (levels[:, : -2 * _NEAR] + levels[:, 2 * _NEAR :]) / 2
    stands_out = (middle > beside + _STANDS_OUT_DB) & (middle > levels.max() - _LOUD_DB)
    frames = round(_HELD_S * SAMPLE_RATE / _STEP)
    if len(stands_out) < frames:
        return 0.0
    sums = np.cumsum(np.pad(stands_out, ((1, 0), (0, 0))), axis=0)
    held = (sums[frames:] - sums[:-frames] == frames).any(axis=1)
    return float((np.convolve(held, np.ones(frames)) > 0.5).mean())
