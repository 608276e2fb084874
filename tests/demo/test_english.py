"""Texts of WordNet's lines: said as they are written, and nothing of what is held out."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from demo.english import LONGEST, SHORTEST, English, words
from demo.network import vocabulary

LINE = "00001740 03 n 01 entity 0 003 ~ 00001930 n 0000 | {}"
KINDS = ("noun", "verb", "adj", "adv")


@pytest.fixture
def wordnet(tmp_path: Path) -> Path:
    """Two thousand common words and some rare ones, each in several sentences."""
    random = Random(0)
    common = [
        a + b + c + d for a in "bcdfghjklmnprstvw" for b in "aeio" for c in "bdgklmnprstv" for d in ("", "er", "y")
    ]
    rare = [f"rare{a}{b}{c}" for a in "bdgk" for b in "aeiou" for c in "bdgklmn"]
    lines = ["  1 This is the licence | of WordNet, which is no text of it"]
    for index in range(4000):
        picked = random.choices(common, k=random.randint(3, 5)) + random.choices(rare, k=index % 10 == 0)
        text = " ".join(picked)
        lines.append(LINE.format(f'{text}; "{text.capitalize()}, {text}"' if index % 3 else f"a {text}"))
    for kind in KINDS:
        (tmp_path / f"data.{kind}").write_text("\n".join(lines if kind == "noun" else lines[:1]), "latin-1")
    return tmp_path


def test_no_text_for_training_holds_a_word_or_a_text_that_is_held_out(wordnet: Path) -> None:
    english, random = English(wordnet), Random(1)
    drawn = [english.draw(random) for _ in range(3000)]
    assert english.new_words
    assert english.new_texts
    assert not any(english.unheard(text) for text in drawn)
    assert not set(drawn) & {*english.new_words, *english.new_texts}
    assert all(english.unheard(text) for text in english.new_words)


def test_every_text_has_a_fitting_length_a_large_letter_a_mark_and_letters_of_the_vocabulary(wordnet: Path) -> None:
    english, random = English(wordnet), Random(2)
    for text in (*english.new_words, *english.new_texts, *(english.draw(random) for _ in range(1000))):
        assert SHORTEST <= len(text) <= LONGEST, text
        assert text[0].isupper(), text
        assert text[-1] in ".?!", text
        assert set(text) <= set(vocabulary()), text


def test_rare_words_are_drawn_more_often_than_they_occur(wordnet: Path) -> None:
    english, random = English(wordnet), Random(3)
    drawn = [english.draw(random) for _ in range(10_000)]
    evenly = [random.choice(english._by_length[len(text)]) for text in drawn]
    assert sum("rare" in text for text in drawn) > 1.05 * sum("rare" in text for text in evenly)


def test_the_licence_at_the_head_of_the_files_is_no_text(wordnet: Path) -> None:
    assert "licence" not in English(wordnet).counts


def test_words_keep_their_apostrophes() -> None:
    assert words("It's the dog's, isn't it?") == ["it's", "the", "dog's", "isn't", "it"]
