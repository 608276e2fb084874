"""Rows of marks are not read; marks that someone means stay."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.texts import TEXTS
from tts.text.durations import weight
from tts.text.rows import without_rows

properties = settings(deadline=None, max_examples=150, derandomize=True)
texts = st.lists(st.sampled_from(["word", "a", "3", " ", "=", "~", "+", "|", "-", "*", "_", ".", "!", "“", "ก็", "\n"]))


@pytest.mark.parametrize("mark", "=~+|<>^`#*_-–—•·─═█")
@pytest.mark.parametrize("between", ["", " "])
@pytest.mark.parametrize("times", [4, 60, 200])
def test_a_row_of_marks_is_a_blank(mark: str, between: str, times: int) -> None:
    row = between.join([mark] * times)
    assert without_rows(f"One two. {row} Three.") == "One two. Three."
    assert without_rows(row) == ""


@pytest.mark.parametrize("mark", ".!?,;:…。！？'\")(🙂")
@pytest.mark.parametrize("between", ["", " "])
def test_of_other_marks_three_are_left(mark: str, between: str) -> None:
    row = between.join([mark] * 60)
    assert without_rows(f"So {row} it is") == f"So {between.join([mark] * 3)} it is"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("| a | b |\n|---|---|\n| c |", "| a | b c |", id="a rule of a table"),
        pytest.param("| a |\n| --- | --- |", "| a", id="a rule of a table with blanks"),
        pytest.param("+----+----+ a +====+", "a", id="a frame"),
        pytest.param("== One ==", "One", id="a heading"),
        pytest.param("One\n* * *\nTwo", "One Two", id="three stars"),
        pytest.param("Name: ________, age: ____.", "Name: , age: .", id="blanks to fill"),
        pytest.param("word======word", "word word", id="a row between words"),
        pytest.param("?!?!?!?!?!?!?!", "?!?", id="a heap of stops"),
    ],
)
def test_what_lays_out_a_page_is_not_read(text: str, expected: str) -> None:
    assert without_rows(text) == expected


@pytest.mark.parametrize("text", [" ".join(text.split()) for text in TEXTS])
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert without_rows(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "C++ and C#",
        "a + b = c",
        "a -- b",
        "a---b",
        "Wait ...",
        "~5",
        "**bold** and _this_",
        "?!”)",
        "a <= b",
        "—",
        "x/y",
    ],
)
def test_marks_that_someone_means_stay(text: str) -> None:
    assert without_rows(text) == text


@given(texts.map("".join))
@properties
def test_letters_and_digits_stay_and_nothing_gets_longer(text: str) -> None:
    read = without_rows(text)
    assert list(filter(str.isalnum, read)) == list(filter(str.isalnum, text))
    assert weight(read) <= weight(text)
