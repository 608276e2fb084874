"""The two ends of a recording: silence beyond a margin goes, and neither end is a click."""

from __future__ import annotations

import numpy as np

from tts.clock import SAMPLE_RATE, Samples

MARGIN_S = 0.1  # of silence that stays at each end
FADE_S = 0.008  # at each end
_FRAME = SAMPLE_RATE // 100
_QUIET_DB = 45.0  # below the loudest 10 ms: breath and the tails of words are louder


def heard(samples: Samples) -> tuple[int, int]:
    """Return the samples from the first to the last 10 ms that aren't quiet; all where none is louder than others."""
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    power = np.square(frames, dtype=np.float64).mean(axis=1)
    loud = np.flatnonzero(power > power.max(initial=0) * 10 ** (-_QUIET_DB / 10))
    if not len(loud):
        return 0, len(samples)
    last = len(frames) - 1
    return int(loud[0]) * _FRAME, len(samples) if loud[-1] == last else (int(loud[-1]) + 1) * _FRAME


def spoken(samples: Samples) -> tuple[int, int]:
    """Return where a recording is to be cut, so that `MARGIN_S` of silence stays at each end.

    An end of digital silence stays as it is: the vocoder gives none, so it was asked for.
    """
    first, last = heard(samples)
    margin = round(MARGIN_S * SAMPLE_RATE)
    start = 0 if not samples[:_FRAME].any() else max(0, first - margin)
    end = len(samples) if not samples[-_FRAME:].any() else min(len(samples), last + margin)
    return start, end


def faded(samples: Samples) -> Samples:
    """Return a recording that rises from zero and falls to zero, each within `FADE_S` or half of its length."""
    length = min(round(FADE_S * SAMPLE_RATE), len(samples) // 2)
    rise = np.square(np.sin((np.arange(length, dtype=np.float32) + 0.5) / max(length, 1) * np.pi / 2))
    ends = samples.copy()
    ends[:length] *= rise
    ends[len(ends) - length :] *= rise[::-1]
    return ends
