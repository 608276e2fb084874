"""How long a text takes: more text never less time, speed always counts, nothing is lost when a length is shared."""

from __future__ import annotations

import math
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.texts import TEXTS
from tts.text.clean import clean
from tts.text.durations import Pace, share, weight

PROMPT = "Some call me nature, others call me mother nature. "
REFERENCE_FRAMES = 477  # mel frames in which PROMPT is said
properties = settings(deadline=None, max_examples=100, derandomize=True)
texts = st.text(max_size=40) | st.sampled_from(TEXTS)
paces = st.floats(0.5, 60).map(Pace)


def at_speed(speed: float) -> Pace:
    return Pace(REFERENCE_FRAMES / weight(PROMPT) / speed)


def upstream_frames(text: str, speed: float) -> int:
    """Return what `infer_batch_process` of f5_tts/infer/utils_infer.py plans for a text."""
    pace = 0.3 if len(text.encode()) < 10 else speed
    return int(REFERENCE_FRAMES / len(PROMPT.encode()) * len(text.encode()) / pace)


@given(texts, st.characters(codec="utf-8"), st.integers(0), paces)
@properties
def test_one_more_character_anywhere_never_shortens(text: str, character: str, place: int, pace: Pace) -> None:
    place %= len(text) + 1
    assert pace.frames(text[:place] + character + text[place:]) >= pace.frames(text)


@given(texts, st.characters(categories=["L", "N"]), st.integers(0), paces)
@properties
def test_one_more_letter_anywhere_never_shortens_what_is_said(text: str, letter: str, place: int, pace: Pace) -> None:
    """A hyphen or a line break may: it joins what a line's end has parted."""
    place %= len(text) + 1
    longer = text[:place] + letter + text[place:]
    assert pace.frames(" ".join(clean(longer).split())) >= pace.frames(" ".join(clean(text).split()))


@given(paces, st.integers(0, 40))
@properties
def test_one_more_letter_adds_at_most_its_own_time(pace: Pace, letters: int) -> None:
    added = pace.frames("a" * (letters + 1)) - pace.frames("a" * letters)
    assert added <= math.ceil(pace.frames_per_unit)


@given(texts, texts)
@properties
def test_weight_is_additive(one: str, other: str) -> None:
    assert weight(one + other) == pytest.approx(weight(one) + weight(other))


@given(texts, paces)
@properties
def test_every_text_takes_at_least_a_frame(text: str, pace: Pace) -> None:
    assert pace.frames(text) >= 1


@given(st.integers(150, 3000), st.floats(0.5, 14))
@properties
def test_a_text_of_the_limit_s_weight_fits_and_one_letter_more_does_not(frames: int, per_unit: float) -> None:
    pace = Pace(per_unit)
    letters = math.floor(pace.limit(frames) + 1e-9)
    assert pace.frames("a" * letters) <= frames < pace.frames("a" * (letters + 1))


@given(st.data(), st.lists(st.floats(1, 300), min_size=1, max_size=30))
@properties
def test_shares_sum_to_the_total_and_follow_the_weights(data: st.DataObject, weights: list[float]) -> None:
    total = data.draw(st.integers(len(weights), 20_000))
    shares = share(total, weights)
    assert sum(shares) == total
    assert min(shares) >= 1
    spare = total - len(weights)  # beyond the frame that each has at least
    for frames, part in zip(shares, weights, strict=True):
        assert abs(frames - 1 - spare * part / sum(weights)) < 1 + 1e-6


@given(st.text(string.ascii_letters, min_size=12) | st.text("你好世界今天气很真不是我们", min_size=4))
@properties
def test_english_and_chinese_are_paced_by_their_bytes_as_upstream(text: str) -> None:
    assert weight(text) == len(text.encode())
    for speed in (0.5, 1.0, 2.0):
        assert 0 <= at_speed(speed).frames(text) - upstream_frames(text, speed) <= 1


def test_upstream_takes_nine_letters_for_three_times_as_long_as_ten_and_we_do_not() -> None:
    """Measured of upstream with one voice: 2.86 s for 9 bytes, 0.95 s for 10."""
    assert upstream_frames("a" * 9, 1.0) > 2.9 * upstream_frames("a" * 10, 1.0)
    nine, ten = at_speed(1.0).frames("a" * 9), at_speed(1.0).frames("a" * 10)
    assert 0.9 * ten < nine <= ten


def test_cyrillic_and_thai_are_not_slowed_by_their_bytes_as_upstream() -> None:
    pace = at_speed(1.0)
    assert pace.frames("Добрыйвечердрузья") == pace.frames("a" * 17)
    assert upstream_frames("Добрыйвечердрузья", 1.0) == pytest.approx(2 * pace.frames("a" * 17), abs=2)
    assert pace.frames("สวัสดีครับผมชื่อสมชาย") < 0.5 * upstream_frames("สวัสดีครับผมชื่อสมชาย", 1.0)


@pytest.mark.parametrize("text", ["Hi", "Yes.", "Hello you", "你好", "A sentence that is longer than a few words."])
def test_speed_counts_for_texts_of_any_length_where_upstream_s_short_ones_ignore_it(text: str) -> None:
    normal = at_speed(1.0).frames(text)
    for speed in (0.3, 0.5, 1.5, 2.0, 3.0):
        assert abs(at_speed(speed).frames(text) - normal / speed) <= 1 + 1 / speed


def test_a_lone_word_gets_more_time_than_its_share_of_a_sentence() -> None:
    pace = Pace(10.0)
    assert pace.frames("Yes") > 2 * 10 * 3
    assert pace.frames("a" * 12) == 120


@pytest.mark.parametrize(
    ("longer", "shorter"),
    [
        pytest.param("7", "a", id="a digit is a word"),
        pytest.param("€", "a", id="a currency sign is a word"),
        pytest.param("한", "a", id="a Hangul syllable has several letters"),
        pytest.param("か", "a", id="a kana is a syllable"),
        pytest.param("你", "か", id="a Han character is longer than a kana"),
        pytest.param("ب", "b", id="Arabic leaves vowels out"),
    ],
)
def test_a_character_weighs_what_it_takes_to_say(longer: str, shorter: str) -> None:
    assert weight(longer) > weight(shorter) > 0


@pytest.mark.parametrize("silent", ["\u0301", "\u200d", "🙂", "\u0e31", "\x00"])
def test_what_is_not_said_weighs_nothing(silent: str) -> None:
    assert weight(silent) == 0


def test_a_precomposed_letter_weighs_what_its_parts_do() -> None:
    assert weight("é") == weight("e\u0301") == 1
