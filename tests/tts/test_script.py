"""A text becomes lines of voices with pauses, and a plan of several voices fits the model and the length."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.texts import TEXTS
from tts.clock import SAMPLE_RATE
from tts.errors import InvalidInput, VoiceNotFound
from tts.media.join import joined_length
from tts.plan import HOP, MAX_FRAMES, Plan, plan
from tts.script import Manner, Pauses
from tts.text.clean import clean
from tts.text.tokens import load_vocabulary
from tts.voice.reference import Voice
from tts.voice.registry import Voices

VOCABULARY = load_vocabulary(Path(str(files("f5_tts") / "infer" / "examples" / "vocab.txt")))
VOICES = Voices()
BASIC = VOICES.named("basic_en")


class Styled(Voices):
    """The built-in voices; `town` speaks calmly with `country`'s recording."""

    def styles(self, name: str) -> list[str]:
        return ["calm"] if name == "town" else []

    def named(self, name: str, style: str | None = None) -> Voice:
        return super().named("country" if style == "calm" else name)


CAST = Styled()


def planned(
    text: str, voice: Voice = BASIC, duration_s: float | None = None, speed: float = 1.0, manner: Manner | None = None
) -> Plan:
    return plan(
        text, voice, VOCABULARY, speed=speed, duration_s=duration_s, seed=7, manner=manner or Manner(), cast=CAST
    )


def told(made: Plan) -> list[tuple[str, str, float | None]]:
    return [
        (made.voice(chunk).name, chunk.text, None if chunk.pause is None else chunk.pause / SAMPLE_RATE)
        for chunk in made.chunks
    ]


def test_marks_become_voices_and_pauses() -> None:
    made = planned("So he said: [town]Hello there.[pause:1.5s] [voice:main]Who is it? [style]".replace(" [style]", ""))
    assert told(made) == [
        ("basic_en", "So he said:", None),
        ("town", "Hello there.", 1.5),
        ("main", "Who is it?", None),
    ]
    assert [speaker.voice.name for speaker in made.speakers] == ["basic_en", "town", "main"]


def test_a_style_is_another_recording_of_the_voice() -> None:
    made = planned("[town]Hello there. [calm]Hello there. [voice:town style=calm]And so on. [town]Well then.")
    assert [made.voice(chunk).name for chunk in made.chunks] == ["town", "country", "country", "town"]
    assert len(made.speakers) == 2, "a voice is read once"


def test_every_chunk_has_its_own_voice_s_words_and_frames() -> None:
    made = planned("[town]Hello there. [main]Hello there.")
    first, second = made.chunks
    for chunk in made.chunks:
        speaker = made.speakers[chunk.speaker]
        prompt = VOCABULARY.encode(list(speaker.prompt))
        assert list(chunk.tokens[: len(prompt)]) == prompt
        assert speaker.frames == 1 + len(speaker.voice.samples) // HOP
    assert first.tokens != second.tokens


def test_a_turn_s_speed_is_its_own() -> None:
    slow, fast, asked = planned("[town speed=0.5]Hello there, how are you? [town speed=2]Hello there, how are you? "
                                "[town]Hello there, how are you?").chunks  # fmt: skip
    assert slow.frames == pytest.approx(4 * fast.frames, rel=0.05)
    assert asked.frames == pytest.approx(2 * fast.frames, rel=0.05)


def test_pauses_stand_behind_sentences_and_paragraphs_and_nowhere_else() -> None:
    text = "Dr. Hill came in. Then he left, at last.\n\nNobody saw him. “Where is he?” she asked."
    made = planned(text, manner=Manner(pauses=Pauses(0.5, 1.0)))
    assert [(text, pause) for _, text, pause in told(made)] == [
        ("Dr. Hill came in.", 0.5),
        ("Then he left, at last.", 1.0),
        ("Nobody saw him.", 0.5),
        ("“Where is he?” she asked.", None),
    ]
    made = planned(text, manner=Manner(pauses=Pauses(paragraph_s=1.0)))
    assert [pause for _, _, pause in told(made)] == [1.0, None]


def test_a_pause_that_is_marked_counts_instead_of_a_sentence_s_and_pauses_add_up() -> None:
    made = planned("One it is. [pause:2s] [pause:1s] Two they are. Three.", manner=Manner(pauses=Pauses(0.5)))
    assert [pause for _, _, pause in told(made)] == [3.0, 0.5, None]


def test_between_turns_a_sentence_s_pause_stands_only_where_one_ends() -> None:
    manner = Manner(pauses=Pauses(0.5, 1.0))
    made = planned("He said: [town]Come in.\n\n[main]Thank you. [voice]They sat.", manner=manner)
    assert [pause for _, _, pause in told(made)] == [None, 1.0, 0.5, None]


def test_turns_in_which_nothing_can_be_said_are_left_out_but_their_pauses_stay() -> None:
    made = planned("[pause:1s]🙂[town]...[pause:2s][main]Hello there.[pause:500ms]")
    assert made.lead == 3 * SAMPLE_RATE
    assert told(made) == [("main", "Hello there.", 0.5)]


