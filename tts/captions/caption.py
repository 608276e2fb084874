"""A request's recording and its chunks to the captions asked for, and how large those get."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tts.captions.align import Aligner, Part
from tts.captions.formats import written
from tts.captions.words import Said, Word
from tts.clock import SAMPLE_RATE, Samples
from tts.media.join import FADE

_LATE_S = 359_990.0  # 100 hours, whose times are as long to write as times get
_APART_S = 2.0  # so far apart, each word is a cue of its own


def captions(
    formats: Sequence[str], samples: Samples, parts: Sequence[tuple[Sequence[Said], int, int]], language: str | None
) -> dict[str, str]:
    """Return the captions of a recording by format.

    Args:
        formats: as `tts.captions.formats.written` knows them.
        samples: (samples,) the whole recording, 24 kHz.
        parts: of every chunk its words, and the samples at which it starts and ends.
        language: such as `en`; None: seen from the words.
    """
    words = timed(samples, parts, language)
    return {format: written(format, words) for format in formats}


def timed(samples: Samples, parts: Sequence[tuple[Sequence[Said], int, int]], language: str | None) -> list[Word]:
    """Return all words of a recording in order, without overlap, none beyond its end, to the millisecond."""
    aligner = Aligner([word.spoken for said, _, _ in parts for word in said], language)
    reach = FADE // 2  # a chunk is heard so far beyond its edges, which lie in the middle of what neighbours share
    found: list[Word] = []
    for said, start, end in parts:
        start = max(0, start - reach)
        found += aligner.words(Part(said, samples[start : end + reach], start))
    return _in_order(found, len(samples) / SAMPLE_RATE)


def _in_order(words: Sequence[Word], end_s: float) -> list[Word]:
    """Round to milliseconds once and shift what overlaps."""
    ordered, last = [], 0.0
    for word in words:
        start = min(max(round(word.start_s, 3), last), end_s)
        last = min(max(round(word.end_s, 3), start), end_s)
        ordered.append(Word(word.text, start, last, word.estimated, word.joined))
    return ordered


def largest(formats: Sequence[str], said: Sequence[Said]) -> int:
    """Return the bytes of JSON that captions of these words take at most."""
    words = [
        Word(word.written, _LATE_S + index * _APART_S, _LATE_S + index * _APART_S + 0.1, True, word.joined)
        for index, word in enumerate(said)
    ]
    return sum(len(json.dumps({format: written(format, words)})) for format in formats)
