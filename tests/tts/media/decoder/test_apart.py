"""Recordings of many jobs, one after the other and at once through one child: each is heard by its own job alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import as_file, tone
from tests.support.corpus import STREAMING, TELLING
from tests.support.recordings import tone_share
from tts.clock import SAMPLE_RATE, Samples
from tts.errors import VoiceUnusable
from tts.media import decoder
from tts.voice.sound import sound_of

MARKS = (530.0, 830.0, 1_130.0, 1_430.0, 1_730.0)  # Hz; whole periods in a tenth of a second
KINDS = {**TELLING, **STREAMING}
LENGTH_S = 1.5
SETTLED = round(0.1 * SAMPLE_RATE)  # after which, and before whose like at the end, a codec holds nothing but the tone

recordings = st.lists(
    st.tuples(
        st.sampled_from(sorted(KINDS)),
        st.sampled_from(MARKS),
        st.one_of(st.just(1.0), st.floats(0.02, 1.0)),  # what share of the file there is
    ),
    min_size=2,
    max_size=5,
)


def file_of(kind: str, mark: float, share: float) -> bytes:
    data = KINDS[kind](tone(LENGTH_S, mark, 0.5))
    return data[: round(share * len(data))]


def heard(data: bytes) -> Samples | None:
    """Return what the worker makes of a recording; None if it refuses it."""
    try:
        return sound_of(data)
    except VoiceUnusable:
        return None


def others(sound: Samples, mark: float) -> dict[float, float]:
    """Return how much of any tenth of a second each mark but its own makes up."""
    return {other: tone_share(sound[SETTLED:-SETTLED], other) for other in MARKS if other != mark}


def demand_apart(kind: str, mark: float, sound: Samples | None) -> None:
    if sound is not None and len(sound) > 4 * SETTLED:
        assert max(others(sound, mark).values()) < 0.05, kind
        assert tone_share(sound[SETTLED:-SETTLED], mark) > 0.5, kind


@settings(derandomize=True, deadline=None, max_examples=20)
@given(recordings)
def test_no_recording_is_heard_in_one_that_comes_after_it(given: list[tuple[str, float, float]]) -> None:
    for kind, mark, share in given:
        demand_apart(kind, mark, heard(file_of(kind, mark, share)))


@settings(derandomize=True, deadline=None, max_examples=15)
@given(recordings)
def test_nor_in_one_that_comes_at_the_same_time(given: list[tuple[str, float, float]]) -> None:
    files = [file_of(*one) for one in given]
    with ThreadPoolExecutor(len(files)) as together:
        for (kind, mark, _), sound in zip(given, together.map(heard, files), strict=True):
            demand_apart(kind, mark, sound)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_whatever_a_file_lacks_is_not_made_up(kind: str) -> None:
    """The same cut file, behind two different recordings, is the same sound to the bit, or the same refusal."""
    data = file_of(kind, MARKS[0], 0.7)
    found = []
    for before in MARKS[1:3]:
        heard(as_file(tone(LENGTH_S, before, 0.9)))
        found.append(heard(data))
    one, other = found
    assert (one is None) == (other is None)
    assert one is None or np.array_equal(one, other)


def test_one_child_has_decoded_all_of_them() -> None:
    heard(as_file(tone(LENGTH_S)))
    before = decoder.shared().pid
    heard(as_file(tone(LENGTH_S))[:1000])
    assert decoder.shared().pid == before is not None


def test_a_tone_of_another_would_be_noticed() -> None:
    mixed = tone(LENGTH_S, MARKS[0], 0.5)
    mixed[20_000:24_000] = tone(4_000 / SAMPLE_RATE, MARKS[1], 0.5)
    assert others(mixed, MARKS[0])[MARKS[1]] > 0.5
