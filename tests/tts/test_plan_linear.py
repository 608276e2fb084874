"""Strangers' texts and base64: whatever they hold, reading takes time in proportion to their length."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tts.test_plan import planned
from tts.errors import RequestError
from tts.limits import TEXT_LIMIT
from tts.voice.reference import decode_base64

PARTS = [
    *"aA1 .,!?;:-–—…'\"“”()[]{}<>/\\|&%$@#*_~^=+\n\t你好。，ह़э́",
    "word ",
    "Word. ",
    "e.g. ",
    "Dr. ",
    "A.B.",
    "12",
    "1.5 ",
    "1,000,000 ",
    "well-known-",
    "e\u0301",
    "\u200b",
    "Hello there! ",
    "...",
    "你好吗",
]
GROWTH = 16
TOLERATED = 5  # times that growth, on a machine that does other things
UNMEASURED_S = 1e-3  # below, a processor's caches tell more of a short text's time than its length does


def seconds(read: Callable[[], object], runs: int) -> float:
    """Return the least time of some runs: what the machine does besides only adds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        with suppress(RequestError):
            read()
        times.append(time.perf_counter() - start)
    return min(times)


def grows_as_it_should(read: Callable[[str], object], part: str, most: int) -> bool:
    short, long = (part * (length // len(part)) for length in (most // GROWTH, most))
    return any(
        seconds(lambda: read(long), 1 + attempt) < TOLERATED * GROWTH * (seconds(lambda: read(short), 3) + UNMEASURED_S)
        for attempt in range(4)
    )


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).map("".join))
def test_time_to_plan_a_text_grows_with_its_length_and_no_faster(part: str) -> None:
    assert grows_as_it_should(planned, part, TEXT_LIMIT)


@pytest.mark.parametrize("part", ["A", "-", "_", " ", "\n", "=", "data:", ",", "%41", "é"])
def test_time_to_read_base64_does_too(part: str) -> None:
    assert grows_as_it_should(decode_base64, part, 1_000_000)


def test_base64_of_megabytes_is_read_whole() -> None:
    data = bytes(range(256)) * 10_000
    assert decode_base64(base64.encodebytes(data).decode()) == data
