from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from torchaudio.functional import edit_distance

from tts.asr.tokens import align, keys_of, tokens_of, word_errors

WORDS = st.lists(st.sampled_from(["red", "blue", "cat", "dog", "sits"]), max_size=12)


@given(WORDS, WORDS)
def test_the_word_error_rate_counts_the_edits_that_torchaudio_counts(heard: list[str], said: list[str]) -> None:
    edits = edit_distance(heard, said)
    assert word_errors(" ".join(heard), " ".join(said)) == pytest.approx(edits / max(len(heard), len(said), 1))


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("Two red cats, and a dog!", "two RED cats and a dog"),
        ("“Two” red cats — and a dog…", "Two red cats and a dog."),
        ("ﬁve straße", "five STRASSE"),
        ("对，这就是我。", "对 这就是我"),
        ("6 spoons and 5 slabs", "Six spoons and five slabs."),
    ],
)
def test_case_marks_and_forms_of_letters_are_no_errors(heard: str, said: str) -> None:
    assert word_errors(heard, said) == 0


def test_a_script_without_blanks_is_compared_character_by_character() -> None:
    assert keys_of("这就是我 and me") == ["这", "就", "是", "我", "and", "me"]
    assert word_errors("这就是你", "这就是我") == 0.25


@given(WORDS)
def test_tokens_say_where_they_stand(words: list[str]) -> None:
    text = ", ".join(words)
    assert [text[token.start : token.end].strip(",") for token in tokens_of(text)] == words


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60, unique=True), st.data())
def test_a_part_of_a_text_is_found_where_it_is(numbers: list[int], data: st.DataObject) -> None:
    text = [f"word{number}" for number in numbers]
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert align(text[start:end], text) == list(range(start, end))


@given(WORDS, WORDS)
def test_a_part_is_aligned_with_as_few_errors_as_any_stretch_of_the_text_allows(
    heard: list[str], said: list[str]
) -> None:
    pairs = align(heard, said)
    met = [index for index in pairs if index is not None]
    wrong = sum(index is None or said[index] != word for index, word in zip(pairs, heard, strict=True))
    left_out = met[-1] - met[0] + 1 - len(met) if met else 0
    stretches = [said[i:j] for i in range(len(said) + 1) for j in range(i, len(said) + 1)]
    assert wrong + left_out == min(edit_distance(heard, stretch) for stretch in stretches)
    assert met == sorted(set(met))


def test_a_long_transcript_is_aligned_without_delay() -> None:
    draw = np.random.default_rng(0)
    text = [str(number) for number in draw.integers(0, 500, 20_000)]
    assert align(text[9_000:9_080], text) == list(range(9_000, 9_080))
