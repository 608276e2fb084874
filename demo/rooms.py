"""What people's recordings have that a teacher's have not: a room, a telephone, noise, another level."""

from __future__ import annotations

from random import Random

import numpy as np
from scipy.signal import butter, fftconvolve, sosfilt

from tts.clock import SAMPLE_RATE, Samples

_ROOM, _TELEPHONE, _MICROPHONE, _NOISE = 0.35, 0.12, 0.35, 0.5  # shares of recordings
_DECAY_S = (0.1, 0.5)  # in which a room falls by 60 dB
_DIRECT_DB = (3.0, 18.0)  # of the voice above its room
_NOISE_DB = (-55.0, -18.0)  # against the voice
_LEVEL_DB = (-14.0, 3.0)


def recorded(samples: Samples, random: Random) -> Samples:
    """Return a recording as a stranger's machine might have made it, equally long."""
    if random.random() < _ROOM:
        samples = in_room(samples, random.uniform(*_DECAY_S), random.uniform(*_DIRECT_DB), random.randrange(2**32))
    if random.random() < _TELEPHONE:
        samples = _filtered(samples, "bandpass", [300.0, 3400.0])
    elif random.random() < _MICROPHONE:
        samples = _filtered(samples, "highpass", random.uniform(40, 180))
        samples = _filtered(samples, "lowpass", random.uniform(5000, 11_000))
    if random.random() < _NOISE:
        samples = noisy(samples, random.uniform(*_NOISE_DB), random.uniform(0, 1), random.randrange(2**32))
    level = 10 ** (random.uniform(*_LEVEL_DB) / 20)
    return samples * np.float32(min(level, 0.98 / np.abs(samples).max()))


def in_room(samples: Samples, decay_s: float, direct_db: float, seed: int) -> Samples:
    """Add the echo of a room: noise that falls by 60 dB in `decay_s`, 5 ms after the voice."""
    length = round(decay_s * SAMPLE_RATE)
    echo = np.random.default_rng(seed).standard_normal(length) * 10 ** (-3 * np.arange(length) / length)
    late = np.concatenate([np.zeros(SAMPLE_RATE // 200), echo])
    heard = fftconvolve(samples, late)[: len(samples)]
    share = 10 ** (-direct_db / 20) * _rms(samples) / max(_rms(heard), 1e-9)
    return (samples + share * heard).astype(np.float32)


def noisy(samples: Samples, decibels: float, colour: float, seed: int) -> Samples:
    """Add noise, from white (colour 0) to brown below 6 kHz (colour 1)."""
    noise = np.random.default_rng(seed).standard_normal(len(samples))
    spectrum = np.fft.rfft(noise) / np.maximum(np.fft.rfftfreq(len(noise), 1 / SAMPLE_RATE), 50) ** colour
    noise = np.fft.irfft(spectrum, len(noise))
    return (samples + noise * 10 ** (decibels / 20) * _rms(samples) / _rms(noise)).astype(np.float32)


def _filtered(samples: Samples, kind: str, edges: float | list[float]) -> Samples:
    sections = butter(4 if kind == "bandpass" else 2, edges, kind, fs=SAMPLE_RATE, output="sos")
    return sosfilt(sections, samples).astype(np.float32)  # type: ignore[no-any-return]


def _rms(samples: Samples) -> float:
    return float(np.sqrt(np.square(samples, dtype=np.float64).mean()))
