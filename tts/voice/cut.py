"""Which part of a recording serves as a reference when its transcript has times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from tts.clock import SAMPLE_RATE, Samples
from tts.errors import VoiceUnusable
from tts.text.durations import weight
from tts.voice.speech import WINDOW, Speech
from tts.voice.transcript import Transcript

MIN_KEPT_S, MAX_KEPT_S = 3.0, 12.0  # what is kept of a longer recording; the model degrades beyond 12 s
_PER_S = SAMPLE_RATE // WINDOW
_BEYOND_S = 0.3  # that a line may end after the recording: tools round the end of a file up
_SLOWEST, _FASTEST = 5.0, 20.0  # units a second; a line that would be slower has an end that isn't its own
_NEARBY = round(0.25 * _PER_S)  # windows from a time to the pause that was meant by it; more would be a word
_SILENT_S = 1.0  # a line of less may be a word a little beside its sound
_MARGIN = round(0.05 * _PER_S)  # windows kept around speech, where soft onsets and endings lie
_OVERLAP_S = 0.1  # lines of one speaker that a tool lets overlap
_AT_ONCE_S = 0.5  # with more, somebody else speaks as well


@dataclass(frozen=True)
class _Line:
    """A cue and where the recording may be cut around it."""

    start_s: float
    end_s: float
    text: str
    opens: bool = True  # a reference may begin with it
    closes: bool = True  # or end with it
    alone: bool = True  # nobody else speaks meanwhile


def cut_by_cues(samples: Samples, speech: Speech, transcript: Transcript) -> tuple[Samples, str]:
    """Return the run of cues that says the most within the limit, as sound and words.

    What is around them, such as music before the first, is left out; so is what the recording lacks.

    Raises:
        VoiceUnusable: no run will do; the error says why.
    """
    heard = _heard(transcript, len(samples) / SAMPLE_RATE)
    sound = _Sound.of(speech)
    lines = _apart(_at_pauses(heard, transcript.step_s, sound))
    spans = [_span(lines, index, sound) for index in range(len(lines))]
    run = _best_run(lines, spans)
    for line in lines[run]:
        if line.end_s - line.start_s >= _SILENT_S and not sound.is_spoken(_window(line.start_s), _window(line.end_s)):
            raise _unusable(
                f"nobody speaks where the transcript has a line, from {line.start_s:.1f} to {line.end_s:.1f} s"
            )
    start, end = spans[run][0][0] * WINDOW, spans[run][-1][1] * WINDOW
    return samples[start:end], " ".join(line.text for line in lines[run])


@dataclass(frozen=True, eq=False)
class _Sound:
    """Where somebody speaks, and where nobody does, as windows in order."""

    spoken: npt.NDArray[np.intp]
    silent: npt.NDArray[np.intp]  # with one before the recording and one behind it

    @classmethod
    def of(cls, speech: Speech) -> _Sound:
        return cls(np.flatnonzero(speech.mask), np.flatnonzero(np.pad(~speech.mask, 1, constant_values=True)) - 1)

    def is_spoken(self, start: int, end: int) -> bool:
        """Tell whether somebody speaks between two windows."""
        return bool(np.searchsorted(self.spoken, start) < np.searchsorted(self.spoken, end))

    def onset(self, at: int, earliest: int) -> int:
        """Return where the speech at a window begins: behind the pause nearby, or where the silence it is in ends."""
        pause = _before(self.silent, at + 1)
        if pause == at:
            onset = _from(self.spoken, at)
        elif pause + 1 >= max(earliest, at - _NEARBY):
            onset = pause + 1
        else:
            return at  # in the middle of sound: what is before it is no speech, or not transcribed
        return max(earliest, onset - _MARGIN)

    def offset(self, at: int, latest: int) -> int:
        """Return where the speech that ends about a window ends."""
        pause = _from(self.silent, at - 1)
        if pause == at - 1:
            offset = _before(self.spoken, at) + 1
        elif pause <= min(latest, at + _NEARBY):
            offset = pause
        else:
            return at
        return min(latest, offset + _MARGIN)


def _from(places: npt.NDArray[np.intp], at: int) -> int:
    """Return the first place that isn't before `at`, the last one if all are."""
    return int(places[min(int(np.searchsorted(places, at)), len(places) - 1)])


