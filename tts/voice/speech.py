"""Where in a recording somebody speaks: pauses, and the stretch that serves best as a reference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tts.clock import SAMPLE_RATE, Samples
from tts.media.join import FADE, join
from tts.voice.levels import WINDOW, WINDOWS_PER_S, levels_of, noise_of

__all__ = ["WINDOW", "Speech", "best_stretch", "find_speech", "trim", "without_long_pauses"]

Mask = npt.NDArray[np.bool_]  # (windows,)

_DEPTH_DB = 30.0  # what is this far below the loud parts of a recording is silence
_ABOVE_NOISE_DB = 2.0  # speech is louder than noise ever is by at least this
_CLEAR_DB = 10.0  # noise that comes nearer to the loud parts can't be told from speech
_PAUSE_S = 0.15  # shorter gaps belong to speech: closures of plosives, breaths
_CLICK_S, _CLICK_APART_S = 0.06, 0.25  # what is shorter and stands apart is no word
_BUMP_S, _BUMP_APART_S = 0.2, 0.5  # nor is this, alone or with others: knocks, a thing put down
_MARGIN_S = 0.05  # kept around speech, where soft onsets and endings lie
_MARGIN_IN_NOISE_S = 0.1  # which noise hides
_LONG_PAUSE_S, _SHORT_PAUSE_S = 1.0, 0.5  # a pause over the one is cut to the other


@dataclass(frozen=True)
class Speech:
    """What is speech in a recording, in steps of 10 ms."""

    level_db: float  # dBFS that the loudest twentieth of the recording exceeds
    mask: Mask  # True where somebody speaks or only briefly pauses
    margin_s: float = _MARGIN_S

    @property
    def seconds(self) -> float:
        """Time spoken."""
        return float(self.mask.sum()) / WINDOWS_PER_S

    def runs(self) -> list[tuple[int, int]]:
        """Return the windows (start, end) of every stretch that is spoken without a pause."""
        starts, ends = _runs(self.mask)
        return list(zip(map(int, starts), map(int, ends), strict=True))

    def bounds(self) -> tuple[int, int]:
        """Return the first and the last sample of the speech, with a small margin within the recording."""
        spoken = np.flatnonzero(self.mask)
        margin = round(self.margin_s * WINDOWS_PER_S)
        return max(0, spoken[0] - margin) * WINDOW, min(len(self.mask), spoken[-1] + 1 + margin) * WINDOW


def find_speech(samples: Samples) -> Speech:
    """Tell speech from silence by level, relative to the recording's own loudness and noise.

    Upstream's fixed thresholds turn a quiet recording into 50 ms of silence; these move with it.
    """
    levels = levels_of(samples)
    loud = float(np.percentile(levels, 95)) if len(levels) else -120.0
    quiet, noisy = loud - _DEPTH_DB, noise_of(levels) + _ABOVE_NOISE_DB
    hidden = quiet < noisy < loud - _CLEAR_DB
    mask = _close_gaps(levels > (noisy if hidden else quiet))
    mask = _without(mask, _CLICK_S, _CLICK_APART_S)
    mask = _without(mask, _BUMP_S, _BUMP_APART_S)
    return Speech(loud, mask, _MARGIN_IN_NOISE_S if hidden else _MARGIN_S)


def trim(samples: Samples, speech: Speech) -> Samples:
    """Return a recording without the silence around its speech, and without most of it in long pauses."""
    start, end = speech.bounds()
    return without_long_pauses(samples[start:end], speech.mask[start // WINDOW : end // WINDOW])


def without_long_pauses(samples: Samples, mask: Mask) -> Samples:
    """Cut every pause of more than a second to half of one; what is kept of it is what is next to the speech.

    Args:
        samples: (samples,), a recording.
        mask: (windows,), what is speech in it.
    """
    aside = round((_SHORT_PAUSE_S * SAMPLE_RATE + FADE) / 2)
    parts, at = [], 0
    for start, end in zip(*_runs(~mask), strict=True):
        if end - start > _LONG_PAUSE_S * WINDOWS_PER_S:
            parts.append(samples[at : start * WINDOW + aside])
            at = end * WINDOW - aside
    return join([*parts, samples[at:]])[0]


def best_stretch(speech: Speech, shortest_s: float, longest_s: float) -> tuple[int, int]:
    """Return the samples (start, end) of the stretch between two pauses that holds the most speech.

    If no two pauses lie at the right distance, it begins with the speech and ends at `longest_s`.
    """
    spoken = np.concatenate([[0], np.cumsum(speech.mask)])
    places = _pauses(speech.mask)
    best, most = None, 0
    for first, start in enumerate(places):
        for end in places[first + 1 :]:
            if shortest_s * WINDOWS_PER_S <= end - start <= longest_s * WINDOWS_PER_S:
                said = int(spoken[end] - spoken[start])
                if said > most:
                    best, most = (start, end), said
    if best is None:
        start = int(np.flatnonzero(speech.mask)[0])
        best = start, start + round(longest_s * WINDOWS_PER_S)
    return best[0] * WINDOW, best[1] * WINDOW


def _pauses(mask: Mask) -> list[int]:
    """Return the middle of every pause, and both ends of the speech, as windows."""
    starts, ends = _runs(mask)
    middles = [(end + start) // 2 for end, start in zip(ends[:-1], starts[1:], strict=True)]
    return [int(starts[0]), *map(int, middles), int(ends[-1])]


def _close_gaps(mask: Mask) -> Mask:
    starts, ends = _runs(mask)
    closed = mask.copy()
    for end, start in zip(ends[:-1], starts[1:], strict=True):
        if start - end < _PAUSE_S * WINDOWS_PER_S:
            closed[end:start] = True
    return closed


def _without(mask: Mask, shortest_s: float, apart_s: float) -> Mask:
    """Drop groups of sounds that are shorter altogether, and further than `apart_s` from all others."""
    kept = mask.copy()
    starts, ends = _runs(mask)
    groups = np.cumsum(np.concatenate([[0], starts[1:] - ends[:-1] >= apart_s * WINDOWS_PER_S]))[: len(starts)]
    for group in np.unique(groups):
        start, end = starts[groups == group][0], ends[groups == group][-1]
        if mask[start:end].sum() < shortest_s * WINDOWS_PER_S:
            kept[start:end] = False
    return kept


def _runs(mask: Mask) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return edges[::2], edges[1::2]
