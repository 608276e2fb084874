"""Texts are read as people read them; what isn't meant to be read, or is plain, stays as it is and loads nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.normalize import cases, is_right
from tests.support.root import ROOT
from tests.support.texts import TEXTS
from tts.text.clean import clean
from tts.text.normalize.edits import edits
from tts.text.normalize.languages import LANGUAGES, READ, is_known, reader, spoken
from tts.text.normalize.plain import is_plain
from tts.text.said import Said

LOADS = """
import json, sys
from tts.text.normalize.edits import edits
loaded = []
for text in ("Two red cats, she said.", "2 red cats."):
    edits(text, None)
    loaded.append("verbalis" in sys.modules)
print(json.dumps(loaded))
"""
properties = settings(deadline=None, derandomize=True, max_examples=200)


def said(text: str, language: str | None = "en") -> str:
    return Said(text, edits(text, language)).spoken


def test_19_of_20_texts_with_known_answers_are_read_right() -> None:
    found = [(written, is_right(said(written), right)) for _, written, right in cases()]
    assert len(found) == 200
    wrong = [written for written, right in found if not right]
    assert len(wrong) <= len(found) / 20, wrong


@pytest.mark.parametrize("wrong", ["I have seven.", "I have seven cats and dogs.", "I have 7 cats.", ""])
def test_an_answer_that_is_wrong_is_not_taken_for_right(wrong: str) -> None:
    assert not is_right(wrong, "I have (seven/7 or 8) cats.")
    assert is_right("I have seven cats", "I have (seven/7 or 8) (big) cats.")


@pytest.mark.parametrize(
    ("language", "written", "right"),
    [
        ("de", "Am 3. Mai kostete es 5,50 €.", "Am dritten Mai kostete es fünf Euro fünfzig."),
        ("fr", "Il y a 21 chats.", "Il y a vingt et un chats."),
        ("es", "Hay 21 gatos.", "Hay veintiún gatos."),
        ("it", "Ci sono 21 gatti.", "Ci sono ventuno gatti."),
        ("pt", "Há 21 gatos.", "Há vinte e um gatos."),
        ("pl", "Kupiłem 3 bilety.", "Kupiłem trzy bilety."),
        ("zh", "我有3个苹果。", "我有三个苹果。"),
        ("hi", "मेरे पास 12 किताबें", "मेरे पास बारह किताबें"),
    ],
)  # fmt: skip
def test_other_languages_are_read_in_theirs_whether_they_are_named_or_not(
    language: str, written: str, right: str
) -> None:
    assert said(written, language) == right
    if language not in ("fr", "es", "it", "pt", "pl"):  # a sentence so short may be any language's
        assert said(written, None) == right


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The cat is in the house with 3 dogs.", "en-us"),
        ("Der Hund und die Katze sind in 3 Häusern.", "de"),
        ("Le chat est dans la maison avec 3 chiens.", "fr"),
        ("El gato está en la casa con 3 perros.", "es"),
        ("Il gatto è nella casa con 3 cani.", "it"),
        ("O gato está na casa com 3 cães.", "pt"),
        ("Kot jest w domu i ma 3 psy.", "pl"),
        ("我有3个苹果", "zh"),
        ("りんごが3個あります", None),
        ("У меня 3 кота", None),
        ("3", "en-us"),
    ],
)
def test_a_text_without_a_language_is_known_by_its_script_and_words(text: str, language: str | None) -> None:
    assert reader(None, text) == reader("auto", text) == language


def test_the_day_comes_first_where_it_is_written_first() -> None:
    assert said("On 3/4/2024", "en") == "On March fourth, twenty twenty-four"
    assert said("On 3/4/2024", "en-GB") != said("On 3/4/2024", "en")
    assert "April" in said("On 3/4/2024", "en-AU")


def test_a_language_without_normaliser_stays_as_it_is() -> None:
    assert edits("У меня 3 кота.", "ru") == ()
    assert all(map(is_known, (*LANGUAGES, "en-GB", "pt_BR", "auto")))
    assert not any(map(is_known, ("xx", "english", "", "e")))
    assert READ <= LANGUAGES
    assert (spoken("en-GB"), spoken("auto"), spoken(None)) == ("en", None, None)


@pytest.mark.parametrize(
    "text",
    ["=====", "a -> b", "# Heading", "**bold** words", "war.[4] It burned", "| a | b |", "`code`", "C", "Vitamin C"],
)
def test_marks_of_a_layout_and_notes_are_not_read(text: str) -> None:
    found = said(text)
    assert found == text.replace("[4]", "")


@given(st.sampled_from(TEXTS) | st.text(), st.sampled_from([None, "en", "en-GB", "de", "zh", "pl", "ja"]))
@properties
def test_edits_of_any_text_are_in_order_apart_and_never_empty_handed(text: str, language: str | None) -> None:
    text = clean(text)
    found = edits(text, language)
    assert all(0 <= edit.start < edit.end <= len(text) for edit in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert not any("\n\n" in text[edit.start : edit.end] for edit in found), "a paragraph ends there"


@given(st.integers(0, 10**15), st.sampled_from(sorted(READ)))
@properties
def test_no_digit_is_left(number: int, language: str) -> None:
    assert not any(map(str.isdigit, said(f"x {number} y {number:,} z", language)))


@pytest.mark.parametrize(
    "text",
    [
        "Two red cats.",
        "“Well,” she said, “never.” He left… Why?! I'd say so—it's over.",
        "The well-known man (he was old) sat down; then: nothing.",
        "你好，世界！今天天气很好。",
        "Größe und Übermut tun selten gut.",
        "Привет, как дела?",
    ],
)
def test_words_are_plain(text: str) -> None:
    assert is_plain(text)


@pytest.mark.parametrize(
    "text", ["5", "a & b", "Dr. Hill", "see a.com", "¼", "50%", "Henry VIII", "e.g. this", "J. Hill", "x²", "٣"]
)
def test_what_may_have_to_be_spelt_out_is_not_plain(text: str) -> None:
    assert not is_plain(f"So {text} it is.")


def test_plain_text_loads_no_normaliser() -> None:
    done = subprocess.run([sys.executable, "-c", LOADS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [False, True]


def test_many_threads_read_at_once() -> None:
    texts = [written for _, written, _ in cases()] * 3
    alone = list(map(said, texts))
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(said, texts)) == alone


@pytest.mark.parametrize("unit", ["1", "1/", "5:", "1,", "a.b.", "555-", "$", "a@", "V ", "1 ", "[4]", "½", "'"])
def test_a_heap_of_numbers_is_read_in_time(unit: str) -> None:
    text = (unit * 20_000)[:20_000]
    assert Said(text, edits(text, "en")).spoken
