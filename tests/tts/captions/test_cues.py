"""Words in cues: nothing lost, lines that can be read, broken where a reader pauses."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tts.captions.cues import LINE, LINES, LONGEST_S, cues, width
from tts.captions.words import Word, phrase, said

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=400).filter(said)


def spoken(text: str, word_s: float = 0.3, gap_s: float = 0.05) -> list[Word]:
    """Return a text's words, each of the same length."""
    step = word_s + gap_s
    return [
        Word(each.written, index * step, index * step + word_s, joined=each.joined)
        for index, each in enumerate(said(text))
    ]


def shown(words: list[Word]) -> list[str]:
    return ["\n".join(map(phrase, cue.lines)) for cue in cues(words)]


@settings(derandomize=True, deadline=None, max_examples=200)
@given(texts, st.floats(0.01, 9), st.floats(0, 3))
def test_no_character_is_lost_and_every_cue_can_be_read(text: str, word_s: float, gap_s: float) -> None:
    made = cues(spoken(text, word_s, gap_s))
    assert "".join("".join("".join(map(phrase, cue.lines)) for cue in made).split()) == "".join(text.split())
    for cue in made:
        assert 1 <= len(cue.lines) <= LINES
        assert all(0 < width(line) <= LINE for line in cue.lines)
        assert 0 <= cue.start_s <= cue.end_s <= cue.start_s + LONGEST_S
    assert all(one.end_s <= other.start_s + 1e-9 for one, other in pairwise(made))


def test_a_sentence_begins_a_cue() -> None:
    assert shown(spoken("It rained. Nobody came.")) == ["It rained.", "Nobody came."]


def test_a_long_sentence_is_broken_at_its_comma() -> None:
    text = "When the bakers of the old town woke up very early, the streets were still empty and rather dark."
    assert shown(spoken(text, 0.2)) == [
        "When the bakers of the old\ntown woke up very early,",
        "the streets were still\nempty and rather dark.",
    ]


def test_no_word_is_left_alone_behind_a_full_cue() -> None:
    text = "The width of the coloured band increases as the size of the little drops of water increases"
    assert all(len(cue.split()) > 3 for cue in shown(spoken(text, 0.2)))


def test_a_cue_does_not_stay_over_a_pause() -> None:
    words = [Word("one", 0, 0.5), Word("two", 0.6, 1.0), Word("three", 3.0, 3.5)]
    assert shown(words) == ["one two", "three"]


def test_wide_characters_count_twice() -> None:
    lines = [line for cue in shown(spoken("今天早上我们坐火车去北京看朋友" * 3, 0.1)) for line in cue.split("\n")]
    assert max(map(len, lines)) <= LINE // 2


def test_a_word_longer_than_a_line_is_divided_with_its_time() -> None:
    (cue,) = cues([Word("x" * 80, 1.0, 5.0)])
    assert [width(line) for line in cue.lines] == [42, 38]
    assert cue.lines[1][0].start_s == 1 + 4 * 42 / 80
