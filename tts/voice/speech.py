"""Where in a recording somebody speaks: levels, pauses, and the stretch that serves best as a reference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tts.clock import SAMPLE_RATE, Samples

WINDOW = SAMPLE_RATE // 100  # samples of one level, 10 ms
_WINDOWS_PER_S = SAMPLE_RATE // WINDOW
_DEPTH_DB = 30.0  # what is this far below the loud parts of a recording is silence
_PAUSE_S = 0.15  # shorter gaps belong to speech: closures of plosives, breaths
_CLICK_S = 0.06  # what is shorter and stands alone is no word
_MARGIN_S = 0.05  # kept around speech, where soft onsets and endings lie


@dataclass(frozen=True)
class Speech:
    """What is speech in a recording, in steps of 10 ms."""

    level_db: float  # dBFS that the loudest twentieth of the recording exceeds
    mask: npt.NDArray[np.bool_]  # (windows,) True where somebody speaks or only briefly pauses

    @property
    def seconds(self) -> float:
        """Time spoken."""
        return float(self.mask.sum()) / _WINDOWS_PER_S

    def bounds(self) -> tuple[int, int]:
        """Return the first and the last sample of the speech, with a small margin."""
        spoken = np.flatnonzero(self.mask)
        margin = round(_MARGIN_S * _WINDOWS_PER_S)
        return max(0, spoken[0] - margin) * WINDOW, (spoken[-1] + 1 + margin) * WINDOW


def find_speech(samples: Samples) -> Speech:
    """Tell speech from silence by level, relative to the recording's own loudness.

    Upstream's fixed thresholds turn a quiet recording into 50 ms of silence; these move with it.
    """
    whole = samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW)
    power = np.square(whole, dtype=np.float64).mean(axis=1)
    levels = 10 * np.log10(np.maximum(power, 1e-12))  # dBFS
    loud = float(np.percentile(levels, 95)) if len(levels) else -120.0
    return Speech(loud, _without_clicks(_close_gaps(levels > loud - _DEPTH_DB)))


def best_stretch(speech: Speech, shortest_s: float, longest_s: float) -> tuple[int, int]:
    """Return the samples (start, end) of the stretch between two pauses that holds the most speech.

    If no two pauses lie at the right distance, it begins with the speech and ends at `longest_s`.
    """
    spoken = np.concatenate([[0], np.cumsum(speech.mask)])
    places = _pauses(speech.mask)
    best, most = None, 0
    for first, start in enumerate(places):
        for end in places[first + 1 :]:
            if shortest_s * _WINDOWS_PER_S <= end - start <= longest_s * _WINDOWS_PER_S:
                said = int(spoken[end] - spoken[start])
                if said > most:
                    best, most = (start, end), said
    if best is None:
        start = int(np.flatnonzero(speech.mask)[0])
        best = start, start + round(longest_s * _WINDOWS_PER_S)
    return best[0] * WINDOW, best[1] * WINDOW


def _pauses(mask: npt.NDArray[np.bool_]) -> list[int]:
    """Return the middle of every pause, and both ends of the speech, as windows."""
    starts, ends = _runs(mask)
    middles = [(end + start) // 2 for end, start in zip(ends[:-1], starts[1:], strict=True)]
    return [int(starts[0]), *map(int, middles), int(ends[-1])]


def _close_gaps(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    starts, ends = _runs(mask)
    closed = mask.copy()
    for end, start in zip(ends[:-1], starts[1:], strict=True):
        if start - end < _PAUSE_S * _WINDOWS_PER_S:
            closed[end:start] = True
    return closed


def _without_clicks(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    starts, ends = _runs(mask)
    kept = mask.copy()
    for start, end in zip(starts, ends, strict=True):
        if end - start < _CLICK_S * _WINDOWS_PER_S:
            kept[start:end] = False
    return kept


def _runs(mask: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return edges[::2], edges[1::2]
