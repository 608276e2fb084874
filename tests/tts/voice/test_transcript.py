"""Transcripts in every form people keep them in, and the words and times that must survive."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.errors import RequestError
from tts.voice.transcript import Cue, read_transcript

Spoken = tuple[float, float, str]  # seconds (start, end) and the words between

LINES = (
    Cue(0.0, 2.5, "Some call me nature,"),
    Cue(2.75, 4.0, "others call me"),
    Cue(3601.25, 3662.5, "mother nature."),
)
WHOLE = "Some call me nature, others call me mother nature."

SRT = """\
1
00:00:00,000 --> 00:00:02,500
Some call me nature,

2
00:00:02,750 --> 00:00:04,000
others call me

3
01:00:01,250 --> 01:01:02,500
mother nature.
"""
VTT = """\
WEBVTT - a title

NOTE written by hand

STYLE
::cue { color: white }

first
00:00.000 --> 00:02.500 align:start position:10%
Some call me nature,

00:02.750 --> 00:04.000
others call me

01:00:01.250 --> 01:01:02.500
mother nature.
"""
CSV = """\
Start,End,Segment
0,2.5,"Some call me nature,"
2.75,4,others call me
3601.25,3662.5,mother nature.
"""
FORMS = {
    "SRT": SRT,
    "SRT with points for commas": SRT.replace(",000", ".000").replace(",500", ".500").replace(",750", ".750"),
    "VTT": VTT,
    "VTT with commas for points": VTT.replace(".000", ",000").replace(".500", ",500").replace(".750", ",750"),
    "CSV": CSV,
    "CSV with seconds named": CSV.replace("Start,End", "Start (s),End (s)"),
    "CSV in small letters": CSV.replace("Start,End,Segment", "start, end, segment"),
    "CSV with every field quoted": '"Start","End","Segment"\n'
    + "\n".join(f'"{cue.start_s}","{cue.end_s}","{cue.text}"' for cue in LINES),
}
each_form = pytest.mark.parametrize("source", FORMS.values(), ids=FORMS.keys())

words = st.text("abcdefg ,;.'äß好", min_size=1, max_size=20).map(str.strip).filter(bool)
times = st.integers(0, 400_000).map(lambda ms: ms / 1000)


def stamp(seconds: float, mark: str) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{mark}{ms % 1000:03}"


def as_srt(cues: Sequence[Spoken], mark: str = ",") -> str:
    return "\n".join(f"{i}\n{stamp(a, mark)} --> {stamp(b, mark)}\n{text}\n" for i, (a, b, text) in enumerate(cues, 1))


def as_vtt(cues: Sequence[Spoken]) -> str:
    return "WEBVTT\n\n" + as_srt(cues, ".")


def as_csv(cues: Sequence[Spoken]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows([("Start", "End", "Segment"), *cues])
    return file.getvalue()


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.tuples(times, st.integers(1, 9000).map(lambda ms: ms / 1000), words), min_size=1, max_size=6))
def test_what_other_programs_write_is_read_back(spoken: list[Spoken]) -> None:
    cues, start = [], 0.0
    for gap, length, text in spoken:
        # Numbered, since lines that come back may be captions that roll.
        cues.append((round(start + gap, 3), round(start + gap + length, 3), f"{len(cues)} {text}"))
        start = cues[-1][1]
    for source in (as_srt(cues), as_vtt(cues), as_csv(cues)):
        read = read_transcript(source)
        assert [(cue.start_s, cue.end_s) for cue in read.cues] == [pytest.approx(cue[:2], abs=1e-6) for cue in cues]
        assert [cue.text.split() for cue in read.cues] == [cue[2].split() for cue in cues]
        assert read.text.split() == [word for cue in cues for word in cue[2].split()]


@each_form
def test_times_and_words_are_the_same_in_every_form(source: str) -> None:
    transcript = read_transcript(source)
    assert transcript.cues == LINES
    assert transcript.text == WHOLE


@each_form
def test_line_ends_of_windows_change_nothing(source: str) -> None:
    assert read_transcript(source.replace("\n", "\r\n")) == read_transcript(source)


@each_form
def test_a_byte_order_mark_changes_nothing(source: str) -> None:
    assert read_transcript("\ufeff" + source) == read_transcript(source)


@each_form
def test_blank_lines_around_change_nothing(source: str) -> None:
    assert read_transcript(f"\n\n{source}\n\n\n") == read_transcript(source)


@pytest.mark.parametrize("source", [WHOLE, f"  {WHOLE}\n", WHOLE.replace(", ", ",\r\n"), WHOLE.replace(" ", "\t ")])
def test_plain_text_has_no_times(source: str) -> None:
    assert (read_transcript(source).text, read_transcript(source).cues) == (WHOLE, ())


@pytest.mark.parametrize("source", ["", "  \n\t\r\n "])
def test_nothing_written_is_an_empty_transcript(source: str) -> None:
    assert (read_transcript(source).text, read_transcript(source).cues) == ("", ())


def test_a_text_with_commas_is_not_taken_for_csv() -> None:
    assert read_transcript("Start, end, segment by segment").cues == ()


def test_markup_is_removed_and_its_words_stay() -> None:
    marked = r"<v Bob>Some <i>call</i> {\an8}me<00:00:01.000> <c.loud>nature,</c>"
    assert read_transcript(SRT.replace("Some call me nature,", marked)).cues == LINES


def test_a_cue_of_several_lines_is_one_cue() -> None:
    assert read_transcript(SRT.replace("Some call me nature,", "Some call\nme nature,")).cues == LINES
    assert read_transcript(CSV.replace("Some call me nature,", "Some call\nme nature,")).cues == LINES


def test_a_quoted_segment_of_csv_may_hold_line_breaks_and_quotes() -> None:
    cues = read_transcript('Start,End,Segment\n0,2,"one, ""two""\nthree"\n').cues
    assert cues == (Cue(0.0, 2.0, 'one, "two" three'),)


def test_a_cue_without_words_is_no_cue() -> None:
    silent = "4\n01:02:00,000 --> 01:02:01,000\n<i></i>\n"
    assert read_transcript(f"{SRT}\n{silent}").cues == LINES


def test_subtitles_without_blank_lines_between_them_are_still_apart() -> None:
    transcript = read_transcript("1\n00:00:00,000 --> 00:00:02,500\none\n2\n00:00:02,500 --> 00:00:04,000\ntwo\n")
    assert transcript.cues == (Cue(0.0, 2.5, "one"), Cue(2.5, 4.0, "two"))


def test_stamps_without_milliseconds_are_times_not_words() -> None:
    transcript = read_transcript("1\n00:00:00 --> 00:00:02\none\n\n2\n00:00:02 --> 00:00:04\ntwo\n")
    assert transcript.cues == (Cue(0.0, 2.0, "one"), Cue(2.0, 4.0, "two"))


def test_a_comma_that_csv_should_have_quoted_loses_no_words() -> None:
    transcript = read_transcript("Start,End,Segment\n0,2,one\n2,4,two, or three\n4,6,four\n")
    assert transcript.text == "one two, or three four"


MALFORMED = {
    "a start that is no number": "x,2,one",
    "an end that is no number": "0,2 s,one",
    "an empty start": ",2,one",
    "a stamp instead of seconds": "00:00:00,00:00:02,one",
    "a start that is not a number by name": "nan,2,one",
    "an end without end": "0,inf,one",
    "a negative start": "-1,2,one",
    "an end before its start": "2,1,one",
    "an end left out": "0,one",
}


@pytest.mark.parametrize("row", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_row_is_refused_not_crashed_on(row: str) -> None:
    with pytest.raises(RequestError) as refusal:
        read_transcript(f"Start,End,Segment\n{row}\n2,4,two\n")
    assert refusal.value.field == "voice_text"
    assert refusal.value.hint


def test_a_text_too_long_for_a_field_of_csv_is_read_as_text() -> None:
    assert len(read_transcript("a" * 200_000).text) == 200_000


def test_a_nul_character_is_dropped() -> None:
    assert read_transcript("Some call\0 me nature, others call me mother nature.").text == WHOLE
