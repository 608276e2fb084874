"""Pauses between chunks are silence to the sample, and edges tell where each chunk is."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.media.join import FADE, join, joined_length

LENGTHS = st.lists(st.tuples(st.integers(0, 9000), st.none() | st.integers(0, 5000)), min_size=1, max_size=6)
properties = settings(deadline=None, derandomize=True, max_examples=100)


@given(LENGTHS, st.integers(0, 3000))
@properties
def test_a_recording_is_as_long_as_its_chunks_and_pauses(chunks: list[tuple[int, int | None]], lead: int) -> None:
    waves = [np.ones(length, np.float32) for length, _ in chunks]
    pauses = [pause for _, pause in chunks]
    samples, edges = join(waves, pauses, lead)
    assert len(samples) == joined_length([length for length, _ in chunks], pauses, lead)
    assert len(edges) == len(chunks)
    assert edges[0][0] == lead
    silent = np.flatnonzero(samples == 0)
    expected = [*range(lead)]
    for (_, end), (start, _), pause in zip(edges, [*edges[1:], (len(samples), 0)], pauses, strict=True):
        assert start - end == (pause or 0)
        expected += range(end, start)
    assert silent.tolist() == expected


@given(LENGTHS)
@properties
def test_chunks_without_pauses_go_over_into_each_other(chunks: list[tuple[int, int | None]]) -> None:
    lengths = [length for length, _ in chunks]
    samples, edges = join([np.ones(length, np.float32) for length in lengths])
    shared = [min(FADE, one // 2, other // 2) for one, other in pairwise(lengths)]
    assert len(samples) == sum(lengths) - sum(shared)
    assert all(end == start for (_, end), (start, _) in pairwise(edges))
