"""A text in words: all of it, punctuation with the word before, characters of Chinese one by one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tts.captions.words import Word, phrase, said


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_words_hold_the_whole_text_in_order(text: str) -> None:
    words = said(text)
    written = "".join(word.written for word in words)
    assert "".join(written.split()) == ("".join(text.split()) if words else "")
    assert all(any(map(str.isalnum, word.spoken)) for word in words)
    assert bool(words) == any(map(str.isalnum, text))


def test_punctuation_belongs_to_the_word_before_it_and_an_opening_mark_to_the_first() -> None:
    assert [word.written for word in said("— Wait, she said - “no”!")] == ["—Wait,", "she", "said -", "“no”!"]


def test_every_character_of_chinese_is_a_word_and_they_join_without_blanks() -> None:
    words = said("对，我说hello世界。")
    assert [word.written for word in words] == ["对，", "我", "说", "hello", "世", "界。"]
    assert phrase([Word(word.written, 0, 0, joined=word.joined) for word in words]) == "对，我说hello世界。"
