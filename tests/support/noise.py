"""Noise of rooms and wires, the same at every call."""

from __future__ import annotations

import numpy as np

from tts.clock import SAMPLE_RATE, Samples

HUM = (50, 100, 150, 250)  # Hz
SLOWEST = 30  # Hz; below, no noise gets louder


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def noise(kind: str, count: int, level_db: float) -> Samples:
    """Return white, pink or brown noise, or the hum of a wire with a little white in it, at a level in dBFS."""
    white = np.random.default_rng(8).standard_normal(count)
    if kind == "hum":
        time = np.arange(count) / SAMPLE_RATE
        made = sum(np.sin(2 * np.pi * hertz * time) * HUM[0] / hertz for hertz in HUM) + 0.1 * white
    else:
        hertz = np.maximum(np.fft.rfftfreq(count, 1 / SAMPLE_RATE), SLOWEST)
        made = np.fft.irfft(np.fft.rfft(white) * hertz ** -{"white": 0.0, "pink": 0.5, "brown": 1.0}[kind], count)
    return (made * 10 ** (level_db / 20) / np.std(made)).astype(np.float32)


def with_noise(samples: Samples, kind: str, level_db: float) -> Samples:
    return samples + noise(kind, len(samples), level_db)
