"""Texts as people paste them are planned as if someone had tidied them: cut at ends, timed by what is read."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from itertools import accumulate
from pathlib import Path

import pytest

from tests.support.layouts import Pasted, count, fill, pasted
from tests.support.sentences import LANGUAGES, paragraphs
from tts.clock import FRAMES_PER_S
from tts.engine.schedule import chunk_seed
from tts.plan import MAX_FRAMES, Plan, plan, reference_text
from tts.script import PLAIN, Manner
from tts.text.letters import reading
from tts.text.tokens import load_vocabulary, tokens
from tts.voice.registry import Voices
from warmup.weights.find import DEMO

VOCABULARY = load_vocabulary(Path(str(files("f5_tts") / "infer" / "examples" / "vocab.txt")))
DEMO_VOCABULARY = load_vocabulary(DEMO / "vocab.txt")
VOICES = Voices()
PASTED = list(pasted())


def planned(text: str, voice: str = "basic_en", manner: Manner = PLAIN) -> Plan:
    vocabulary = DEMO_VOCABULARY if voice == "demo" else VOCABULARY
    return plan(text, VOICES.named(voice), vocabulary, speed=1.0, duration_s=None, seed=7, manner=manner)


def seconds(text: str, voice: str = "main") -> float:
    return sum(chunk.frames for chunk in planned(text, voice).chunks) / FRAMES_PER_S


def test_there_are_100_pasted_texts() -> None:
    assert len({one.text for one in PASTED}) == 100


@pytest.mark.parametrize("one", PASTED, ids=lambda one: one.name)
def test_a_pasted_text_is_cut_where_something_ends(one: Pasted) -> None:
    chunks = planned(one.text, manner=Manner(normalize=False)).chunks  # so that ends are enough for every chunk
    assert len(chunks) > 1
    assert set(accumulate(count(chunk.text) for chunk in chunks)) <= one.ends


@pytest.mark.parametrize("one", PASTED, ids=lambda one: one.name)
def test_no_letter_of_a_pasted_text_is_lost_and_no_chunk_is_without(one: Pasted) -> None:
    made = planned(one.text)
    letters = "".join(filter(str.isalnum, "".join(chunk.text for chunk in made.chunks)))
    assert letters == "".join(filter(str.isalnum, one.text))
    for chunk in made.chunks:
        assert any(map(str.isalnum, reading(chunk.text, VOCABULARY)(chunk.text))), chunk.text
        assert made.reference_frames + chunk.frames <= MAX_FRAMES


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "zh"])
@pytest.mark.parametrize("width", [44, 72])
def test_a_wrapped_book_is_planned_as_the_book(language: str, width: int) -> None:
    book = [part.text for part in paragraphs(language)]
    wrapped = planned("\n\n".join(fill(text, width, " ") for text in book))
    assert wrapped.chunks == planned("\n\n".join(book)).chunks


@pytest.mark.parametrize(
    ("text", "voice", "never", "right"),
    [
        pytest.param(
            "It was cold and the street was empty, so he went in. The letter that lay on the table\n"
            "had been there for a week and nobody had dared to open it or\n"
            "even to move it. He took it up with both hands.",
            "basic_en",
            ["on the table"],
            "so he went in.",
            id="wrapped",
        ),
        pytest.param(
            "„Kommst du heute mit uns ins Kino, Anna?“ „Nein, ich muss noch arbeiten, leider.“ „Schade, wir hätten uns "
            "sehr gefreut.“ „Vielleicht nächste Woche, wenn ich Zeit habe.“ „Gut, dann bis nächste Woche, und grüß "
            "deinen Bruder von uns.“",
            "basic_en",
            ["„Schade,"],
            "gefreut.“",
            id="German dialogue",
        ),
        pytest.param(
            "The mill stood empty after the war.[4] It burned, for reasons that nobody knows, in the winter of that "
            "year.[5] The owner, who lived abroad, sold the land.[6] A school, much too small, was built there later.",
            "basic_en",
            ["The owner,"],
            "year.[5]",
            id="footnotes",
        ),
        pytest.param(
            "Die Feier beginnt am 24. Dezember um vier Uhr. Der Vertrag wurde am 3. Oktober unterschrieben, und im 19. "
            "Jahrhundert war das noch ganz anders, sagt man. Ludwig XIV. lebte damals in Versailles, und Papst "
            "Johannes Paul II. kam viel später auf die Welt.",
            "basic_en",
            ["im 19.", "am 3.", "XIV.", "Paul II."],
            "sagt man.",
            id="ordinals",
        ),
        pytest.param(
            "Here is what you need to do today.\n1. Wash the car and clean the windows inside and outside.\n2. Call "
            "the dentist and ask for a new date next week.\n3. Bring the parcel to the post office before it "
            "closes.\n4. Write to your aunt.",
            "basic_en",
            ["2.", "3.", "4."],
            "outside.",
            id="a list",
        ),
        pytest.param(
            "他早上很早就出门了,走到车站,买了一张票.车来了以后,他坐在窗边,看着外面的山和水."
            "到了城里,他先去看朋友,然后去买书.晚上他回到家,觉得很累,但是也很高兴.",
            "basic_zh",
            ["外面的山"],
            "和水.",
            id="Chinese with ASCII marks",
        ),
    ],
)
def test_chunks_end_where_sentences_do(text: str, voice: str, never: list[str], right: str) -> None:
    found = [chunk.text for chunk in planned(text, voice).chunks]
    assert any(chunk.endswith(right) for chunk in found)
    assert not any(chunk.endswith(end) for chunk in found for end in never)


@pytest.mark.parametrize(
    ("text", "voice", "most_s"),
    [
        pytest.param(f"Two red cats.\n{'=' * 60}\nFour blue houses.", "demo", 2.1, id="a rule"),
        *(
            pytest.param(f"Two red cats. {mark * times} Four blue houses.", voice, 2.3, id=f"{voice}, {times} {mark}")
            for mark in "=~+|"
            for times in (3, 60, 200)
            for voice in ("demo", "main")
        ),
        pytest.param("She said नमस्ते दुनिया दोस्तों hello and left.", "main", 1.6, id="words that are left out"),
        pytest.param("She said ሰላም ለዓለም ሁሉ hello and left.", "demo", 2.0, id="words that are left out, demo"),
    ],
)
def test_time_is_planned_for_what_is_read(text: str, voice: str, most_s: float) -> None:
    assert 1.2 < seconds(text, voice) <= most_s


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("The oﬃcer of the ﬁrst ﬂoor ﬁxed it.", "The officer of the first floor fixed it."),
        ("Take 5㎏ and 30㎞.", "Take 5kg and 30km."),
        ("⼈⼯智能的⽅法很⽤⼼", "人工智能的方法很用心"),
        ("ｶﾞﾗｽを買う", "ガラスを買う"),
        ("Œuvre et SŒUR", "œuvre et SœUR"),
    ],
)
def test_a_text_takes_the_tokens_and_the_time_of_what_is_read(text: str, read: str) -> None:
    written, plain = planned(text, "main"), planned(read, "main")
    assert [(one.tokens, one.frames) for one in written.chunks] == [(one.tokens, one.frames) for one in plain.chunks]
    assert [chunk.text for chunk in written.chunks] == [text]
    assert written.warnings == ()


def test_a_reference_is_read_in_letters_that_the_model_knows_too() -> None:
    voice = VOICES.named("basic_en")
    written, plain = (
        plan("Hello.", replace(voice, text=text), VOCABULARY, speed=1.0, duration_s=None, seed=7)
        for text in ("The oﬃcer.", "The officer.")
    )
    assert written.chunks[0].tokens == plain.chunks[0].tokens


def test_a_length_asked_for_is_shared_by_what_is_read() -> None:
    text = f"Two red cats sit here. {'=' * 200} Four blue houses stand there."
    voice = VOICES.named("basic_en")
    made, plain = (
        plan(said, voice, VOCABULARY, speed=1.0, duration_s=4.0, seed=7) for said in (text, text.replace("=", ""))
    )
    assert [chunk.frames for chunk in made.chunks] == [chunk.frames for chunk in plain.chunks]
    assert [chunk.tokens for chunk in made.chunks] == [chunk.tokens for chunk in plain.chunks]


def test_the_job_that_comes_with_the_worker_is_planned_as_ever() -> None:
    text = "Sarah sees four blue houses. Two red cats sit under the old tree."
    (chunk,) = planned(text, "demo").chunks
    assert (chunk.text, chunk.frames, chunk.seed) == (text, 388, chunk_seed(7, 0))
    prompt = reference_text(VOICES.named("demo").text)
    assert list(chunk.tokens) == DEMO_VOCABULARY.encode(tokens(prompt + text))
