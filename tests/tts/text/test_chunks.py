"""Chunks lose nothing, fit the limit, are as few and as even as can be, and end where a reader would pause."""

from __future__ import annotations

import unicodedata
from itertools import combinations, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.pieces import chunks
from tests.support.texts import TEXTS
from tts.text.clean import clean
from tts.text.durations import weight

WORDS = sorted({word for text in TEXTS for word in text.split()} | {"\n", "Dr.", "p.m.", "3.14", "a" * 40, "ก" * 30})
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join).map(clean).filter(bool)
limits = st.floats(10, 120)
sentences = st.lists(st.integers(3, 12).map(lambda letters: "a" * (letters - 1) + "."), min_size=1, max_size=9)
properties = settings(deadline=None, max_examples=100, derandomize=True)
THAI = "กรุงเทพมหานครเป็นเมืองหลวงและน้ำตาลทำจากอ้อยแต่เขาไปตลาดซื้อผักผลไม้ใหม่ทุกวันโดยไม่เคยเบื่อ"
ABBREVIATIONS = "Dr. Mr. Mrs. Prof. St. e.g. i.e. p.m. U.S. vs. etc. Jan. bzw. Mme. Sra. J.R.R."


def bare(text: str) -> str:
    return "".join(text.split())


@given(texts, limits)
@properties
def test_nothing_is_lost_and_nothing_changes_place(text: str, limit: float) -> None:
    assert "".join(map(bare, chunks(text, limit))) == bare(text)


@given(texts, limits)
@properties
def test_no_chunk_is_empty_or_heavier_than_the_limit(text: str, limit: float) -> None:
    found = chunks(text, limit)
    assert all(chunk == chunk.strip() != "" for chunk in found)
    assert max(map(weight, found)) <= limit + 1e-6


@pytest.mark.parametrize("limit", [10.0, 17.5, 40.0])
def test_the_corpus_is_said_in_full_within_the_limit(limit: float) -> None:
    for text in map(clean, TEXTS):
        found = chunks(text, limit)
        assert "".join(map(bare, found)) == bare(text)
        assert all(bare(chunk) and weight(chunk) <= limit + 1e-6 for chunk in found), text


@given(texts, limits)
@properties
def test_a_text_within_the_limit_is_one_chunk(text: str, limit: float) -> None:
    if weight(text) <= limit:
        assert chunks(text, limit) == [" ".join(text.split())]
    else:
        assert len(chunks(text, limit)) > 1 or weight(" ".join(text.split())) <= limit


def divisions(parts: list[str], limit: float) -> list[list[str]]:
    """Return every way to put neighbours together, each chunk within the limit, by trying all."""
    inner = range(1, len(parts))
    cuts = [(0, *chosen, len(parts)) for count in range(len(parts)) for chosen in combinations(inner, count)]
    ways = [[" ".join(parts[start:end]) for start, end in pairwise(cut)] for cut in cuts]
    return [way for way in ways if all(len(chunk) <= limit for chunk in way)]  # one unit a character here


@given(sentences, st.integers(14, 40))
@example(["aaaa.", "aaa.", "bbbbbbbbbbb."], 12)
@properties
def test_there_is_no_division_into_fewer_chunks(parts: list[str], limit: int) -> None:
    assert len(chunks(" ".join(parts), limit)) == min(map(len, divisions(parts, limit)))


@given(sentences, st.integers(14, 40))
@properties
def test_there_is_no_more_even_division_into_as_many_chunks(parts: list[str], limit: int) -> None:
    found = chunks(" ".join(parts), limit)
    squares = [sum(len(chunk) ** 2 for chunk in way) for way in divisions(parts, limit) if len(way) == len(found)]
    # The blank behind a chunk may count as its weight, which moves the sum by up to twice the limit.
    assert sum(len(chunk) ** 2 for chunk in found) <= min(squares) + 2 * limit


@pytest.mark.parametrize("text", ["Aaaa bbbbb. Cccc.", "Aaa, bbbbb. Cc.", "Aaaaaaaaaa. Bbbb."])
def test_a_sentence_of_exactly_the_limit_s_weight_stays_whole(text: str) -> None:
    first = text[: text.index(".") + 1]
    assert chunks(text, weight(first))[0] == first


def test_among_equally_many_chunks_fewest_sentences_are_broken() -> None:
    found = chunks("Aaaa aaaa aa. bbb bbb bbb bbb bbb bbb. Cccc cccc cc.", 22)
    assert len(found) == 3
    assert sum(not chunk.endswith(".") for chunk in found) == 1, "an even division breaks two"


@pytest.mark.parametrize("abbreviation", ABBREVIATIONS.split())
def test_an_abbreviation_ends_no_sentence(abbreviation: str) -> None:
    text = "It was {} Abcd efgh ijkl mnop qrst."
    assert chunks(text.format("said."), 28)[0].endswith("said.")
    assert not chunks(text.format(abbreviation), 28)[0].endswith(abbreviation)


def test_initials_end_no_sentence() -> None:
    assert chunks("It was J. R. R. Tolkien who wrote the book then.", 34)[0] != "It was J. R. R."


@pytest.mark.parametrize("number", ["3.14", "1,000", "12:30", "1.000,50", "2.0.1", "09:15:00"])
@pytest.mark.parametrize("limit", [24.0, 30.0, 45.0])
def test_a_number_is_never_cut_at_its_marks(number: str, limit: float) -> None:
    for before in range(1, 8):
        text = f"{'abc ' * before}{number} {'def ' * 6}"
        assert any(number in chunk.split() for chunk in chunks(clean(text), limit)), text


