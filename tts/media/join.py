"""Chunks of sound to one recording, each faded into the next or parted from it by silence."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from tts.clock import SAMPLE_RATE, Samples

FADE = round(0.15 * SAMPLE_RATE)  # samples two neighbours share, as upstream


def join(
    waves: Sequence[Samples], pauses: Sequence[int | None] | None = None, lead: int = 0
) -> tuple[Samples, list[tuple[int, int]]]:
    """Return the joined sound and where each chunk stands in it.

    Neighbours overlap by `FADE` samples, or by half the shorter one. The fades are sine and cosine, so
    that the power of two unrelated sounds stays level, where upstream's straight ones dip by 3 dB. Every
    sample is written once; upstream copies all that came before for each chunk.

    Args:
        waves: (samples,) each.
        pauses: samples of silence behind each, None where it fades into the next; left out: all fade.
        lead: samples of silence in front.

    Returns:
        (samples,) float32, and a (start, end) in samples for every chunk. A boundary that fades lies in the middle
        of the shared part, so that one chunk ends where the next begins; silence belongs to no chunk.
    """
    behind = _behind(len(waves), pauses)
    lengths = [len(wave) for wave in waves]
    overlaps = _overlaps(lengths, behind)
    joined = np.zeros(joined_length(lengths, pauses, lead), np.float32)
    start = lead
    for wave, before, after, pause in zip(waves, [0, *overlaps], [*overlaps, 0], behind, strict=True):
        end = start + len(wave)
        joined[start:end] += wave * _envelope(len(wave), before, after)
        start = end - after + (pause or 0)
    return joined, places(lengths, pauses, lead)


def places(lengths: Sequence[int], pauses: Sequence[int | None] | None = None, lead: int = 0) -> list[tuple[int, int]]:
    """Return where chunks of these lengths stand when they are joined, as `join` does."""
    behind = _behind(len(lengths), pauses)
    edges: list[tuple[int, int]] = []
    start = begin = lead
    for length, after, pause in zip(lengths, [*_overlaps(lengths, behind), 0], behind, strict=True):
        edges.append((begin, start + length - after // 2))
        start += length - after + (pause or 0)
        begin = edges[-1][1] if pause is None else start
    return edges


def joined_length(lengths: Sequence[int], pauses: Sequence[int | None] | None = None, lead: int = 0) -> int:
    """Return how many samples chunks of these lengths make when they are joined."""
    behind = _behind(len(lengths), pauses)
    return lead + sum(lengths) - sum(_overlaps(lengths, behind)) + sum(pause or 0 for pause in behind)


def _behind(count: int, pauses: Sequence[int | None] | None) -> Sequence[int | None]:
    return [None] * count if pauses is None else pauses


def _overlaps(lengths: Sequence[int], pauses: Sequence[int | None]) -> list[int]:
    shared = (min(FADE, one // 2, other // 2) for one, other in pairwise(lengths))
    return [0 if pause is not None else overlap for pause, overlap in zip(pauses, shared, strict=False)]


def _envelope(length: int, fade_in: int, fade_out: int) -> Samples:
    envelope = np.ones(length, np.float32)
    envelope[:fade_in] = _rise(fade_in)
    envelope[length - fade_out :] = _rise(fade_out)[::-1]
    return envelope


def _rise(length: int) -> Samples:
    return np.sin((np.arange(length, dtype=np.float32) + 0.5) / max(length, 1) * np.pi / 2)
