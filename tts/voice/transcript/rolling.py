"""Captions that roll or grow: lines stay on the screen while the next one is said, so every word is written again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from tts.text.durations import weight
from tts.voice.transcript.cues import Cue

_TOKEN = re.compile(r"[\u2e80-\ua4cf\uf900-\ufaff\U00020000-\U0003ffff]|[^\s\u2e80-\ua4cf\uf900-\ufaff]+")
_FASTEST = 30.0  # units per second; what would have to be said faster is only shown
_TELLING = 4  # words that come back before anything is taken for rolling: "No. No." is speech
_FLASH_S = 0.1  # between two rolls of a caption the words that were said stand once more

Words = list[str]


def once(cues: Sequence[Cue]) -> list[Cue]:
    """Return the cues that hold words, each word where it is said first; what is really said twice stays."""
    layers = list(dict.fromkeys(cues))  # a line and its shadow
    spoken = [cue for cue in _cleared(layers) if cue.text]
    words = [[token.casefold() for token in _TOKEN.findall(cue.text)] for cue in spoken]
    return _rolled_out(spoken, words) if _rolls(spoken, words) else spoken


def _cleared(cues: Sequence[Cue]) -> list[Cue]:
    """End each cue where the next one starts, if they stay on the screen until the next but one starts."""
    overstay = [one.end_s == after.start_s for one, after in zip(cues, cues[2:], strict=False)]
    if 2 * sum(overstay) <= len(overstay):
        return list(cues)
    ends = [min(one.end_s, max(one.start_s, other.start_s)) for one, other in pairwise(cues)]
    return [Cue(cue.start_s, end_s, cue.text) for cue, end_s in zip(cues, [*ends, cues[-1].end_s], strict=True)]


def _rolls(cues: Sequence[Cue], words: Sequence[Words]) -> bool:
    """Tell captions that repeat from speech that does: most cues bring words back in a way that nobody speaks."""
    doubled = {tuple(one) for one, other in pairwise(words) if one == other}
    back = [
        _brought_back(cue, one, other, len(doubled) > 1)
        for cue, (one, other) in zip(cues[1:], pairwise(words), strict=True)
    ]
    return sum(back) >= _TELLING and 2 * sum(map(bool, back)) >= len(back)


def _brought_back(cue: Cue, before: Words, now: Words, many_doubled: bool) -> int:
    """Return how many words a cue repeats of the one before, 0 if somebody may have said them twice."""
    again = _overlap(before, now)
    if again == len(now):
        return again if many_doubled or not _sayable(cue) else 0
    return again if again > 1 or again == len(before) else 0


def _sayable(cue: Cue) -> bool:
    return weight(cue.text) <= _FASTEST * (cue.end_s - cue.start_s)


def _rolled_out(cues: Sequence[Cue], words: Sequence[Words]) -> list[Cue]:
    kept: list[Cue] = []
    before: Words = []
    for cue, now in zip(cues, words, strict=True):
        again = _overlap(before, now)
        if again < len(now):
            if kept:
                kept[-1] = Cue(kept[-1].start_s, min(kept[-1].end_s, cue.start_s), kept[-1].text)
            starts = [token.start() for token in _TOKEN.finditer(cue.text)]
            kept.append(Cue(cue.start_s, cue.end_s, cue.text[starts[again] :]))
            before += now[again:]
        elif cue.end_s - cue.start_s > _FLASH_S:
            kept[-1] = Cue(kept[-1].start_s, cue.end_s, kept[-1].text)
    return kept


def _overlap(before: Words, now: Words) -> int:
    """Return the length of the longest end of `before` that `now` begins with (Knuth, Morris, Pratt: linear)."""
    if not now:
        return 0
    joined = [*now, "", *before[-len(now) :]]  # no word is empty: the border can't reach across
    borders = [0] * len(joined)
    for index in range(1, len(joined)):
        border = borders[index - 1]
        while border and joined[index] != joined[border]:
            border = borders[border - 1]
        borders[index] = border + (joined[index] == joined[border])
    return borders[-1]
