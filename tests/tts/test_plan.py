"""A plan fits the model, keeps the length asked for, repeats itself, and refuses what can't be said."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.texts import TEXTS
from tts.clock import FRAMES_PER_S, HOP, SAMPLE_RATE, Samples
from tts.errors import InvalidInput, RequestError
from tts.media.join import FADE, join
from tts.plan import MAX_FRAMES, Plan, boundaries, plan, reference_text
from tts.text.clean import clean
from tts.text.marks import FASTEST, SLOWEST
from tts.text.tokens import load_vocabulary, tokens
from tts.voice.reference import Voice
from tts.voice.registry import Voices, built_in
from warmup.weights.find import DEMO

VOCABULARY = load_vocabulary(Path(str(files("f5_tts") / "infer" / "examples" / "vocab.txt")))
VOICES = Voices()
SAYABLE = [text for text in TEXTS if any(token.isascii() and token.isalnum() for token in tokens(text))]
SHORT = "Hello there, how are you today?"
LONG = " ".join(text + "." for text in SAYABLE[:40])
properties = settings(deadline=None, max_examples=60, derandomize=True)
SPEEDS = [SLOWEST, 0.5, 1.0, 1.7, FASTEST]
UNEVEN = "Once upon a time. " + "and so it went on and on and on for ever " * 3 + "then. It was over again. "


def planned(
    text: str, voice: str | Voice = "basic_en", speed: float = 1.0, duration_s: float | None = None, seed: int = 7
) -> Plan:
    voice = VOICES.named(voice) if isinstance(voice, str) else voice
    return plan(text, voice, VOCABULARY, speed=speed, duration_s=duration_s, seed=seed)


def natural_s(text: str, voice: str = "basic_en") -> float:
    return sum(chunk.frames for chunk in planned(text, voice).chunks) / FRAMES_PER_S


def joined(made: Plan) -> Samples:
    """Return what the engine's chunks make together; a chunk's sound is a frame shorter than its mel."""
    return join([np.zeros((chunk.frames - 1) * HOP, np.float32) for chunk in made.chunks])[0]


def check_fits(made: Plan) -> None:
    for chunk in made.chunks:
        assert len(chunk.tokens) + 1 <= made.reference_frames + chunk.frames <= MAX_FRAMES


def check_length(made: Plan, duration_s: float) -> None:
    assert made.samples == round(duration_s * SAMPLE_RATE)
    assert made.samples <= len(joined(made)) < made.samples + 2 * HOP


@pytest.mark.parametrize("voice", list(built_in()))
def test_every_chunk_of_a_long_text_fits_the_model_at_any_speed(voice: str) -> None:
    for speed in SPEEDS:
        made = planned(LONG, voice, speed)
        assert len(made.chunks) > 1
        check_fits(made)


def test_more_tokens_than_frames_are_refused_since_the_network_would_drop_the_last() -> None:
    """Marks that take no time are tokens all the same, and a hurried voice has few frames for them."""
    hurried = replace(VOICES.named("basic_en"), text="Hello there, how are you today? " * 4)
    with pytest.raises(InvalidInput, match="more characters than can be said in its time"):
        planned("a©" * 600, hurried, speed=FASTEST)


@given(st.lists(st.sampled_from(SAYABLE), min_size=1, max_size=12), st.floats(SLOWEST, FASTEST))
@properties
def test_a_plan_says_the_whole_text(parts: list[str], speed: float) -> None:
    text = "\n".join(parts)
    made = planned(text, "town", speed)
    check_fits(made)
    assert "".join("".join(chunk.text.split()) for chunk in made.chunks) == "".join(clean(text).split())


@given(
    st.lists(st.sampled_from(SAYABLE), min_size=1, max_size=12),
    st.floats(SLOWEST, FASTEST),
    st.floats(0.5, 2.5),
    st.sampled_from(["demo", "basic_en", "basic_zh", "town"]),
)
@properties
def test_a_length_asked_for_is_kept_whatever_the_text(parts: list[str], speed: float, factor: float, name: str) -> None:
    text = " ".join(parts)
    duration_s = natural_s(text, name) * factor
    made = planned(text, name, speed, duration_s)
    check_length(made, duration_s)
    check_fits(made)


@pytest.mark.parametrize("duration_s", [1.2, 1.7, 2.345678, 4.0])
@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_a_length_asked_for_is_kept_by_one_chunk_at_any_speed(duration_s: float, speed: float) -> None:
    made = planned(SHORT, speed=speed, duration_s=duration_s)
    assert len(made.chunks) == 1
    check_length(made, duration_s)


@pytest.mark.parametrize("factor", [0.4, 0.7, 1.0, 1.3, 2.5])
def test_a_length_asked_for_is_shared_by_many_chunks(factor: float) -> None:
    duration_s = round(natural_s(LONG) * factor, 2)
    made = planned(LONG, duration_s=duration_s)
    assert len(made.chunks) > 2
    check_length(made, duration_s)


@pytest.mark.parametrize("voice", ["basic_zh", "town", "main"])
def test_chunks_of_uneven_length_fit_the_model_when_they_share_a_length(voice: str) -> None:
    for repeats in (1, 3, 10):
        text = UNEVEN * repeats
        for factor in np.linspace(0.4, 2.5, 15).tolist():
            check_fits(planned(text, voice, duration_s=natural_s(text, voice) * factor))


@pytest.mark.parametrize("text", [SHORT, "Oh, hello you.", LONG])
@pytest.mark.parametrize("duration_s", [0.05, 9000.0])
def test_a_length_out_of_reach_is_refused_with_the_lengths_that_are_possible(text: str, duration_s: float) -> None:
    with pytest.raises(InvalidInput, match="duration_s") as refusal:
        planned(text, duration_s=duration_s)
    assert refusal.value.field == "duration_s"
    shortest, longest = map(float, re.findall(r"\d+\.\d+", refusal.value.hint))
    assert longest / shortest == pytest.approx(FASTEST / SLOWEST, rel=0.1)
    check_length(planned(text, duration_s=2 * shortest), 2 * shortest)


@pytest.mark.parametrize("voice", ["demo", "basic_zh", "main", "town"])
def test_both_ends_of_the_range_that_a_refusal_names_are_accepted(voice: str) -> None:
    for words in range(1, 12):
        text = "hello " * words
        with pytest.raises(InvalidInput) as refusal:
            planned(text, voice, duration_s=9000.0)
        for possible in map(float, re.findall(r"\d+\.\d+", refusal.value.hint)):
            assert planned(text, voice, duration_s=possible).samples == round(possible * SAMPLE_RATE)


def test_the_same_seed_gives_the_same_plan_and_another_only_other_seeds() -> None:
    made, again, other = planned(LONG, seed=7), planned(LONG, seed=7), planned(LONG, seed=8)
    assert made == again
    assert [replace(chunk, seed=0) for chunk in made.chunks] == [replace(chunk, seed=0) for chunk in other.chunks]
    assert not {chunk.seed for chunk in made.chunks} & {chunk.seed for chunk in other.chunks}


def test_every_chunk_has_its_own_seed() -> None:
    seeds = [chunk.seed for chunk in planned(LONG).chunks]
    assert len(set(seeds)) == len(seeds) > 1


@pytest.mark.parametrize("text", ["Yes.", SHORT, LONG])
def test_twice_the_speed_takes_half_the_time(text: str) -> None:
    """Upstream ignores the speed for texts under ten bytes."""
    normal, fast = (sum(c.frames for c in planned(text, speed=speed).chunks) for speed in (1.0, 2.0))
    assert fast == pytest.approx(normal / 2, rel=0.1)


def test_a_short_text_takes_about_as_long_as_it_is_said() -> None:
    """Upstream gives nine bytes three times as long as ten."""
    nine, ten = (planned(text).chunks[0].frames for text in ("Hello you", "Hello you."))
    assert nine <= ten < 1.15 * nine


def test_the_model_reads_the_reference_s_words_before_the_chunk_s() -> None:
    (chunk,) = planned("Hello!").chunks
    prompt = "Some call me nature, others call me mother nature. "
    assert list(chunk.tokens) == VOCABULARY.encode([*prompt, *"Hello!"])


def test_characters_unknown_to_the_model_are_named_in_a_warning() -> None:
    (warning,) = planned("Hello ሰ🙂 world ሰ").warnings
    assert warning.endswith(": ሰ, 🙂")
    assert planned("Hello world").warnings == ()


def test_a_warning_names_twenty_characters_at_most() -> None:
    unknown = "".join(map(chr, range(0x1200, 0x1230)))
    (warning,) = planned("Hello " + unknown).warnings
    assert warning.endswith(", ".join(unknown[:20]) + ", …")


def test_a_voice_s_warnings_stand_before_the_text_s() -> None:
    voice = replace(VOICES.named("basic_en"), warnings=("the voice is odd",))
    assert planned("Hello 🙂", voice).warnings[0] == "the voice is odd"
    assert len(planned("Hello 🙂", voice).warnings) == 2


@pytest.mark.parametrize("text", ["🙂", "🙂🙂 👍🏽", "...", "?!", "—", "。", "\u200b", " \n ", "", "ሰላም"])
def test_a_text_in_which_nothing_can_be_said_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        planned(text)
    assert refusal.value.field == "text"


@pytest.mark.parametrize("text", ["Hi " + "🙂" * 3000, "a" + "\u0323\u0329" * 2000 + "b"])
def test_characters_that_take_no_time_do_not_outgrow_the_model(text: str) -> None:
    check_fits(planned(text))


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_voice_that_hardly_speaks_is_planned_within_the_model_or_refused(speed: float) -> None:
    voice = replace(VOICES.named("basic_en"), text="Oh.")
    try:
        made = planned("One two three, and so on.", voice, speed)
    except RequestError:
        return
    check_fits(made)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Hello", "Hello. ", id="a full stop is added"),
        pytest.param("Hello.", "Hello. ", id="one that is there serves"),
        pytest.param("Hello?", "Hello? ", id="upstream makes two stops and two blanks of a question"),
        pytest.param("Hello! ", "Hello! ", id="blanks at the end become one"),
        pytest.param("Hello,", "Hello. ", id="a comma becomes a full stop"),
        pytest.param("“Hello.”", "“Hello.” ", id="a quote may follow the stop"),
        pytest.param("„Hallo.“", "„Hallo.“ ", id="a German quote too"),
        pytest.param("« Oui. »", "« Oui. » ", id="a French quote with its blank too"),
        pytest.param("Hello\nyou", "Hello you. ", id="lines are joined"),
        pytest.param("你好", "你好。", id="a Chinese full stop needs no blank"),
        pytest.param("你好？", "你好？", id="a Chinese question stays one"),
        pytest.param("你好，", "你好。", id="a Chinese comma becomes a full stop"),
        pytest.param("नमस्ते।", "नमस्ते। ", id="a danda is a full stop"),
    ],
)
def test_the_reference_s_text_ends_as_the_model_needs_it(text: str, expected: str) -> None:
    assert reference_text(text) == expected
    assert reference_text(expected) == expected


def test_boundaries_are_in_milliseconds_without_gaps() -> None:
    edges = [(0, 24_001), (24_001, 50_011), (50_011, 50_011 + FADE)]
    marks = boundaries(edges)
    assert marks[0] == (0.0, 1.0)
    assert marks[-1][1] == round((50_011 + FADE) / SAMPLE_RATE, 3)
    assert all(end == start for (_, end), (start, _) in pairwise(marks))


def test_a_letter_whose_accent_the_model_lacks_is_read_plain_and_named() -> None:
    """Upstream makes it a blank: "caf" and a gap."""
    vocabulary = load_vocabulary(DEMO / "vocab.txt")
    voice = Voices().named("demo")
    made, plain = (
        plan(text, voice, vocabulary, speed=1.0, duration_s=None, seed=1) for text in ("Two cafés.", "Two cafes.")
    )
    assert made.chunks[0].tokens == plain.chunks[0].tokens
    assert made.chunks[0].text == "Two cafés."
    assert made.warnings == ("the model doesn't know these characters and reads them plain: é as e",)
