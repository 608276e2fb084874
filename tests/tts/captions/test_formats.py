"""Captions read back by libraries that others wrote: the same words, in order, at the same times."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import pairwise

import pysubs2
import pytest
import srt
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tts.captions.test_cues import spoken
from tts.captions.caption import largest
from tts.captions.cues import cues
from tts.captions.formats import written
from tts.captions.words import Word, phrase, said

FORMATS = ("srt", "vtt", "ass", "json", "csv")
TEXT = "Sarah sees four blue houses, & two <red> cats. Nobody, it seems, knows {why}. \\No more --> less."
WORDS = [Word("Sarah", 3599.9996, 3600.5), Word("sees", 3600.5, 3601.0004, True), Word("cats.", 3601.2, 3662.0)]
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200).filter(said)


def shown(words: list[Word]) -> list[str]:
    return ["\n".join(map(phrase, cue.lines)).replace("-->", "→") for cue in cues(words)]


def seconds(clock: str) -> float:
    hours, minutes, rest = clock.split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(rest)


def test_srt_is_read_by_srt() -> None:
    words = spoken(TEXT)
    read = list(srt.parse(written("srt", words)))
    assert [cue.content for cue in read] == shown(words)
    assert [cue.index for cue in read] == list(range(1, len(read) + 1))
    for cue, made in zip(read, cues(words), strict=True):
        assert cue.start.total_seconds() == pytest.approx(made.start_s, abs=0.0005001)
        assert cue.end.total_seconds() == pytest.approx(made.end_s, abs=0.0005001)


def test_vtt_is_read_by_webvtt() -> None:
    words = spoken(TEXT)
    read = webvtt.from_string(written("vtt", words)).captions
    unescaped = [cue.raw_text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for cue in read]
    assert unescaped == shown(words)
    for cue, made in zip(read, cues(words), strict=True):
        assert seconds(cue.start) == pytest.approx(made.start_s, abs=0.0005001)
        assert seconds(cue.end) == pytest.approx(made.end_s, abs=0.0005001)


def test_ass_is_read_by_pysubs2_and_lights_up_each_word_when_it_starts() -> None:
    words = spoken(TEXT)
    read = pysubs2.SSAFile.from_string(written("ass", words), format_="ass").events
    assert len(read) == len(cues(words))
    for event, made in zip(read, cues(words), strict=True):
        starts = [event.start]
        for centiseconds in re.findall(r"\{\\k(\d+)\}", event.text):
            starts.append(starts[-1] + 10 * int(centiseconds))
        true = [word.start_s * 1000 for line in made.lines for word in line]
        assert starts[:-1] == pytest.approx(true, abs=5.1)
        assert starts[-1] == event.end
        plain = re.sub(r"(?<!\\)\{\\k\d+\}", "", event.text).replace("\\N", "\n").replace("\u2060", "")
        assert plain.replace("\\{", "{").replace("\\}", "}") == "\n".join(map(phrase, made.lines))


@pytest.mark.parametrize("format", ["srt", "vtt", "ass"])
@settings(derandomize=True, deadline=None, max_examples=60)
@given(text=texts, word_s=st.floats(0.05, 3))
def test_any_text_keeps_as_many_cues_in_order(format: str, text: str, word_s: float) -> None:
    words = spoken(text, word_s)
    read = pysubs2.SSAFile.from_string(written(format, words), format_=format)
    assert [(event.start, event.end) for event in read] == [
        (pytest.approx(1000 * cue.start_s, abs=5.1), pytest.approx(1000 * cue.end_s, abs=5.1)) for cue in cues(words)
    ]
    assert all(one.end <= other.start for one, other in pairwise(read))


@settings(derandomize=True, deadline=None)
@given(texts)
def test_json_and_csv_hold_every_word_with_its_time(text: str) -> None:
    words = spoken(text)
    rows = list(csv.reader(io.StringIO(written("csv", words), newline="")))
    assert rows[0] == ["Start", "End", "Word"]
    assert [(float(start), float(end), word) for start, end, word in rows[1:]] == [
        (pytest.approx(word.start_s, abs=0.0005001), pytest.approx(word.end_s, abs=0.0005001), word.text)
        for word in words
    ]
    listed = json.loads(written("json", words))["words"]
    assert [(each["word"], each["start_s"]) for each in listed] == [(w.text, round(w.start_s, 3)) for w in words]


def test_times_are_rounded_once_and_carry_over() -> None:
    assert "01:00:00,000 --> 01:00:01,000" in written("srt", WORDS)
    assert "01:00:01.200 --> 01:00:08.200" in written("vtt", WORDS)
    assert "0,1:00:00.00,1:00:01.00" in written("ass", WORDS)
    assert written("csv", WORDS).splitlines()[1:3] == ["3600.000,3600.500,Sarah", "3600.500,3601.000,sees"]
    assert json.loads(written("json", WORDS))["words"][1] == {
        "word": "sees",
        "start_s": 3600.5,
        "end_s": 3601.0,
        "estimated": True,
    }


@settings(derandomize=True, deadline=None)
@given(texts, st.floats(0.05, 3), st.floats(0, 3))
def test_captions_are_never_larger_than_was_reckoned(text: str, word_s: float, gap_s: float) -> None:
    for format in FORMATS:
        made = json.dumps({format: written(format, spoken(text, word_s, gap_s))})
        assert len(made) <= largest([format], said(text))
