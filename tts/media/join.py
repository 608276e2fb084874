"""Chunks of sound to one recording, each faded into the next."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from tts.clock import SAMPLE_RATE, Samples

FADE = round(0.15 * SAMPLE_RATE)  # samples two neighbours share, as upstream


def join(waves: Sequence[Samples]) -> tuple[Samples, list[tuple[int, int]]]:
    """Return the joined sound and where each chunk stands in it.

    Neighbours overlap by `FADE` samples, or by half the shorter one. The fades are sine and cosine, so
    that the power of two unrelated sounds stays level, where upstream's straight ones dip by 3 dB. Every
    sample is written once; upstream copies all that came before for each chunk.

    Returns:
        (samples,) float32, and a (start, end) in samples for every chunk; a boundary lies in the middle
        of the shared part, so that one chunk ends where the next begins.
    """
    overlaps = _overlaps([len(wave) for wave in waves])
    joined = np.zeros(joined_length([len(wave) for wave in waves]), np.float32)
    start = 0
    for wave, before, after in zip(waves, [0, *overlaps], [*overlaps, 0], strict=True):
        end = start + len(wave)
        joined[start:end] += wave * _envelope(len(wave), before, after)
        start = end - after
    return joined, places([len(wave) for wave in waves])


def places(lengths: Sequence[int]) -> list[tuple[int, int]]:
    """Return where chunks of these lengths stand when they are joined, as `join` does."""
    edges, start = [0], 0
    for length, after in zip(lengths, [*_overlaps(lengths), 0], strict=True):
        edges.append(start + length - after // 2)
        start += length - after
    return list(pairwise(edges))


def joined_length(lengths: Sequence[int]) -> int:
    """Return how many samples chunks of these lengths make when they are joined."""
    return sum(lengths) - sum(_overlaps(lengths))


def _overlaps(lengths: Sequence[int]) -> list[int]:
    return [min(FADE, one // 2, other // 2) for one, other in pairwise(lengths)]


def _envelope(length: int, fade_in: int, fade_out: int) -> Samples:
    envelope = np.ones(length, np.float32)
    envelope[:fade_in] = _rise(fade_in)
    envelope[length - fade_out :] = _rise(fade_out)[::-1]
    return envelope


def _rise(length: int) -> Samples:
    return np.sin((np.arange(length, dtype=np.float32) + 0.5) / max(length, 1) * np.pi / 2)
