"""Words of a dictionary are said as it says: whole ones, in the case that they are written in."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.errors import ModelError
from tts.text.clean import one_line
from tts.text.pronunciations import Dictionary, read_words, wrong
from tts.text.said import Said

WORDS = {
    "RunPod": "run pod",
    "gif": "jiff",
    "US": "U S",
    "New York": "noo yawk",
    "C++": "see plus plus",
    "北京": "bei jing",
}


def said(text: str, words: dict[str, str] | None = None) -> str:
    return Said(text, tuple(Dictionary(WORDS if words is None else words).edits(text))).spoken


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("RunPod runs.", "run pod runs."),
        ("(RunPod), “RunPod”!", "(run pod), “run pod”!"),
        ("RunPods, MyRunPod, RunPod_2", "RunPods, MyRunPod, RunPod_2"),
        ("runpod RUNPOD", "runpod RUNPOD"),
        ("A GIF, a gif, a Gif", "A jiff, a jiff, a jiff"),
        ("The US and us", "The U S and us"),
        ("New York, New Yorker", "noo yawk, New Yorker"),
        ("I write C++.", "I write see plus plus."),
        ("我在北京市", "我在bei jing市"),
    ],
)
def test_a_word_counts_whole_and_in_its_case(written: str, right: str) -> None:
    assert said(written) == right


def test_the_longer_of_two_words_counts() -> None:
    assert said("New York is new", {"New": "a", "New York": "b", "york": "c"}) == "b is new"


@given(st.text(), st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=5))
@settings(deadline=None, derandomize=True, max_examples=200)
def test_edits_of_any_dictionary_stand_in_order_on_words_that_it_holds(text: str, words: dict[str, str]) -> None:
    if wrong(words):
        return
    found = Dictionary(words).edits(text)
    known = {one_line(word): one_line(spoken) for word, spoken in words.items()}
    assert all(before.end <= after.start for before, after in pairwise(found))
    for edit in found:
        word = text[edit.start : edit.end]
        assert edit.said in (known.get(word), known.get(word.lower()))


PIECES = st.lists(st.sampled_from([*"aAbBé.- ßςσΣ北", "ab", "AB"]), max_size=12).map("".join)


@given(PIECES, st.dictionaries(PIECES, st.sampled_from("xyz"), max_size=8))
@settings(deadline=None, derandomize=True, max_examples=300)
def test_the_longest_word_of_a_dictionary_is_found_wherever_it_stands_whole(text: str, words: dict[str, str]) -> None:
    known = {one_line(word): said for word, said in words.items()}
    if wrong(words):
        return
    found = {edit.start: edit.end for edit in Dictionary(words).edits(text)}
    at = 0
    while at < len(text):
        ends = [end for end in range(len(text), at, -1) if is_known(text[at:end], known) and stands(text, at, end)]
        assert found.get(at) == next(iter(ends), None)
        at = found.get(at, at + 1)


def is_known(word: str, known: dict[str, str]) -> bool:
    return word in known or word.lower() in known


def stands(text: str, start: int, end: int) -> bool:
    return not any(0 < at < len(text) and glued(text[at - 1 : at + 1]) for at in (start, end))


def glued(pair: str) -> bool:
    return all(each.isalnum() and each != "北" for each in pair)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({"a": ""}, "no text"),
        ({" ": "a"}, "no text"),
        ({"a": 5}, "no text"),
        ({"a" * 101: "a"}, "101 characters, the limit is 100"),
        ({"a": "b" * 301}, "301 characters, the limit is 300"),
        ({f"w{number}": "a" for number in range(1001)}, "1001 words, the limit is 1000"),
    ],
)
def test_a_dictionary_that_is_wrong_is_refused(words: dict[str, Any], problem: str, tmp_path: Path) -> None:
    assert problem in wrong(words)
    file = tmp_path / "words.json"
    file.write_text(json.dumps(words))
    with pytest.raises(ModelError, match=problem):
        read_words(file)


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "words.json"
    file.write_text(json.dumps(WORDS), "utf-8")
    assert read_words(file) == WORDS


@pytest.mark.parametrize("content", ["", "[]", "{", "5", "[" * 100_000], ids=["empty", "list", "cut", "number", "deep"])
def test_a_file_that_holds_no_dictionary_is_refused_with_its_variable(content: str, tmp_path: Path) -> None:
    file = tmp_path / "words.json"
    file.write_text(content)
    with pytest.raises(ModelError, match="TTS_WORDS="):
        read_words(file)
