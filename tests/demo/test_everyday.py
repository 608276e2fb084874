"""Everyday sentences and numbers in words."""

from __future__ import annotations

from random import Random

import pytest

from demo.everyday import everyday, numbered, spelt
from demo.network import vocabulary


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (20, "twenty"),
        (85, "eighty-five"),
        (100, "one hundred"),
        (709, "seven hundred nine"),
        (1000, "one thousand"),
        (42_017, "forty-two thousand seventeen"),
        (999_999, "nine hundred ninety-nine thousand nine hundred ninety-nine"),
    ],
)
def test_a_number_is_spelt_in_words(number: int, words: str) -> None:
    assert spelt(number) == words


def test_numbers_are_spelt_each_in_its_own_words() -> None:
    assert len({spelt(number) for number in range(20_000)}) == 20_000


@pytest.mark.parametrize("make", [everyday, numbered])
def test_a_sentence_is_whole_and_of_the_models_letters(make: object) -> None:
    assert callable(make)
    for seed in range(500):
        text = make(Random(seed))
        assert set(text) <= set(vocabulary()), text
        assert text[0].isupper(), text
        assert text[-1] in ".?!", text
        assert "  " not in text, text
