"""The sounds of a plan's chunks to the recording that it asks for: levels, pauses, length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tts.clock import SAMPLE_RATE, Samples
from tts.media.join import join
from tts.plan import Plan, within
from tts.voice.speech import WINDOW, find_speech

_MARGIN_S = 0.02  # kept around speech beside a pause
_RAMP = round(0.005 * SAMPLE_RATE)  # samples over which sound begins and ends there, so that nothing clicks


def finish(waves: Sequence[Samples], planned: Plan) -> tuple[Samples, list[tuple[int, int]]]:
    """Return the recording, (samples,) float32, and where each chunk stands in it, in samples.

    Beside a pause the model's own silence goes, so that the pause lasts as long as was asked. Where the whole has a
    length too, what went is silence at its end.
    """
    levelled = (wave * np.float32(planned.voice(chunk).gain) for wave, chunk in zip(waves, planned.chunks, strict=True))
    pauses = planned.pauses
    paused_before = [planned.lead or None, *pauses[:-1]]
    trimmed = [
        _trimmed(wave, at_start=before is not None, at_end=behind is not None)
        for wave, before, behind in zip(levelled, paused_before, pauses, strict=True)
    ]
    samples, edges = join(trimmed, pauses, planned.lead)
    if planned.samples is not None:
        samples = np.pad(samples[: planned.samples], (0, max(0, planned.samples - len(samples))))
    return samples, within(edges, len(samples))


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
