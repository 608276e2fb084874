"""Pieces fit, hold something to say, and are never parted inside what belongs together."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.pieces import chunks, pieces
from tests.support.texts import TEXTS
from tts.text.clean import clean
from tts.text.durations import weight
from tts.text.rows import without_rows

properties = settings(deadline=None, max_examples=150, derandomize=True)
WORDS = sorted({word for text in TEXTS for word in text.split()} | {"=====", "~", "|", "...", "!", "«", "»", "—"})
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join).map(clean).filter(bool)
KHMER = "ក្មេងប្រុសម្នាក់រស់នៅក្នុងភូមិតូចមួយក្បែរទន្លេធំហើយគាត់ចូលចិត្តស្តាប់រឿងព្រេង"
DEVANAGARI = "क्षत्रियनमस्कारविश्वविद्यालयप्रधानाचार्यस्वातन्त्र्यप्राप्त्यर्थ"
KANA = "きょうはきっとニューヨークへいってチョコレートケーキをたべようとおもっているところだよ"
HAN = "我用Python写了一个程序然后用TensorFlow训练了2024年的模型并且发表在GitHub上面给大家看看"
MARKS = "他说（这是一个很长的句子）并且「没有任何标点」或者《空格》可以让人休息"


@given(texts, st.floats(10, 120))
@properties
def test_every_piece_holds_a_letter_unless_its_marks_are_too_heavy(text: str, limit: float) -> None:
    found = list(pieces(text, limit, without_rows))
    assert "".join(piece.text for piece in found) == text
    for piece in found:
        assert piece.weight - piece.blank <= limit
        if any(map(str.isalnum, without_rows(text))) and limit > 40:
            assert any(map(str.isalnum, piece.text)), piece.text


@pytest.mark.parametrize("limit", [25.0, 40.0, 160.0])
@pytest.mark.parametrize("row", ["=" * 200, "~ " * 60, "|" * 90, "* * *", "+---+---+", ". . . . . ."])
def test_a_row_of_marks_is_no_chunk(row: str, limit: float) -> None:
    text = clean(f"{row}\nTwo red cats sit here.\n{row}\nFour blue houses, {row}, and more.\n\n{row}")
    found = chunks(text, limit, without_rows)
    assert all(re.search("[a-z]", chunk) for chunk in found)
    assert "".join("".join(found).split()) == "".join(text.split())


@pytest.mark.parametrize("limit", [10.0, 13.0, 17.0, 25.0, 40.0])
@pytest.mark.parametrize(
    ("text", "never_last", "never_first"),
    [
        pytest.param(KHMER, "\u17d2", "", id="behind a coeng"),
        pytest.param(DEVANAGARI, "\u094d", "", id="behind a virama"),
        pytest.param(KANA, "", "ょっャュョッェーゃ", id="before small kana"),
        pytest.param(MARKS, "（「《", "）」》", id="inside brackets"),
    ],
)
def test_characters_that_belong_together_are_not_parted(
    text: str, never_last: str, never_first: str, limit: float
) -> None:
    found = chunks(text, limit)
    assert "".join(found) == text
    assert len(found) > 1
    for chunk in found:
        assert not unicodedata.category(chunk[0]).startswith("M")
        assert chunk[-1] not in never_last
        assert chunk[0] not in never_first


@pytest.mark.parametrize("limit", [12.0, 20.0, 33.0, 50.0])
def test_a_latin_word_or_number_among_han_stays_whole(limit: float) -> None:
    for word in ("Python", "TensorFlow", "2024", "GitHub"):
        assert any(word in chunk for chunk in chunks(HAN, limit))


def test_a_latin_word_among_han_that_is_too_long_is_cut() -> None:
    text = f"我用{'a' * 50}写了"
    found = chunks(text, 20)
    assert "".join(found) == text
    assert max(map(weight, found)) <= 20


@pytest.mark.parametrize("opening", ["«", "(", "¿", "„"])
def test_an_opening_mark_goes_with_what_follows(opening: str) -> None:
    text = f"Some words are here and {opening} more words are there now"
    assert not any(chunk.endswith(opening) for limit in range(15, 50) for chunk in chunks(text, limit))


@pytest.mark.parametrize("mark", ["»", "!", "?", ":", "—"])
def test_a_mark_behind_a_blank_stays_with_what_is_before(mark: str) -> None:
    text = f"Quelques mots ici et encore {mark} puis d’autres mots bien plus loin"
    assert not any(chunk.startswith(mark) for limit in range(15, 50) for chunk in chunks(text, limit))


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a ",
        "a. ",
        "a, ",
        "a.",
        "1. ",
        "你",
        "你,",
        "ก",
        "🙂 a",
        "= ",
        "a\u0301",
        "a“‘ ",
        "Dr. ",
        "a\n\n",
        "?! a",
        '." ',
    ],
)
def test_what_is_read_to_cut_a_text_grows_with_its_length(text: str) -> None:
    """Time follows the characters that are looked at; on every level each is read a few times."""
    for letters in (1_000, 4_000):
        looked_at = 0

        def read(part: str) -> str:
            nonlocal looked_at
            looked_at += len(part)
            return without_rows(part)

        whole = clean(text * (letters // len(text)))
        chunks(whole, 160, read)
        assert looked_at <= 12 * len(whole)
