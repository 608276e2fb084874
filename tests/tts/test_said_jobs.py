"""Numbers, words, pauses, turns and languages through the whole worker: from a job's input to its reply."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.jobs import answer, samples
from tests.support.platform_api import clean_environment
from tests.support.root import ROOT
from tts.errors import ModelError
from tts.worker import Worker
from warmup.environment.settings import Settings
from warmup.start import ready

RATE = 24_000


def error(worker: Worker, **given: Any) -> dict[str, str]:
    refused: dict[str, str] = answer(worker, **given)["error"]
    return refused


def at(seconds: float) -> int:
    return round(seconds * RATE)


def test_digits_are_said_as_words_and_the_reply_shows_both(worker: Worker) -> None:
    digits, words = (
        answer(worker, text="Sarah sees 4 blue houses."),
        answer(worker, text="Sarah sees four blue houses."),
    )
    assert np.array_equal(samples(digits), samples(words))
    assert digits["warnings"] == words["warnings"] == []
    (chunk,) = digits["chunks"]
    assert (chunk["text"], chunk["said"]) == ("Sarah sees 4 blue houses.", "Sarah sees four blue houses.")
    assert "said" not in words["chunks"][0]


def test_normalize_false_leaves_the_text_to_the_model(worker: Worker) -> None:
    (chunk,) = answer(worker, text="Sarah sees 4 blue houses.", normalize=False)["chunks"]
    assert "said" not in chunk


def test_words_of_a_request_count_before_the_endpoint_s(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker.synthesizer, "_words", {"RunPod": "two red cats", "cats": "dogs"})
    (chunk,) = answer(worker, text="RunPod and cats.", words={"cats": "blue houses"})["chunks"]
    assert chunk["said"] == "two red cats and blue houses."


def test_a_language_decides_how_numbers_are_read(worker: Worker) -> None:
    said = {
        language: answer(worker, text="Sarah 21 cats.", language=language)["chunks"][0]["said"]
        for language in ("en", "de", "fr")
    }
    assert said == {
        "en": "Sarah twenty-one cats.",
        "de": "Sarah einundzwanzig cats.",
        "fr": "Sarah vingt et un cats.",
    }


def test_an_unknown_language_is_refused_with_those_that_are_known(worker: Worker) -> None:
    refused = error(worker, text="Two red cats.", language="klingon")
    assert (refused["code"], refused["field"]) == ("invalid_input", "language")
    assert " de, " in refused["hint"]


def test_pauses_are_silence_to_the_sample_where_the_reply_says(worker: Worker) -> None:
    reply = answer(
        worker,
        text="Sarah sees four blue houses. Two red cats sit here.\n\nSarah sees ten dogs.",
        pauses={"sentence_s": 0.5, "paragraph_s": 1.25},
    )
    sound, chunks = samples(reply), reply["chunks"]
    assert len(chunks) == 3
    gaps = [(one["end_s"], other["start_s"]) for one, other in pairwise(chunks)]
    assert [round(start - end, 3) for end, start in gaps] == [0.5, 1.25]
    for end, start in gaps:
        between = sound[at(end) + 24 : at(start) - 24]  # edges are told in milliseconds
        assert not between.any()
        assert sound[at(end) - 480 : at(end)].any()
        assert sound[at(start) : at(start) + 480].any()
    silent = np.flatnonzero(sound == 0)
    runs = np.split(silent, np.flatnonzero(np.diff(silent) > 1) + 1)
    longest = sorted(len(run) for run in runs)[-2:]
    assert longest == pytest.approx([RATE // 2, RATE * 5 // 4], abs=24), "a ramp's first samples round to zero"


def test_marked_pauses_and_turns_come_in_order_each_by_its_voice(worker: Worker) -> None:
    reply = answer(worker, text="[pause:0.25s]Two red cats. [demo_low]Four dogs. <break time='1s'/>[voice]Ten houses.")
    chunks = reply["chunks"]
    assert [(chunk["voice"], chunk["text"]) for chunk in chunks] == [
        ("demo", "Two red cats."),
        ("demo_low", "Four dogs."),
        ("demo", "Ten houses."),
    ]
    assert reply["voice"]["name"] == "demo"
    assert chunks[0]["start_s"] == 0.25
    assert not samples(reply)[: at(0.25)].any()
    assert chunks[2]["start_s"] - chunks[1]["end_s"] == pytest.approx(1.0, abs=1e-6)


def test_a_turn_is_said_as_its_voice_says_it_alone(worker: Worker) -> None:
    """Each chunk carries its voice's reference, whatever others share the batch."""
    reply = answer(worker, text="Two red cats.[pause:1s][demo_low]Four dogs.", seed=5)
    first, second = reply["chunks"]
    alone = answer(worker, text="Two red cats.[pause:1s]", seed=5)
    sound = samples(reply)
    assert alone["chunks"][0]["seed"] == first["seed"]
    np.testing.assert_allclose(samples(alone)[: at(first["end_s"])], sound[: at(first["end_s"])], atol=2e-3)
    other = answer(worker, text="Two red cats.[pause:1s]Four dogs.", seed=5)
    assert other["chunks"][1]["seed"] == second["seed"]
    length = at(0.3)
    ours, theirs = (samples(each)[at(each["chunks"][1]["start_s"]) :][:length] for each in (reply, other))
    assert np.abs(ours - theirs).max() > 0.01


