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
from tts.text.normalize.grammars import read
from tts.text.normalize.languages import LANGUAGES, READ, is_known, reader, spoken
from tts.text.normalize.plain import is_plain
from tts.text.said import Said

LOADS = """
import json, sys
from tts.text.normalize.edits import edits
loaded = []
for text in ("Two red cats, she said.", "2 red cats.", "5 km"):
    edits(text, None)
    loaded.append(sorted({"num2words", "wetext", "kaldifst", "tts.text.normalize.english"} & set(sys.modules)))
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
        ("de", "Am 3. Mai kostete es 5,50 €.", "Am dritten Mai kostete es fünf Euro und fünfzig Cent."),
        ("fr", "Il y a 21 chats.", "Il y a vingt et un chats."),
        ("es", "Hay 21 gatos.", "Hay veintiuno gatos."),
        ("it", "Ci sono 21 gatti.", "Ci sono ventuno gatti."),
        ("pt", "Há 21 gatos.", "Há vinte e um gatos."),
        ("pl", "Kupiłem 3 bilety.", "Kupiłem trzy bilety."),
        ("zh", "我有3个苹果。", "我有三个苹果。"),
        ("zh", "2024年3月5日下午3:30，增长了5%。", "二零二四年三月五日下午三点三十分，增长了百分之五。"),
        ("de", "Um 1984 waren es 12,5 %.", "Um neunzehnhundertvierundachtzig waren es zwölf Komma fünf Prozent."),
        ("de", "Am 2.12.2000 um 17:30 Uhr.", "Am zweiten zwölften zweitausend um siebzehn Uhr dreißig."),
        ("fr", "À 15h30, 1 250 personnes.", "À quinze heures trente, mille deux cent cinquante personnes."),
        ("fr", "Le 1er jour coûte 20 €.", "Le premier jour coûte vingt euros."),
        ("it", "La 3ª volta, a -3,14.", "La terza volta, a meno tre virgola uno quattro."),
        ("pt", "O 2º é 10.000.", "O segundo é dez mil."),
        ("ru", "У меня 3 кота.", "У меня три кота."),
        ("nl", "Er zijn 21 katten.", "Er zijn eenentwintig katten."),
    ],
)  # fmt: skip
def test_other_languages_are_read_in_theirs_whether_they_are_named_or_not(
    language: str, written: str, right: str
) -> None:
    assert said(written, language) == right
    if language == "zh":  # a sentence so short may be any language's
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
    assert edits("りんごが3個あります", "ja") == ()
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
    assert not any(map(str.isdigit, said(f"x {number} y {number:,} z -{number},5 and {number}.25", language)))


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("Version 3.2.1 is out.", "Version three point two point one is out."),
        ("A 16GB card, 5 ft. tall.", "A sixteen gigabytes card, five feet tall."),
        ("In the mid-1990s and the '80s.", "In the mid-nineteen nineties and the eighties."),
        ("It holds .5 or 5000+ now.", "It holds point five or five thousand plus now."),
        ("He paid £0.01 and $1.01.", "He paid one penny and one dollar and one cent."),
        ("COVID-19, F-16, CO2", "COVID-nineteen, F-sixteen, CO two"),
        ("No. 5 is here. No. I won't.", "Number five is here. No. I won't."),
        ("She left at 5 p.m. He stayed.", "She left at five p m. He stayed."),
        ("Pens, paper, etc.", "Pens, paper, et cetera."),
        ("It is 99:99 or 13:75.", "It is ninety-nine to ninety-nine or thirteen to seventy-five."),
        ("Bake it for 45-50 min. Or 10 a.m.–2 p.m.", "Bake it for forty-five to fifty minutes. Or ten a m to two p m."),
        ("4x4, 20x30; US$20", "four by four, twenty by thirty; twenty dollars"),
        ("Since 2024-13-45.", None),
    ],
)
def test_places_of_every_kind_are_read_whole(written: str, right: str | None) -> None:
    found = said(written)
    assert found == right if right is not None else not any(map(str.isdigit, found))


def test_a_place_that_wetext_cannot_read_is_still_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*given: object, **named: object) -> str:
        raise AssertionError

    read.cache_clear()
    monkeypatch.setattr("wetext.normalize", failing)
    assert said("At 5:30, 5 km away.") == "At five thirty, five km away."
    assert said("我有3个苹果。", "zh") == "我有三个苹果。"
    read.cache_clear()


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
    plain, numbers, units = json.loads(done.stdout)
    assert plain == []
    assert "num2words" in numbers
    assert "wetext" in units
    assert "wetext" not in numbers


def test_many_threads_read_at_once() -> None:
    texts = [written for _, written, _ in cases()] * 3
    alone = list(map(said, texts))
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(said, texts)) == alone


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1/",
        "5:",
        "1,",
        "a.b.",
        "555-",
        "$",
        "a@",
        "V ",
        "1 ",
        "[4]",
        "½",
        "'",
        "5:00 ",
        "$5 ",
        "5-",
        "1.",
        "a.com ",
        "+1 ",
        "3 V",
    ],
)
def test_a_heap_of_numbers_is_read_in_time(unit: str) -> None:
    text = (unit * 20_000)[:20_000]
    assert all(Said(text, edits(text, language)).spoken for language in ("en", "de", "zh"))
