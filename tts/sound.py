"""The sounds of a plan's chunks to the recording that it asks for: levels, pauses, length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tts.clock import HOP, SAMPLE_RATE, Samples
from tts.media.join import join, joined_length
from tts.plan import Plan
from tts.voice.speech import WINDOW, find_speech

_MARGIN_S = 0.02  # kept around speech beside a pause
_RAMP = round(0.005 * SAMPLE_RATE)  # samples over which sound begins and ends there, so that nothing clicks


def finish(waves: Sequence[Samples], planned: Plan) -> tuple[Samples, list[tuple[int, int]]]:
    """Return the recording, (samples,) float32, and where each chunk stands in it, in samples.

    Beside a pause the model's own silence goes, so that the pause lasts as long as was asked. Where the whole has a
    length too, what went is silence at its end.
    """
    levelled = (wave * np.float32(planned.voice(chunk).gain) for wave, chunk in zip(waves, planned.chunks, strict=True))
    pauses = [chunk.pause for chunk in planned.chunks]
    paused_before = [planned.lead or None, *pauses[:-1]]
    trimmed = [
        _trimmed(wave, at_start=before is not None, at_end=behind is not None)
        for wave, before, behind in zip(levelled, paused_before, pauses, strict=True)
    ]
    samples, edges = join(trimmed, pauses, planned.lead)
    if planned.samples is not None:
        samples = np.pad(samples[: planned.samples], (0, max(0, planned.samples - len(samples))))
        edges[-1] = (edges[-1][0], min(edges[-1][1], len(samples)))
    return samples, edges


def length(planned: Plan) -> int:
    """Return the samples that a plan comes to at most, at 24 kHz; without pauses exactly."""
    lengths = [(chunk.frames - 1) * HOP for chunk in planned.chunks]
    joined = joined_length(lengths, [chunk.pause for chunk in planned.chunks], planned.lead)
    return joined if planned.samples is None else planned.samples


def _trimmed(wave: Samples, *, at_start: bool, at_end: bool) -> Samples:
    if not at_start and not at_end:
        return wave
    speech = replace(find_speech(wave), margin_s=_MARGIN_S)
    first, last = speech.bounds() if speech.mask.any() else (0, len(wave))
    whole = last >= len(speech.mask) * WINDOW  # behind the last window is less than one
    kept = wave[first if at_start else 0 : last if at_end and not whole else len(wave)].copy()
    ramp = np.linspace(0, 1, min(_RAMP, len(kept)), endpoint=False, dtype=np.float32)
    if at_start:
        kept[: len(ramp)] *= ramp
    if at_end:
        kept[len(kept) - len(ramp) :] *= ramp[::-1]
    return kept
