"""What a vocabulary lacks is read by its compatibility form, its small letter or plain one; the rest as upstream."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.texts import TEXTS
from tts.text.clean import clean
from tts.text.letters import reading
from tts.text.tokens import load_vocabulary, tokens
from warmup.weights.find import DEMO

VOCABULARY = load_vocabulary(Path(str(files("f5_tts") / "infer" / "examples" / "vocab.txt")))
DEMO_VOCABULARY = load_vocabulary(DEMO / "vocab.txt")
CHARACTERS = [chr(code) for code in range(sys.maxunicode + 1) if not 0xAC00 <= code < 0xD7A4]  # no Hangul
LETTERS = [letter for letter in CHARACTERS if letter.isalpha() and unicodedata.normalize("NFKD", letter) != letter]
CAPITALS = [letter for letter in CHARACTERS if letter.isupper()]
properties = settings(deadline=None, max_examples=100, derandomize=True)
texts = (st.text(max_size=40) | st.sampled_from(TEXTS)).map(clean)


def read(text: str) -> str:
    return reading(clean(text), VOCABULARY)(clean(text))


def known(text: str) -> bool:
    return not VOCABULARY.unknown(tokens(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The oﬃcer of the ﬁrst ﬂoor ﬁxed it.", "The officer of the first floor fixed it.", id="ligatures"),
        pytest.param("Take 5㎏ and 30㎞.", "Take 5kg and 30km.", id="units"),
        pytest.param("Henry Ⅳ and Louis ⅩⅣ", "Henry IV and Louis XIV", id="Roman numbers"),
        pytest.param("⼈⼯智能的⽅法很⽤⼼", "人工智能的方法很用心", id="Kangxi radicals"),
        pytest.param("ｶﾞﾗｽ", "ガラス", id="half-width kana with a voicing mark"),
        pytest.param("ＡＢＣ１２３と書く", "ABC123と書く", id="full-width Latin"),
        pytest.param("Œuvre et SŒUR", "œuvre et SœUR", id="a capital of which the small letter is known"),
        pytest.param("ΓΝΡΙΟ", "γνριο", id="Greek capitals"),
        pytest.param("𝐁𝐨𝐥𝐝 𝒾𝓉𝒶𝓁𝒾𝒸", "Bold italic", id="mathematical letters"),
        pytest.param("naïve Ñandú", "naïve Ñandú", id="letters that are known"),
        pytest.param("E = mc², ½", "E = mc², ½", id="numbers that are known"),
        pytest.param("5⅗ pints, ① one", "5 3⁄5 pints, 1 one", id="a number apart from the one before it"),
        pytest.param("ŷ ŵ Ẁ", "y w W", id="a letter without its mark"),
        pytest.param("x̂y\u0331z", "xyz", id="a mark without a letter of its own parts no word"),
        pytest.param("Hello ሰ🙂 world", "Hello world", id="what nothing stands for is a blank"),
    ],
)
def test_a_text_is_read_in_letters_that_the_model_knows(text: str, expected: str) -> None:
    assert read(text) == expected


def test_every_letter_that_has_a_known_form_is_read() -> None:
    lost = []
    for letter in LETTERS + CAPITALS:
        forms = [unicodedata.normalize("NFKC", letter), letter.lower(), unicodedata.normalize("NFKD", letter)[0]]
        if any(form.strip() and known(form) for form in forms) and not read(letter):
            lost.append(letter)
    assert lost == []


@given(texts)
@properties
def test_all_that_is_read_is_known(text: str) -> None:
    for vocabulary in (VOCABULARY, DEMO_VOCABULARY):
        assert vocabulary.unknown(tokens(reading(text, vocabulary)(text))) == []


@given(texts)
@properties
def test_what_is_known_stays_as_it_is(text: str) -> None:
    text = " ".join(text.split())
    letters = "".join(letter for letter in text if letter == " " or known(letter))
    assert read(letters) == clean(letters)


@pytest.mark.parametrize("text", [text for text in map(clean, TEXTS) if known(text)])
def test_tokens_of_a_text_that_is_known_are_upstream_s(text: str, upstream: Callable[[str], list[str]]) -> None:
    assert tokens(reading(text, VOCABULARY)(text)) == upstream(text)


@pytest.fixture(scope="module")
def upstream() -> Callable[[str], list[str]]:
    from f5_tts.model.utils import convert_char_to_pinyin  # takes some 15 s

    def convert(text: str) -> list[str]:
        return convert_char_to_pinyin([text])[0]

    return convert


def test_a_part_of_a_text_is_read_as_within_it() -> None:
    text = clean("Œuvre ﬁne. Ŷ 🙂 end.")
    read = reading(text, VOCABULARY)
    assert " ".join(map(read, text.split())).split() == read(text).split()


def test_what_is_read_whole_is_no_warning() -> None:
    assert reading("oﬃcer Œuvre ⼈ ㎏ Ⅳ", VOCABULARY).warnings() == ()


def test_a_warning_names_the_field_and_what_is_lost_in_it() -> None:
    assert reading("ŷ ሰ and x̂", VOCABULARY).warnings("voice_text") == (
        "the model doesn't know these characters of voice_text and leaves them out: ሰ, \u0302",
        "the model doesn't know these characters of voice_text and reads them plain: ŷ as y",
    )


def test_syllables_that_the_model_lacks_are_named_by_their_characters() -> None:
    assert reading("你 a", DEMO_VOCABULARY).warnings() == (
        "the model doesn't know these characters and leaves them out: 你",
    )
