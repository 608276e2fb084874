"""When what Whisper writes was not said: it always writes something, for music, noise and languages it doesn't know.

Thresholds lie between what tiny.en gives for speech and for the rest (`bench/hearing.py` prints both): a clear
recording of English has a mean log probability of -0.2 to -0.5, of 12 other languages -0.9 to -1.2, or one phrase in
a loop; noise, chords and silence count as no speech with 0.85 or more, speech with less than 0.6.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tts.asr.tokens import keys_of, word_errors

_LOOP = 2.4  # times that the text is compressed by zlib; Whisper's own limit as well
_NO_SPEECH = 0.8
_CLEAR, _GUESSED = -0.4, -0.9  # mean log probability of a token: above the one it is sure, below the other a guess
_AGREE = 0.4  # word error rate of two hearings of one recording, beyond which neither is believed


class Segment(Protocol):
    """What is read of a segment of faster-whisper."""

    text: str
    tokens: list[int]
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float


def holds_words(segment: Segment) -> bool:
    """Tell whether a segment may have been said: it isn't a loop, nor made of noise."""
    return segment.compression_ratio <= _LOOP and segment.no_speech_prob <= _NO_SPEECH and bool(keys_of(segment.text))


def is_noise(segments: Sequence[Segment]) -> bool:
    """Tell whether nobody speaks in any of them."""
    return all(segment.no_speech_prob > _NO_SPEECH for segment in segments)


def is_clear(segments: Sequence[Segment]) -> bool:
    """Tell whether one hearing is enough."""
    return confidence(segments) >= _CLEAR


def is_guessed(segments: Sequence[Segment]) -> bool:
    """Tell whether the words are those that fit best, and none fits."""
    return confidence(segments) < _GUESSED


def agree(one: str, other: str) -> bool:
    """Tell whether two hearings of a recording are of the same words."""
    return word_errors(one, other) <= _AGREE


def confidence(segments: Sequence[Segment]) -> float:
    """Return the mean log probability of a token."""
    tokens = sum(len(segment.tokens) for segment in segments)
    return sum(segment.avg_logprob * len(segment.tokens) for segment in segments) / max(tokens, 1)
