"""Tokens are what upstream makes of a text, to the letter, for every script; vocabularies are read as upstream's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.root import ROOT
from tests.support.texts import SCRIPTS, TEXTS
from tts.errors import ModelError
from tts.text.tokens import Vocabulary, load_vocabulary, tokens

VOCABULARY = Path(str(files("f5_tts") / "infer" / "examples" / "vocab.txt"))
properties = settings(deadline=None, max_examples=100, derandomize=True)
FRAGMENTS = sorted({word for text in TEXTS for word in text.split()})
mixed = st.lists(st.sampled_from(FRAGMENTS), max_size=6).flatmap(
    lambda words: st.sampled_from(["", " ", "，", "; "]).map(lambda between: between.join(words))
)


@pytest.fixture(scope="module")
def upstream() -> Callable[[str], list[str]]:
    from f5_tts.model.utils import convert_char_to_pinyin  # takes some 15 s

    def convert(text: str) -> list[str]:
        return convert_char_to_pinyin([text])[0]

    return convert


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary(VOCABULARY)


def test_the_corpus_holds_200_texts_in_10_scripts() -> None:
    assert len(set(TEXTS)) >= 200
    required = {"LATIN", "CYRILLIC", "GREEK", "CJK", "HIRAGANA", "HANGUL", "ARABIC", "HEBREW", "DEVANAGARI", "THAI"}
    assert required | {"GEORGIAN", "ARMENIAN"} <= SCRIPTS


def test_tokens_are_upstream_s_for_every_text(upstream: Callable[[str], list[str]]) -> None:
    assert {text: tokens(text) for text in TEXTS} == {text: upstream(text) for text in TEXTS}


@given(mixed)
@properties
def test_tokens_are_upstream_s_for_any_mixture_of_scripts(upstream: Callable[[str], list[str]], text: str) -> None:
    assert tokens(text) == upstream(text)


@pytest.mark.parametrize("text", ["二〇二四年", "三〇五号房间", "〇", "%𠀀𠀀"])
def test_characters_read_outside_the_common_block_are_syllables_as_upstream(
    text: str, upstream: Callable[[str], list[str]]
) -> None:
    assert {"ling2", "he1"} & set(upstream(text))
    assert tokens(text) == upstream(text)


def test_indices_are_upstream_s_for_every_text(upstream: Callable[[str], list[str]], vocabulary: Vocabulary) -> None:
    from f5_tts.model.utils import get_tokenizer, list_str_to_idx

    indices, size = get_tokenizer(str(VOCABULARY), "custom")
    assert len(vocabulary) == size
    for text in TEXTS:
        assert vocabulary.encode(tokens(text)) == list_str_to_idx([upstream(text)], indices)[0].tolist(), text


@given(st.text(max_size=40))
@properties
def test_every_character_becomes_one_token(text: str) -> None:
    assert len([token for token in tokens(text) if token.strip()]) == len("".join(text.split()))


@pytest.mark.parametrize("text", ["..𠮷𠮷𠮷𠮷", "%%𠀀𠀀𠀀𠀀", "++𠮷𠮷𠮷𠮷", "&&𠮷𠮷𠮷𠮷"])
def test_words_on_which_upstream_fails_lose_nothing(text: str, upstream: Callable[[str], list[str]]) -> None:
    """Such a word has three bytes a character on average, and lazy_pinyin makes one entry of its marks."""
    with pytest.raises(IndexError):
        upstream(text)
    found = tokens(text)
    assert len(found) == len(text)
    assert found[:2] == list(text[:2])


@pytest.mark.parametrize("text", ["好㐂㐃人", "㐂㐃㐇", "龦龧是字", "ＡＢＣ好", "卡拉ＯＫ", "﨎﨏", "ねこ猫ねこ"])
def test_characters_without_a_reading_stay_as_they_are(text: str) -> None:
    found = [token for token in tokens(text) if token != " "]
    assert len(found) == len(text)
    assert all(token == character or token[-1].isdigit() for token, character in zip(found, text, strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ab;cd", [*"ab", ",", " ", *"cd"], id="a semicolon becomes a comma"),
        pytest.param("“ab” ‘c’", [*'"ab"', " ", *"'c'"], id="curly quotes become straight"),
        pytest.param("naïve", ["n", "a", "ï", " ", "v", "e"], id="an accent tears a word apart"),
        pytest.param("不是", [" ", "bu2", " ", "shi4"], id="tones change beside each other"),
        pytest.param("说abc", [" ", "shuo1", " ", *"abc"], id="a Latin word stands apart from Han"),
    ],
)
def test_a_text_becomes_the_tokens_of_the_training_data(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_unknown_tokens_are_named_once_in_order_of_appearance(vocabulary: Vocabulary) -> None:
    found = tokens("ក a🙂b ក🙂 ມ")
    assert vocabulary.unknown(found) == ["ក", "🙂", "ມ"]


def test_known_tokens_are_not_reported(vocabulary: Vocabulary) -> None:
    assert vocabulary.unknown(tokens("Hello, 你好!")) == []


def test_an_unknown_token_has_the_index_of_the_space(vocabulary: Vocabulary) -> None:
    a, unknown, space = vocabulary.encode(["a", "🙂", " "])
    assert (unknown, space) == (0, 0)
    assert a > 0


def test_a_vocabulary_whose_last_line_has_no_end_keeps_its_last_token(tmp_path: Path) -> None:
    """Upstream cuts the last character off that line."""
    path = tmp_path / "vocab.txt"
    path.write_text(" \na\nzhong1", encoding="utf-8")
    assert load_vocabulary(path).encode([" ", "a", "zhong1"]) == [0, 1, 2]


@pytest.mark.parametrize("content", [b"a\n \nb\n", b"", b"\n \n", b"  \na\n", b"\xff\xfe \n"])
def test_a_file_that_does_not_begin_with_a_space_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "vocab.txt"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"vocab\.txt"):
        load_vocabulary(path)


def test_a_missing_vocabulary_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"missing\.txt"):
        load_vocabulary(tmp_path / "missing.txt")


@pytest.mark.parametrize(("text", "loaded"), [("Hello, café! Привет. Καλημέρα 안녕 ねこ", False), ("你好", True)])
def test_the_dictionaries_of_pinyin_are_loaded_for_han_characters_only(text: str, loaded: bool) -> None:
    script = f"import sys; from tts.text.tokens import tokens; tokens({text!r}); print('pypinyin' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(loaded)
