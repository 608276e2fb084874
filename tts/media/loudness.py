"""How loud a recording is (ITU-R BS.1770, EBU R 128), and made as loud as it is to be.

Measured by FFmpeg's `ebur128`, which comes with PyAV and agrees with libebur128 to 0.01 LU at every rate, where
pyloudnorm 0.2 is 0.25 LU off at 8 kHz and needs scipy.
"""

from __future__ import annotations

import math
from fractions import Fraction

import av
import av.error
import numpy as np
from av.filter import Graph

from tts.clock import Samples
from tts.media.limit import AROUND_S, limited

CEILING = 10 ** (-1 / 20)  # -1 dBTP
_BLOCK_S = 0.4  # of the standard: nothing shorter has a loudness
_SILENCE = -69.9  # LUFS; the standard's gate, below which nothing counts
_NEAR, _OFF = 0.05, 0.3  # LU: where the search ends, and from where on it has failed
_TRIES = 6  # the limiter takes away what the gain adds to peaks, so the gain must be found
_LEAST_YIELD = 0.2  # of loudness for gain, below which the next step would be a leap
# How near to a peak the limiter acts: a deep voice at -10 LUFS has more peaks than wider ones leave room between.
_AROUND_S = (AROUND_S, 0.0015, 0.0004)


def loudness(samples: Samples, rate: int) -> float:
    """Return the integrated loudness in LUFS, -inf of silence.

    What is shorter than the 400 ms of one block counts as if it lasted as long.

    Args:
        samples: (samples,) float32.
        rate: Hz.
    """
    block = math.ceil(_BLOCK_S * rate)
    if not len(samples):
        return -math.inf
    shown = np.pad(samples, (0, max(0, block - len(samples))))
    short = 10 * math.log10(max(1.0, block / len(samples)))
    measured = _integrated(np.ascontiguousarray(shown, np.float32), rate)
    return measured + short if measured > _SILENCE else -math.inf


def leveled(samples: Samples, rate: int, lufs: float | None = None, ceiling: float = CEILING) -> Samples:
    """Return a recording as loud as it is to be, no true peak of it above the ceiling.

    One gain for all of it, so that what was level stays level; only around peaks over the ceiling it is less.

    Args:
        samples: (samples,) float32.
        rate: Hz.
        lufs: the loudness; None: as it is. Silence stays silence.
        ceiling: 1.0 is full scale.
    """
    if lufs is None:
        return limited(samples, rate, ceiling)
    for around_s in _AROUND_S:
        result, missing = _raised(samples, rate, lufs, ceiling, around_s)
        if abs(missing) <= _OFF:
            break
    return result


def _raised(samples: Samples, rate: int, lufs: float, ceiling: float, around_s: float) -> tuple[Samples, float]:
    """Return the sound with the gain that the loudness takes, and the LU that are missing all the same."""
    gain_db, yields, result = 0.0, 1.0, limited(samples, rate, ceiling, around_s)
    was = loudness(samples, rate)
    missing = lufs - was if math.isfinite(was) else 0.0
    for _ in range(_TRIES):
        if abs(missing) <= _NEAR:
            break
        gain_db += missing / yields
        result = limited(samples * np.float32(10 ** (gain_db / 20)), rate, ceiling, around_s)
        now = loudness(result, rate)
        yields = min(1.0, max(_LEAST_YIELD, (now - was) * yields / missing))  # LU that a dB more gave
        was, missing = now, lufs - now
    return result, missing


def _integrated(samples: Samples, rate: int) -> float:
    graph = Graph()
    source = graph.add_abuffer(format="flt", sample_rate=rate, layout="mono", time_base=Fraction(1, rate))
    meter = graph.add("ebur128", "metadata=1:framelog=quiet")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(samples[None], format="flt", layout="mono")
    frame.sample_rate, frame.pts = rate, 0
    source.push(frame)
    source.push(None)
    last = "-inf"
    while True:
        try:
            last = sink.pull().metadata.get("lavfi.r128.I", last)
        except (av.error.EOFError, av.error.BlockingIOError):
            return float(last)