def _before(places: npt.NDArray[np.intp], at: int) -> int:
    """Return the last place before `at`, the first one if none is."""
    return int(places[max(int(np.searchsorted(places, at)) - 1, 0)])


def _heard(transcript: Transcript, length_s: float) -> list[_Line]:
    """Return the lines that lie in the recording."""
    lines = []
    for cue in transcript.cues:
        end_s = cue.end_s + transcript.step_s
        units = weight(cue.text)
        if units < _SLOWEST * (end_s - cue.start_s) and units <= _FASTEST * (length_s - cue.start_s):
            end_s = min(end_s, length_s)  # nobody speaks so slowly: it is the 30 s that a recognizer hears, or unknown
        if cue.start_s < length_s and end_s <= length_s + _BEYOND_S:
            lines.append(_Line(cue.start_s, min(cue.end_s, length_s), cue.text))
    if not lines:
        first = transcript.cues[0]
        raise _unusable(
            f"no line of the transcript lies within the recording of {length_s:.1f} s: the first is said from "
            f"{first.start_s:.1f} to {first.end_s:.1f} s"
        )
    return lines


def _at_pauses(lines: Sequence[_Line], step_s: float, sound: _Sound) -> list[_Line]:
    """Move times that are rounded down to the pause that follows; where there is none, there is no place to cut."""
    moved = list(lines)
    for index in range(1, len(moved) if step_s else 0):
        if moved[index - 1].end_s < lines[index].start_s:
            continue
        at = _window(lines[index].start_s)
        pause = _from(sound.silent, at)
        found = at <= pause <= at + step_s * _PER_S
        middle_s = pause / _PER_S if found else lines[index].start_s
        moved[index - 1] = replace(moved[index - 1], end_s=middle_s, closes=found)
        moved[index] = replace(moved[index], start_s=middle_s, opens=found)
    return moved


def _span(lines: Sequence[_Line], index: int, sound: _Sound) -> tuple[int, int]:
    """Return the windows (start, end) of a line, to the pauses nearby but not into the lines beside it."""
    line, last = lines[index], int(sound.silent[-1])
    start, end = _window(line.start_s), min(_window(line.end_s), last)
    earliest = min(_window(lines[index - 1].end_s), start) if index else 0
    latest = max(min(_window(lines[index + 1].start_s), last), end) if index + 1 < len(lines) else last
    return min(sound.onset(start, earliest), end), max(sound.offset(end, latest), start)


def _window(seconds: float) -> int:
    return round(seconds * _PER_S)


def _apart(lines: Sequence[_Line]) -> list[_Line]:
    """Mark what overlaps: between two such lines there is no place to cut."""
    marked = list(lines)
    latest = 0  # of the lines before, the one that ends last
    for index in range(1, len(marked)):
        over_s = marked[latest].end_s - marked[index].start_s
        within = marked[index].end_s <= marked[latest].end_s
        if over_s > _OVERLAP_S:
            marked[latest] = replace(marked[latest], closes=False)
            marked[index] = replace(marked[index], opens=False)
        if over_s > _OVERLAP_S and (over_s > _AT_ONCE_S or within):
            marked[latest] = replace(marked[latest], alone=False)
            marked[index] = replace(marked[index], alone=False)
        if not within:
            latest = index
    return marked


def _best_run(lines: Sequence[_Line], spans: Sequence[tuple[int, int]]) -> slice:
    said = [0.0, *accumulate(weight(line.text) for line in lines)]
    best, most, first = None, 0.0, 0
    for last, line in enumerate(lines):
        if not line.alone:
            first = last + 1
            continue
        while first <= last and (not lines[first].opens or spans[last][1] - spans[first][0] > MAX_KEPT_S * _PER_S):
            first += 1
        if line.closes and said[last + 1] - said[min(first, last + 1)] > most:
            best, most = slice(first, last + 1), said[last + 1] - said[first]
    if best is not None:
        return best
    if not any(line.alone for line in lines):
        raise _unusable("lines of the transcript are said at the same time")
    raise _unusable(f"no run of the transcript's lines lasts up to {MAX_KEPT_S:.0f} s within the recording")


def _unusable(reason: str) -> VoiceUnusable:
    return VoiceUnusable(
        reason, "send 3 to 12 s of the recording with their transcript, as plain text or with its times", "voice_text"
    )
