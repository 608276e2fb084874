"""The real Whisper tiny.en: what it hears, and that it invents nothing."""

from __future__ import annotations

import os
import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.support.speaking import NO_WORDS, SAID, recorded, spoken
from tts.asr.heard import Weights
from tts.asr.tokens import word_errors
from tts.asr.whisper import Whisper
from tts.clock import SAMPLE_RATE
from tts.errors import RequestError, TranscriptionUnavailable, VoiceUnusable
from tts.voice.registry import built_in
from warmup.weights.whisper import embedded

ENGLISH = ["basic_en", "main", "country", "town"]  # by people, of the f5-tts package


@pytest.mark.parametrize("name", ENGLISH)
def test_what_people_say_is_heard_with_the_times_of_its_words(ear: Whisper, name: str) -> None:
    samples = recorded(name)
    heard = ear.hear(samples)
    assert word_errors(heard.text, built_in()[name].text) <= 0.35
    assert (heard.language, heard.model) == ("en", "tiny.en")
    edges = [edge for word in heard.words for edge in (word.start_s, word.end_s)]
    assert all(one <= other for one, other in pairwise(edges))
    assert 0 <= edges[0] < edges[-1] <= len(samples) / SAMPLE_RATE + 0.1


@pytest.mark.parametrize(
    "sound",
    [pytest.param(name, marks=[] if name in ("white noise", "a tone") else pytest.mark.slow) for name in NO_WORDS],
)
def test_no_words_are_heard_where_nobody_speaks(ear: Whisper, sound: str) -> None:
    with pytest.raises(RequestError) as caught:
        ear.hear(NO_WORDS[sound])
    assert isinstance(caught.value, VoiceUnusable | TranscriptionUnavailable)
    assert "voice_text" in caught.value.hint


@pytest.mark.slow
@pytest.mark.parametrize("language", SAID)
def test_a_language_that_the_model_does_not_know_is_not_turned_into_english(ear: Whisper, language: str) -> None:
    with pytest.raises(TranscriptionUnavailable, match="knows no other language"):
        ear.hear(spoken(language, SAID[language]))


def test_chinese_of_a_person_is_not_turned_into_english(ear: Whisper) -> None:
    with pytest.raises(
        TranscriptionUnavailable, match=r"no clear English .* tiny\.en, knows no other language"
    ) as caught:
        ear.hear(recorded("basic_zh"))
    assert "voice_text" in caught.value.hint


@pytest.mark.parametrize("language", ["zh", "zh-CN", "de_DE", "xx"])
def test_a_language_that_is_named_and_unknown_is_refused_before_anything_is_heard(ear: Whisper, language: str) -> None:
    with pytest.raises(TranscriptionUnavailable, match=language):
        ear.hear(recorded("main"), language)


@pytest.mark.parametrize("language", ["en", "EN", "en-GB", "en_US"])
def test_english_may_be_named_as_people_name_it(ear: Whisper, language: str) -> None:
    assert ear.hear(recorded("main")[: 2 * SAMPLE_RATE], language).language == "en"


def test_what_is_sure_is_heard_once_and_twice_if_asked(ear: Whisper) -> None:
    samples = recorded("main")
    once, twice = ear.hear(samples), ear.hear(samples, twice=True)
    assert (once.twice, twice.twice) == (False, True)
    assert once.text == twice.text


def test_what_two_hearings_do_not_agree_on_is_not_returned(ear: Whisper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tts.asr.doubt.agree", lambda one, other: False)
    with pytest.raises(TranscriptionUnavailable, match="no clear English"):
        ear.hear(recorded("main"), twice=True)


@pytest.mark.slow
def test_a_model_that_is_unloaded_is_loaded_again_when_it_is_needed() -> None:
    found: list[Weights] = []

    def find() -> Weights:
        found.append(embedded())
        return found[-1]

    ear, samples = Whisper(find, "cpu"), recorded("main")
    assert not ear.unload()
    assert not found, "looked for before anything was to be heard"
    first = ear.hear(samples)
    assert ear.hear(samples) == first
    assert len(found) == 1
    assert ear.unload()
    assert not ear.unload()
    assert ear.hear(samples) == first
    assert len(found) == 2


def test_hearing_goes_behind_synthesis(ear: Whisper) -> None:
    ear.hear(recorded("main")[: 2 * SAMPLE_RATE])
    thread = next(each for each in threading.enumerate() if each.name.startswith("hearing"))
    assert thread.native_id is not None
    others = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert os.getpriority(os.PRIO_PROCESS, thread.native_id) > others


def test_a_model_that_can_not_be_loaded_is_told_without_its_place() -> None:
    with pytest.raises(TranscriptionUnavailable, match="can't make one") as caught:
        Whisper(lambda: Weights("broken", Path("/nowhere/at/all")), "cpu").hear(np.zeros(SAMPLE_RATE, np.float32))
    assert "nowhere" not in f"{caught.value.message} {caught.value.hint}"
