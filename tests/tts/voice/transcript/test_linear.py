"""Strangers' transcripts: whatever they hold, reading takes time in proportion to their length, and never fails."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tts.voice.transcript.test_forms import TIMED, UNTIMED, source_of
from tts.errors import RequestError, VoiceUnusable
from tts.voice.transcript import MAX_CHARS, read_transcript

# Beginnings that lead into every reader, and what repeated behind them could make one look again at what it has seen.
BEGINNINGS = [
    "",
    "WEBVTT\n\n",
    "1\n00:00:00,000 --> 00:00:02,000\n",
    "[00:00.000 --> 00:02.000] ",
    "[00:01.00]",
    "0:00\n",
    "Tom (0:01)\n",
    "00:00:00:00 - 00:00:02:00\n",
    "Start,End,Segment\n0,2,",
    "start\tend\ttext\n0\t2\t",
    "0.000000\t2.000000\t",
    '{"text": "',
    '[{"start":0,"end":1,"text":"',
    "[Script Info]\n[Events]\nDialogue: 0,0:00:00.00,0:00:02.00,D,,0,0,0,,",
    "<tt><body><div><p begin='0s' end='2s'>",
    "<?xml",
    "LJ001-0001|",
    "84-121123-0001 ",
    "0 46797 A",
]
PARTS = [
    *"<>{}[]()1aA\n\t ,;|&\"'-:./\\_é好♪",
    "<a",
    "12",
    "0:01",
    " --> ",
    "\n\n",
    "&amp;",
    "word ",
    "a b c d e\n00:00:01.000 --> 00:00:02.000\n",
    "Dialogue: 0,0:00:00.00,0:00:02.00,D,,0,0,0,,",
    "<p begin='0s' end='1s'>",
    "<span>",
    "[00:01.00]",
    "[0.00s -> 2.00s] ",
    "0.000000\t2.000000\t",
    "{\\",
    '{"a":',
    "[1,",
    "e\u0301",
    "LJ001-0001|a b|c\n",
]
GROWTH = 16  # of the length; sorting makes that 22, a square 256
TOLERATED = 5  # times that growth, on a machine that does other things


def seconds(source: str, runs: int) -> float:
    """Return the least time of some runs: what the machine does besides only adds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        with suppress(RequestError):
            read_transcript(source)
        times.append(time.perf_counter() - start)
    return min(times)


def grows_as_it_should(beginning: str, part: str) -> bool:
    short, long = (beginning + part * (length // len(part)) for length in (2_000, 2_000 * GROWTH))
    return any(seconds(long, 1 + attempt) < TOLERATED * GROWTH * seconds(short, 3) for attempt in range(4))


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.sampled_from(BEGINNINGS), st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).map("".join))
def test_time_grows_with_the_length_and_no_faster(beginning: str, part: str) -> None:
    assert grows_as_it_should(beginning, part)


@pytest.mark.parametrize("part", ["1", "1:", "1\n", "\n", "<", "<a", "{", "[", "&", '"', " ", "0 9999 A "])
def test_what_made_readers_slow_does_not(part: str) -> None:
    """20,000 digits took 4 s, 40,000 took 16."""
    for beginning in ("", "x\n", "1\n00:00:00,000 --> 00:00:02,000\n"):
        assert grows_as_it_should(beginning, part)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    st.sampled_from([*map(source_of, TIMED), *(source for source, _ in UNTIMED["read"].values())]),
    st.lists(st.tuples(st.integers(0, 600), st.integers(0, 8), st.sampled_from(["", *PARTS])), max_size=4),
)
def test_a_damaged_transcript_is_read_or_refused(source: str, damages: list[tuple[int, int, str]]) -> None:
    for place, length, part in damages:
        source = source[:place] + part + source[place + length :]
    try:
        transcript = read_transcript(source)
    except RequestError as refusal:
        assert (refusal.field, bool(refusal.hint)) == ("voice_text", True)  # noqa: PT017
        return
    for cue in transcript.cues:
        assert 0 <= cue.start_s <= cue.end_s
        assert cue.text


@pytest.mark.parametrize(
    "source",
    [
        "<tt><body><div><p begin='0s' end='1s'>" + "<span>" * 50_000,
        "<tt>" + "<div>" * 50_000 + "</div>" * 50_000 + "</tt>",
        "[" * 100_000,
        '{"a":' * 100_000,
        '[{"start":' + "9" * 5000 + ',"end":1,"text":"a"}]',
        'Start,End,Segment\n0,2,"' + "a" * 200_000,
        "start\tend\ttext\n0\t2\t" + "a" * 200_000,
        'Start,End,Segment\n0,2,"a" b"\n',
    ],
    ids=["spans", "boxes", "lists", "objects", "digits", "a long field", "a long cell", "stray quotes"],
)
def test_what_breaks_the_libraries_below_is_refused(source: str) -> None:
    with pytest.raises(VoiceUnusable):
        read_transcript(source)


def test_a_transcript_over_the_limit_is_refused_and_one_of_ten_minutes_is_far_below() -> None:
    with pytest.raises(VoiceUnusable, match="the limit is 524288"):
        read_transcript("a" * (MAX_CHARS + 1))
    word = '{"word": " transcription", "start": 599.98, "end": 599.98, "probability": 0.9999999999999999}, '
    assert 10 * 200 * len(word) < MAX_CHARS / 2  # 200 words a minute
