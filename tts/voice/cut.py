"""Which part of a recording serves as a reference when its transcript has times."""

from __future__ import annotations

from itertools import accumulate, pairwise

from tts.clock import SAMPLE_RATE, Samples
from tts.errors import VoiceUnusable
from tts.text.durations import weight
from tts.voice.transcript import Cue

MIN_KEPT_S, MAX_KEPT_S = 3.0, 12.0  # what is kept of a longer recording; the model degrades beyond 12 s
_OVERLAP_S = 0.1  # lines of one speaker that a tool lets overlap


def cut_by_cues(samples: Samples, cues: tuple[Cue, ...]) -> tuple[Samples, str]:
    """Keep the run of cues that holds the most within the limit."""
    cues = tuple(sorted(cues, key=lambda cue: cue.start_s))
    if any(one.end_s > other.start_s + _OVERLAP_S for one, other in pairwise(cues)):
        raise VoiceUnusable(
            "lines of the transcript are said at the same time",
            "send 3 to 12 s of the recording with their transcript",
            "voice_text",
        )
    said = [0.0, *accumulate(weight(cue.text) for cue in cues)]
    length_s = len(samples) / SAMPLE_RATE
    best, most = None, 0.0
    for first, cue in enumerate(cues):
        for last in range(first, len(cues)):
            end_s = cues[last].end_s
            if end_s > length_s or end_s - cue.start_s > MAX_KEPT_S:
                break
            if end_s - cue.start_s >= MIN_KEPT_S and said[last + 1] - said[first] > most:
                best, most = cues[first : last + 1], said[last + 1] - said[first]
    if best is None:
        raise VoiceUnusable(
            f"no run of the transcript's lines lasts {MIN_KEPT_S:.0f} to {MAX_KEPT_S:.0f} s within the recording",
            "send 3 to 12 s of the recording with their transcript",
            "voice_text",
        )
    start, end = round(best[0].start_s * SAMPLE_RATE), round(best[-1].end_s * SAMPLE_RATE)
    return samples[start:end], " ".join(cue.text for cue in best)
