"""Lines that only wrap a text are joined; paragraphs, headings, items and rows of tables stay apart."""

from __future__ import annotations

import random
import re
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.layouts import fill
from tests.support.sentences import LANGUAGES, paragraphs
from tests.support.texts import TEXTS
from tts.text.clean import clean, one_line

properties = settings(deadline=None, max_examples=150, derandomize=True)
SPACED = [name for name in LANGUAGES if name != "zh"]
WORDS = sorted({word for text in TEXTS for word in text.split()} | {"-", "—", "1.", "2.", "# A", "|", "===", "Mr."})
lines = st.lists(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join), min_size=1, max_size=8).map("\n".join)


def ragged(text: str, width: int) -> str:
    """Wrap as proportional type does: lines of 0.8 to 1.2 times the width."""
    draw = random.Random(text)
    broken, limit = [""], float(width)
    for word in text.split():
        if broken[-1] and len(broken[-1]) + 1 + len(word) > limit:
            broken.append("")
            limit = width * draw.uniform(0.8, 1.2)
        broken[-1] = f"{broken[-1]} {word}".strip()
    return "\n".join(broken)


@pytest.mark.parametrize("width", [25, 40, 60, 72, 100])
@pytest.mark.parametrize("language", SPACED)
def test_a_wrapped_book_is_the_book(language: str, width: int) -> None:
    book = [part.text for part in paragraphs(language)]
    for compounds in (False, True):
        wrapped = [
            textwrap.fill(text, width, break_long_words=False, break_on_hyphens=compounds, initial_indent="  ")
            for text in book
        ]
        assert clean("\n\n".join(wrapped)) == clean("\n\n".join(book))


@pytest.mark.parametrize("language", SPACED)
def test_a_book_of_ragged_lines_is_the_book(language: str) -> None:
    book = [part.text for part in paragraphs(language)]
    assert clean("\n\n".join(ragged(text, 66) for text in book)) == clean("\n\n".join(book))


@pytest.mark.parametrize("width", [24, 40, 60])
def test_a_wrapped_chinese_book_has_no_blanks_where_its_lines_ended(width: int) -> None:
    book = [part.text for part in paragraphs("zh")]
    wrapped = "\n\n".join(fill(text, width, "") for text in book)
    assert clean(wrapped).replace(" ", "") == clean("\n\n".join(book)).replace(" ", "")
    assert not re.search(r"[\u3000-\u9fff][,.]? [\u3000-\u9fff]", clean(wrapped))


@given(lines)
@properties
def test_nothing_but_blanks_and_hyphens_is_lost(text: str) -> None:
    kept = "".join(text.split()).replace("-", "")
    assert "".join(clean(text).split()).replace("-", "") == "".join(clean(kept).split())


@given(lines)
@properties
def test_a_cleaned_text_stays_as_it_is(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert "\n" not in clean(text).replace("\n\n", "")


@pytest.mark.parametrize(
    ("text", "units"),
    [
        pytest.param("One two\nthree.\n\nFour\n \t\nfive", ["One two three.", "Four", "five"], id="blank lines"),
        pytest.param("It was so.\u2029And then", ["It was so.", "And then"], id="a paragraph separator"),
        pytest.param("They met Mr.\nHill at\nthe gate.", ["They met Mr. Hill at the gate."], id="an abbreviation"),
        pytest.param("Am 24.\nDezember kam er.", ["Am 24. Dezember kam er."], id="an ordinal"),
        pytest.param("He saw John,\nAnna and Tom.", ["He saw John, Anna and Tom."], id="a comma"),
        pytest.param(
            "Où est la gare\n? Ici.\n« Oui. \n» Il part.", ["Où est la gare ? Ici.", "« Oui. » Il part."], id="marks"
        ),
        pytest.param(
            "Buy this:\n- milk\n- two eggs\n- bread", ["Buy this:", "- milk", "- two eggs", "- bread"], id="items"
        ),
        pytest.param("1. Milk\n2. Eggs\n3. Bread", ["1. Milk", "2. Eggs", "3. Bread"], id="numbers"),
        pytest.param("1) Milk\n   and cream\n2) Eggs", ["1) Milk and cream", "2) Eggs"], id="items that are wrapped"),
        pytest.param("“Who?”\n— said Tom.\n— I did.", ["“Who?” — said Tom.", "— I did."], id="a dash of speech"),
        pytest.param("# One\nTwo three.", ["# One", "Two three."], id="a heading in Markdown"),
        pytest.param("One\n===\nTwo three.", ["One", "===", "Two three."], id="a heading with a rule"),
        pytest.param("| a | b |\n|---|---|\n| c | d |", ["| a | b |", "|---|---|", "| c | d |"], id="a table"),
        pytest.param(
            "Roses are red\nViolets are blue\nAnd so", ["Roses are red", "Violets are blue", "And so"], id="verses"
        ),
        pytest.param(
            f"Chapter One\n{'It was cold and so on ' * 3}", ["Chapter One", "It was cold and so on " * 3], id="title"
        ),
        pytest.param(
            "Er ging in das\nHaus und in die\nStadt.", ["Er ging in das Haus und in die Stadt."], id="an article"
        ),
    ],
)
def test_what_ends_with_its_line_stands_apart(text: str, units: list[str]) -> None:
    assert clean(text).split("\n\n") == [unit.strip() for unit in units]


def test_a_transcript_is_one_line() -> None:
    assert one_line("One two.\n\nExam-\nples\n- five") == "One two. Examples - five"
