"""Recordings of the teacher as references of an exact length."""

from __future__ import annotations

import io

import numpy as np
import soundfile

from demo.speakers import Speaker
from demo.teacher import FRAMES_PER_LETTER, Teacher
from tts.clock import HOP, SAMPLE_RATE, Samples
from tts.voice.reference import make_voice

_LOUDER = 1.05  # than the level to which the worker would raise it


def reference(teacher: Teacher, text: str, speaker: Speaker, seed: int, pace: int = FRAMES_PER_LETTER) -> Samples:
    """Return a recording that the worker makes into exactly `pace` frames a character.

    The worker cuts what is quiet at both ends, so the sentence is said slower until the rest has that length.
    """
    wanted = (len(text) + 1) * pace
    found: list[tuple[int, Samples]] = []
    for slower in np.arange(0.98, 1.22, 0.005):
        wave = teacher.say(text, speaker, seed, pace * float(slower)) * np.float32(_LOUDER)
        found.append((abs(worker_frames(wave, text) - wanted), wave))
        if found[-1][0] == 0:
            break
    return min(found, key=lambda pair: pair[0])[1]


def worker_frames(samples: Samples, text: str) -> int:
    """Return how many mel frames the worker counts in a reference."""
    file = io.BytesIO()
    soundfile.write(file, samples, SAMPLE_RATE, format="FLAC")
    return 1 + len(make_voice(file.getvalue(), text).samples) // HOP
