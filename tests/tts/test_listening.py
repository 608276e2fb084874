"""Recordings without a transcript through the whole worker, with the real Whisper of the package."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import numpy as np
import pytest
import torch

from tests.conftest import as_file, tone
from tests.support.ears import Told
from tests.support.jobs import answer, samples, watch
from tests.support.speaking import in_a_row, music, recorded
from tts.asr.tokens import word_errors
from tts.clock import SAMPLE_RATE, Samples
from tts.errors import RequestError, TranscriptionUnavailable, VoiceUnusable
from tts.voice.registry import built_in
from tts.worker import Worker

OTHER = "Nobody has ever spoken these words into that microphone, so they must be of something else."


def sent(samples: Samples) -> str:
    return base64.b64encode(as_file(samples)).decode()


def asked(worker: Worker, action: str, **given: Any) -> dict[str, Any]:
    """Return the reply to a job that says nothing."""
    return asyncio.run(worker.handle({"id": "job", "input": {"action": action, **given}}))


def about(reply: dict[str, Any]) -> list[tuple[str, str]]:
    return [(finding["level"], finding["about"]) for finding in reply["findings"]]


@pytest.fixture(scope="module")
def main() -> str:
    return base64.b64encode(built_in()["main"].file.read_bytes()).decode()


def test_a_recording_without_a_transcript_is_spoken_with_and_the_second_time_it_is_known(
    worker: Worker, main: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = answer(worker, text="Two red cats.", voice_base64=main)
    assert first["voice"]["transcript"] == "made"
    assert word_errors(first["voice"]["text"], built_in()["main"].text) <= 0.2
    monkeypatch.setattr(worker.synthesizer.voices, "ear", None)
    again = answer(worker, text="Two red cats.", voice_base64=main)
    assert (again["audio"], again["voice"]) == (first["audio"], first["voice"])
    given = answer(worker, text="Two red cats.", voice_base64=main, voice_text=first["voice"]["text"])
    assert given["voice"]["transcript"] == "given"
    assert np.array_equal(samples(given), samples(first)), "a transcript that is made is used as one that is given"


@pytest.mark.slow
@pytest.mark.parametrize("given", [False, True], ids=["without a transcript", "with a plain one of all of it"])
def test_a_long_recording_is_cut_with_its_words(worker: Worker, given: bool) -> None:
    samples, text = in_a_row("basic_en", "main", "town")
    transcript = {"voice_text": text} if given else {}
    voice = answer(worker, text="Two red cats.", voice_base64=sent(samples), **transcript)["voice"]
    assert voice["transcript"] == ("given" if given else "made")
    known = worker.synthesizer.voices.recorded(as_file(samples), text if given else None)
    assert 3 <= known.duration_s <= 12.1
    assert voice["text"] == known.text
    assert not given or voice["text"] in text
    heard = asked(worker, "transcribe", voice_base64=sent(known.samples))["text"]
    assert word_errors(heard, voice["text"]) <= 0.2, "sound and words are of the same part"


@pytest.mark.slow
def test_a_transcript_of_something_else_is_refused_where_that_is_asked(worker: Worker, main: str) -> None:
    refused = answer(worker, text="Hi.", voice_base64=main, voice_text=OTHER, check_transcript=True)["error"]
    assert (refused["code"], refused["field"]) == ("voice_unusable", "voice_text")
    assert OTHER in refused["message"]
    assert "spoons of fresh snow peas" in refused["message"]
    taken = answer(worker, text="Hi.", voice_base64=main, voice_text=built_in()["main"].text, check_transcript=True)
    assert (taken["voice"]["transcript"], taken["warnings"]) == ("given", [])


def test_a_contradiction_that_is_found_is_a_warning_with_both(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker.synthesizer.voices, "ear", Told(OTHER))
    slow = "Some words."
    reply = answer(worker, text="Two red cats.", voice_base64=sent(tone(3)), voice_text=slow)
    assert len(reply["warnings"]) == 1
    assert slow in reply["warnings"][0]
    assert OTHER in reply["warnings"][0]


def test_transcribe_tells_the_words_with_their_times(worker: Worker, main: str) -> None:
    reply = asked(worker, "transcribe", voice_base64=main, language="en")
    assert word_errors(reply["text"], built_in()["main"].text) <= 0.2
    assert " ".join(word["text"] for word in reply["words"]) == reply["text"]
    assert (reply["language"], reply["model"]) == ("en", "tiny.en")
    assert reply["words"][-1]["end_s"] <= reply["duration_s"] + 0.1


@pytest.mark.parametrize("failure", [TranscriptionUnavailable, VoiceUnusable], ids=lambda kind: kind.code)
def test_transcribe_asks_for_nothing_that_it_does_not_take(
    worker: Worker, main: str, monkeypatch: pytest.MonkeyPatch, failure: type[RequestError]
) -> None:
    told = Told(failure=failure("nothing can be made out", "send it as voice_text", "voice_text"))
    monkeypatch.setattr(worker.synthesizer.listening, "_ear", told)
    error = asked(worker, "transcribe", voice_base64=main)["error"]
    assert (error["code"], error["message"]) == (failure.code, "nothing can be made out")
    assert "voice_text" not in str(error)


CHECKED = {  # what is sent: whether it can be used, and what must and what must not be found
    "a good recording": (recorded("main"), "", True, set(), {"music", "noise", "clipping", "band", "transcript"}),
    "its transcript": (recorded("main"), built_in()["main"].text, True, set(), {"transcript"}),
    "another's transcript": (recorded("main"), OTHER, True, {"transcript"}, {"music"}),
    "music": (music(6), "", False, {"transcript", "music"}, set()),
    "silence": (np.zeros(5 * SAMPLE_RATE, np.float32), "", False, {"recording"}, {"transcript"}),
    "half a second": (recorded("main")[: SAMPLE_RATE // 2], "", False, {"recording"}, set()),
    "with music": (recorded("main") + music(7)[: len(recorded("main"))] / 4, "-", True, {"music"}, set()),
    "too long": (in_a_row("main", "town", "basic_en")[0], "", True, {"length"}, {"music"}),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", CHECKED)
def test_check_voice_finds(worker: Worker, kind: str) -> None:
    samples, text, usable, found, absent = CHECKED[kind]
    given = {"-": {"voice_text": built_in()["main"].text}, "": {}}.get(text, {"voice_text": text})
    reply = asked(worker, "check_voice", voice_base64=sent(samples), **given)
    subjects = {subject for _, subject in about(reply)}
    assert reply["usable"] == usable
    assert found <= subjects
    assert not absent & subjects
    assert all(finding["says"] and finding["better"] for finding in reply["findings"])


def test_check_voice_tells_into_how_many_chunks_a_text_would_go(worker: Worker, main: str) -> None:
    known, text = built_in()["main"], "Two red cats sit under the old tree. " * 9
    checked = asked(worker, "check_voice", voice_base64=main, voice_text=known.text, text=text)
    said = answer(worker, text=text, voice_base64=main, voice_text=known.text)
    assert checked["chunks"] == len(said["chunks"]) > 1
    assert (checked["text"], checked["transcript"]) == (known.text, "given")
    assert checked["wer"] == round(word_errors(checked["heard"], known.text), 3) < 0.5


def test_whisper_makes_room_where_memory_runs_out(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    class Large(Told):
        there = True

        def unload(self) -> bool:
            was, self.there = self.there, False
            return was

    ear = Large()

    def scarce(frames: int) -> None:
        if ear.there:
            raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(worker.synthesizer.voices, "ear", ear)
    watch(worker, monkeypatch, scarce)
    assert "audio" in answer(worker, text="Two red cats.")