def test_a_length_counts_pauses(worker: Worker) -> None:
    text = "Sarah sees four blue houses.[pause:2s]Two red cats sit here."
    reply = answer(worker, text=text, duration_s=7.0)
    assert len(samples(reply)) == 7 * RATE
    chunks = reply["chunks"]
    assert chunks[1]["start_s"] - chunks[0]["end_s"] == pytest.approx(2.0, abs=1e-6)
    assert "2.00 s of them silence" in error(worker, text=text, duration_s=2.0)["hint"]


@pytest.mark.parametrize(
    ("text", "place"),
    [("Two [paus:1s] cats.", 4), ("Two cats. [demo_lo]", 10), ("[happy]Two cats.", 0), ("[pause:61s]", 0)],
)
def test_a_wrong_mark_is_refused_at_its_character_before_anything_is_said(
    worker: Worker, text: str, place: int
) -> None:
    refused = error(worker, text=text)
    assert (refused["code"], refused["field"]) == ("invalid_input", "text")
    assert refused["message"].startswith(f"text, character {place}: ")


def test_an_escaped_bracket_is_said(worker: Worker) -> None:
    (chunk,) = answer(worker, text="Two [[red] cats.")["chunks"]
    assert chunk["text"] == "Two [red] cats."


def test_an_endpoint_has_words_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "words.json"
    file.write_text('{"RunPod": "two red cats"}')
    own = ready(Settings(model="demo", on_runpod=True, words=str(file)))
    (chunk,) = answer(own, text="RunPod sits here.")["chunks"]
    assert (chunk["text"], chunk["said"]) == ("RunPod sits here.", "two red cats sits here.")


def test_an_endpoint_whose_words_can_t_be_read_says_so_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "words.json"
    file.write_text('{"RunPod": 5}')
    with pytest.raises(ModelError, match=r"TTS_WORDS=.*holds what is said for one that is no text"):
        ready(Settings(model="demo", on_runpod=True, words=str(file)))


def test_a_process_that_has_said_a_number_ends_without_a_word(tmp_path: Path) -> None:
    """The library's instances outlived the interpreter beside torch, which its bindings report line by line."""
    done = subprocess.run(
        [sys.executable, "-m", "tts", "3 red cats.", "--steps", "4", "--out", str(tmp_path / "said.wav")],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "nanobind" not in done.stderr + done.stdout
