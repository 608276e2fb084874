"""Every form in which tools write transcripts, and sentences that are none of them."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.support.root import ROOT
from tests.support.texts import TEXTS
from tts.errors import VoiceUnusable
from tts.text.clean import one_line
from tts.voice.transcript import _SIGNS, Transcript, read_transcript

HERE = Path(__file__).parent
TIMED: dict[str, Any] = yaml.safe_load((HERE / "timed.yaml").read_text("utf-8"))
UNTIMED: dict[str, Any] = yaml.safe_load((HERE / "untimed.yaml").read_text("utf-8"))
WORDS = ["two red cats sit under the old tree", "sarah sees four blue houses"]
EDGES_S = (0.0, 2.4, 4.78)

each_timed = pytest.mark.parametrize("name", TIMED)


def source_of(name: str) -> str:
    form = TIMED[name]
    return form if isinstance(form, str) else form["source"]


def bare(text: str) -> str:
    return " ".join(re.findall(r"[a-z]+", text.lower()))


@each_timed
def test_every_word_of_a_timed_form_is_read_once_and_nothing_else(name: str) -> None:
    transcript = read_transcript(source_of(name))
    assert bare(transcript.text) == " ".join(WORDS)
    assert not re.search(r"[\d\[\]<>{}|\\]", transcript.text)
    assert transcript.text == " ".join(cue.text for cue in transcript.cues)


@each_timed
def test_the_times_of_a_timed_form_are_kept(name: str) -> None:
    about = TIMED[name] if isinstance(TIMED[name], dict) else {}
    within = about.get("within", 0.0015)
    cues = read_transcript(source_of(name)).cues
    second = next(cue for cue in cues if "arah" in cue.text)
    assert cues[0].start_s == EDGES_S[0]
    assert second.start_s == pytest.approx(EDGES_S[1], abs=0.0105 if "rolling" in name else within)
    assert cues[-1].end_s == (pytest.approx(EDGES_S[2], abs=within) if not about.get("open") else float("inf"))
    assert all(one.end_s <= other.start_s + 0.011 for one, other in pairwise(cues))


@each_timed
def test_line_ends_of_windows_blank_lines_and_a_mark_of_byte_order_change_nothing(name: str) -> None:
    source = source_of(name)
    for changed in (source.replace("\n", "\r\n"), source.replace("\n", "\r"), f"\ufeff{source}", f"\n\n{source}\n\n"):
        assert read_transcript(changed) == read_transcript(source)


@pytest.mark.parametrize("name", UNTIMED["read"])
def test_of_a_form_without_times_the_words_are_read(name: str) -> None:
    source, words = UNTIMED["read"][name]
    assert (read_transcript(source).text, read_transcript(source).cues) == (words, ())


@pytest.mark.parametrize("name", UNTIMED["refused"])
def test_a_form_that_is_not_read_is_refused_by_its_name(name: str) -> None:
    source, reason = UNTIMED["refused"][name]
    with pytest.raises(VoiceUnusable) as refusal:
        read_transcript(source)
    assert refusal.value.field == "voice_text"
    assert reason in f"{refusal.value.message} {refusal.value.hint}"


@pytest.mark.parametrize("sentence", UNTIMED["plain"])
def test_a_sentence_is_never_taken_for_a_form(sentence: str) -> None:
    transcript = read_transcript(sentence)
    assert (transcript.text, transcript.cues) == (one_line(sentence), ())


def test_plain_words_load_no_readers() -> None:
    """They compile some sixty patterns, which a cold start would pay for."""
    code = (
        "import sys; from tts.voice.transcript import read_transcript; read_transcript('Two cats, (under) a tree.');"
        "assert not {'tts.voice.transcript.forms', 'tts.voice.transcript.blocks'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


@pytest.mark.parametrize("source", [*map(source_of, TIMED), *(source for source, _ in UNTIMED["refused"].values())])
def test_every_form_has_a_sign_by_which_it_is_told_from_plain_words(source: str) -> None:
    assert _SIGNS.search(source)


WORD = st.sampled_from(
    ["we", "meet", "at", "the", "station", "from", "until", "about", "page", "room", "and", "then", "it", "is", "over"]
)
NUMBER = st.sampled_from(
    [
        "0",
        "7",
        "12",
        "1984",
        "3.14",
        "2,5",
        "10:30",
        "0:05",
        "12:45:10",
        "00:00",
        "1/2",
        "50%",
        "2024-05-01",
        "555-0123",
        "3-1",
        "1.",
        "2)",
        "(3)",
        "8:15,",
        "9:00-17:00",
    ]
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(st.lists(WORD | NUMBER, min_size=1, max_size=8).map(" ".join), min_size=1, max_size=4))
def test_sentences_with_times_and_numbers_stay_as_they_are(sentences: list[str]) -> None:
    text = "\n".join(f"{sentence} and so on." for sentence in sentences)
    assume(not text.startswith(("0:05", "00:00")))  # as a transcript begins
    assert read_transcript(text) == Transcript(text.replace("\n", " "))


@pytest.mark.parametrize("text", TEXTS)
def test_texts_of_many_languages_and_kinds_are_no_forms(text: str) -> None:
    assert read_transcript(text) == Transcript(one_line(text))