@pytest.mark.parametrize("limit", [46.0, 60.0, 80.0])
def test_an_address_is_not_cut_while_the_limit_allows(limit: float) -> None:
    address = "https://example.org/a,b;c:d?e=f.g!h#i-j"
    assert weight(address) < limit
    for before in range(1, 12):
        found = chunks(f"{'abc ' * before}{address} and then some more of it.", limit)
        assert any(address in chunk.split() for chunk in found)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("Go on.", " Then we will see what is left", id="full stop"),
        pytest.param("Who?", " Nobody that I know of was there", id="question mark"),
        pytest.param("Well…", " Nobody that I know of was there", id="ellipsis"),
        pytest.param("“Go on!”", " Then he left us all without a word", id="closing quote"),
        pytest.param("(So it is.)", " Then he left us all without a word", id="closing bracket"),
        pytest.param("你好。", "今天天气很好我们去公园散步吧", id="Chinese full stop"),
        pytest.param("真的？", "今天天气很好我们去公园散步吧", id="Chinese question mark"),
        pytest.param("「行く！」", "今日はとても天気がいいですね", id="Japanese closing bracket"),
        pytest.param("كيف حالك؟", " أنا بخير شكرا لك يا صديقي العزيز", id="Arabic question mark"),
        pytest.param("ٹھیک ہے۔", " یہ کتاب بہت اچھی ہے میرے دوست", id="Urdu full stop"),
        pytest.param("नमस्ते।", " आज दिल्ली में बहुत बारिश हो रही है", id="Devanagari danda"),
        pytest.param("सत्यमेव जयते॥", " आज दिल्ली में बहुत बारिश हो रही है", id="Devanagari double danda"),
        pytest.param("No stop here", "\nbut the next paragraph is much longer", id="paragraph"),
        pytest.param("At 5 p.m.", "\nbut the next paragraph is much longer", id="abbreviation at a paragraph's end"),
    ],
)
def test_a_sentence_ends_at_its_mark(first: str, second: str) -> None:
    assert chunks(first + second, max(map(weight, (first, second))) + 1) == [first, second.strip()]


@pytest.mark.parametrize(
    ("text", "limit", "first"),
    [
        pytest.param("Short one, then a long part without marks.", 36, "Short one,", id="comma"),
        pytest.param("一二，三四五六七八九十百千", 34, "一二，", id="Chinese comma"),
        pytest.param("أولا، ثم نذهب معا إلى السوق الكبير", 40, "أولا،", id="Arabic comma"),
        pytest.param("Short one — then a long part without marks.", 36, "Short one —", id="dash"),
    ],
)
def test_a_sentence_too_long_is_cut_between_clauses(text: str, limit: float, first: str) -> None:
    assert chunks(text, limit)[0] == first


def test_a_long_text_without_marks_is_cut_between_words() -> None:
    text = " ".join(["some", "words", "follow", "one", "another"] * 20)
    found = chunks(text, 33)
    assert " ".join(found) == text
    assert len(found) > 1


def test_a_long_word_is_cut_between_characters_and_its_neighbours_are_not() -> None:
    found = chunks(f"before {'a' * 35} after", 10)
    assert found[0].startswith("before")
    assert found[-1].endswith("after")
    assert bare("".join(found)) == f"before{'a' * 35}after"
    assert len(found) <= 6


@pytest.mark.parametrize("limit", [10.0, 11.0, 12.5, 14.0, 17.0, 23.0])
def test_thai_without_blanks_keeps_vowels_and_tones_with_their_letters(limit: float) -> None:
    found = chunks(THAI, limit)
    assert "".join(found) == THAI
    for chunk in found:
        assert not unicodedata.category(chunk[0]).startswith("M")
        assert chunk[0] not in "ะาำๅๆ", "a vowel written after its letter"
        assert chunk[-1] not in "เแโใไ", "a vowel written before its letter"


def test_thai_with_blanks_is_cut_between_words() -> None:
    text = "สวัสดีครับ ผมชื่อสมชาย ยินดีที่ได้รู้จัก"
    assert chunks(text, 17) == text.split()


@pytest.mark.parametrize("text", ["क्षत्रियनमस्कारविश्वविद्यालयप्रधानाचार्य", "x̂ŷẑ" * 8])
def test_a_mark_is_never_parted_from_its_letter(text: str) -> None:
    for limit in (10, 11, 13, 17):
        found = chunks(text, limit)
        assert len(found) > 1
        assert not any(unicodedata.category(chunk[0]).startswith("M") for chunk in found)


@given(st.text(max_size=60))
@example("e\u200b\u0301")
@properties
def test_clean_text_is_composed_visible_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert all(c == "\n" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"} for c in cleaned)
    assert cleaned == cleaned.strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a \r\n\r\n b\t\tc", "a\n\nb c", id="a paragraph ends with a blank line, blanks become single"),
        pytest.param("a\u00a0\u3000b", "a b", id="any blank is a space"),
        pytest.param("x\x00\x07\u200by\ufeff", "xy", id="control and format characters go"),
        pytest.param("cafe\u0301", "café", id="accents are composed"),
        pytest.param("e\u200b\u0301", "é", id="accents are composed across what goes"),
    ],
)
def test_a_text_is_cleaned(text: str, expected: str) -> None:
    assert clean(text) == expected
