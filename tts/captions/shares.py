"""Times for words that weren't found: shares of the time between their neighbours, by letters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

import numpy as np

from tts.captions.words import Said
from tts.clock import SAMPLE_RATE, Samples
from tts.media.ends import heard

_LEAST_S = 0.04  # for a word between two that were found

Time = tuple[float, float, bool]  # start and end in seconds, whether it is estimated


def filled(words: Sequence[Said], found: Sequence[tuple[float, float] | None], samples: Samples) -> list[Time]:
    """Return a time for every word.

    Where the gap between two words that were found has no room for those between them, all share their time.

    Args:
        words: of a piece of a recording, at least one.
        found: start and end of each in seconds, or None, in order.
        samples: (samples,) the piece, 24 kHz.
    """
    times: list[Time | None] = [None if place is None else (*place, False) for place in found]
    first, last = heard(samples)
    edges = (first / SAMPLE_RATE, last / SAMPLE_RATE)
    for _, run in groupby(range(len(words)), lambda index: found[index] is None):
        lost = list(run)
        if found[lost[0]] is not None:
            continue
        first, last = lost[0], lost[-1] + 1
        start, end = _gap(times, first, last, edges)
        if end - start < _LEAST_S * len(lost):
            first, last = max(first - 1, 0), min(last + 1, len(words))
            start, end = _gap(times, first, last, edges)
        times[first:last] = _shared(words[first:last], start, end)
    return [time for time in times if time is not None]


def _gap(times: Sequence[Time | None], first: int, last: int, edges: tuple[float, float]) -> tuple[float, float]:
    """Return the seconds between the words around `first` to `last`, or the edge of what is heard."""
    before = times[first - 1] if first else None
    after = times[last] if last < len(times) else None
    start = before[1] if before else edges[0]
    end = after[0] if after else edges[1]
    return start, max(start, end)


def _shared(words: Sequence[Said], start: float, end: float) -> list[Time]:
    letters = np.cumsum([0, *(max(1, sum(map(str.isalnum, word.spoken))) for word in words)])
    marks = start + (end - start) * letters / letters[-1]
    return [(float(one), float(other), True) for one, other in pairwise(marks)]