@pytest.mark.parametrize("text", ["[pause:1s]", "[town]", "[town]...", "[town][pause:1s]🙂"])
def test_marks_alone_say_nothing(text: str) -> None:
    with pytest.raises(InvalidInput, match="nothing in the text can be said"):
        planned(text)


@pytest.mark.parametrize("text", ["Oh. [nobody]Hi.", "Oh. [calm]Hi.", "[main style=calm]Hi."])
def test_voices_and_styles_that_are_not_there_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"text, character \d+"):
        planned(text)


def test_without_a_cast_no_voice_can_be_named() -> None:
    with pytest.raises(InvalidInput, match="no voice or style"):
        plan("[town]Hi.", BASIC, VOCABULARY, speed=1.0, duration_s=None, seed=1)
    with pytest.raises(VoiceNotFound):
        VOICES.named("town", "calm")


SPOKEN = [text for text in TEXTS[:80] if not set("[<") & set(text)]


@given(
    st.lists(st.tuples(st.sampled_from(["", "[town]", "[main speed=0.7]", "[pause:1s]"]), st.sampled_from(SPOKEN))),
    st.none() | st.floats(0, 2),
)
@settings(deadline=None, derandomize=True, max_examples=40)
def test_a_script_is_said_whole_and_fits_the_model(script: list[tuple[str, str]], pause_s: float | None) -> None:
    text = "Once upon a time. " + "\n\n".join(f"{mark} {said}" for mark, said in script)
    made = planned(text, manner=Manner(pauses=Pauses(pause_s)))
    for chunk in made.chunks:
        assert len(chunk.tokens) < made.speakers[chunk.speaker].frames + chunk.frames <= MAX_FRAMES
    whole = clean("Once upon a time. " + "\n\n".join(said for _, said in script))
    written = "".join(chunk.text for chunk in made.chunks)
    assert "".join(filter(str.isalnum, written)) == "".join(filter(str.isalnum, whole))


@pytest.mark.parametrize("factor", [0.6, 1.0, 1.7])
def test_a_length_is_shared_by_voices_and_pauses(factor: float) -> None:
    text = "Once upon a time there was a town. [town]Hello there! [pause:1s][main speed=0.8]Who are you, then? " * 3
    natural = planned(text)
    lengths = [(chunk.frames - 1) * HOP for chunk in natural.chunks]
    silence = sum(chunk.pause or 0 for chunk in natural.chunks)
    spoken = joined_length(lengths, [chunk.pause for chunk in natural.chunks]) - silence
    duration_s = (spoken * factor + silence) / SAMPLE_RATE
    made = planned(text, duration_s=duration_s)
    assert sum(chunk.pause or 0 for chunk in made.chunks) == silence
    total = joined_length([(chunk.frames - 1) * HOP for chunk in made.chunks], [chunk.pause for chunk in made.chunks])
    assert 0 <= total - made.samples < 3 * HOP


def test_a_length_that_is_less_than_the_pauses_is_refused_with_their_length() -> None:
    with pytest.raises(InvalidInput, match="out of reach") as caught:
        planned("Hello there, you.[pause:5s]How are you today?", duration_s=4)
    assert "5.00 s of them silence" in caught.value.hint


def test_words_and_numbers_are_said_and_the_text_stays() -> None:
    made = planned("RunPod has 3 GPUs.", manner=Manner(words={"RunPod": "run pod"}))
    (chunk,) = made.chunks
    assert chunk.text == "RunPod has 3 GPUs."
    assert chunk.said.spoken == "run pod has three GPUs."
    assert chunk.said.words() == [("RunPod", "run pod"), ("has", "has"), ("3", "three"), ("GPUs.", "GPUs.")]
    plain = planned("run pod has three GPUs.").chunks[0]
    assert (chunk.tokens, chunk.frames) == (plain.tokens, plain.frames)
    assert planned("It has 3.", manner=Manner(normalize=False)).chunks[0].edits == ()


def test_a_word_of_the_dictionary_is_not_spelt_out_again() -> None:
    (chunk,) = planned("Call 911 now.", manner=Manner(words={"911": "nine eleven"})).chunks
    assert chunk.said.spoken == "Call nine eleven now."


def test_a_dictionary_is_read_once_for_all_the_turns_of_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr("tts.text.pronunciations.one_line", lambda text: read.append(text) or text)
    made = planned("[town]RunPod. [country]RunPod. " * 20, manner=Manner(words={"RunPod": "run pod"}))
    assert len(made.chunks) == 40
    assert read == ["RunPod", "run pod"]


def test_words_that_make_hours_of_a_page_are_refused() -> None:
    """What fills memory is what is said: 20,000 characters became three million."""
    for text in ("a " * 10_000, "[town]a [country]a " * 1_000):
        with pytest.raises(InvalidInput, match=r"words say .* characters in this text, the limit is 40000") as caught:
            planned(text, manner=Manner(words={"a": "ha " * 99}))
        assert caught.value.field == "words"
