"""A word that a line's end has parted is one again, and a compound keeps its hyphen there."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.text.clean import clean
from tts.text.hyphens import join_parted, join_soft

properties = settings(deadline=None, max_examples=150, derandomize=True)
words = st.text("abcdeï-", min_size=1, max_size=8)
parted = st.lists(words, min_size=1, max_size=12).flatmap(
    lambda chosen: st.sampled_from([" ", "\n", "-\n", "-\n\n", "- "]).map(lambda between: between.join(chosen))
)


@pytest.mark.parametrize("mark", ["\u00ad", "\ufffe", "\x02", "\u00ad\u00ad"])
@pytest.mark.parametrize("blank", ["\n", "\r\n", " ", "\n  ", "\n\n"])
def test_a_soft_hyphen_before_a_blank_joins_a_word(mark: str, blank: str) -> None:
    """PDF readers turn it into U+FFFE or U+0002."""
    assert clean(f"The exam{mark}{blank}ple is short.") == "The example is short."


def test_a_soft_hyphen_within_a_word_is_nothing() -> None:
    assert clean("The exam\u00adple is short.") == "The example is short."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The exam-\nple is short.", "The example is short.", id="a word"),
        pytest.param("The exam\u2010\nple, so.", "The example, so.", id="a word with a mark behind it"),
        pytest.param("L’impor-\ntance du mot", "L’importance du mot", id="French"),
        pytest.param("Die Wort-\ntrennung ist so.", "Die Worttrennung ist so.", id="German"),
        pytest.param("THE EXAM-\nPLE", "THE EXAMPLE", id="capitals"),
        pytest.param("A well-\nknown man of twenty-\none", "A well-known man of twenty-one", id="compounds"),
        pytest.param("Her mother-in-\nlaw is hard-\nly here", "Her mother-in-law is hardly here", id="a long compound"),
        pytest.param("Peut-\nêtre va-t-\nelle, dit-\nil", "Peut-être va-t-elle, dit-il", id="French pronouns"),
        pytest.param(
            "Nord-\nSüd und 1914-\n1918, E-\nMail", "Nord-Süd und 1914-1918, E-Mail", id="capitals and numbers"
        ),
        pytest.param("Vor-\nund Nachteile", "Vor- und Nachteile", id="a word left out"),
        pytest.param("co-op, a co-\nop", "co-op, a co-op", id="as the text writes it elsewhere"),
        pytest.param("wellknown, a well-\nknown", "wellknown, a wellknown", id="as the text joins it elsewhere"),
        pytest.param("a-b c-d e-f g-h i-j, sky-\nblue", "a-b c-d e-f g-h i-j, sky-blue", id="wrapped by a program"),
        pytest.param("He came -\nand went", "He came - and went", id="a dash"),
        pytest.param("- one-\n\n- two", "- one-\n\n- two", id="another paragraph"),
    ],
)
def test_a_hyphen_at_a_line_s_end_joins_what_it_parts(text: str, expected: str) -> None:
    assert clean(text) == expected


@given(parted)
@properties
def test_nothing_but_hyphens_and_breaks_is_lost(text: str) -> None:
    joined = join_parted(text)
    assert re.sub(r"[-\s]", "", joined) == re.sub(r"[-\s]", "", text)
    assert join_soft(text) == text


def test_lines_keep_their_number_and_about_their_width() -> None:
    text = "some words and exam-\nples of words that part-\ned here\nand no more"
    assert join_parted(text).split("\n") == ["some words and examples", "of words that parted", "here", "and no more"]
