"""Words found in the packaged recordings of people, and in what the demo model says."""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest
import srt

from tests.support.jobs import LONG, TEXT, answer
from tts.captions.caption import timed
from tts.captions.words import Said, Word, said
from tts.clock import SAMPLE_RATE, Samples
from tts.media.decode import decode
from tts.voice.registry import built_in
from tts.worker import Worker

VOICES = ("demo", "basic_en", "basic_zh", "main", "country", "town")


@lru_cache
def recording(name: str) -> tuple[str, Samples]:
    voice = built_in()[name]
    return voice.text, decode(voice.file.read_bytes(), 60)


def words_of(text: str, sound: Samples, language: str | None = None) -> list[Word]:
    return timed(sound, [(said(text), 0, len(sound))], language)


def noisy(sound: Samples, below_db: float = 20) -> Samples:
    level = np.sqrt(np.square(sound).mean()) * 10 ** (-below_db / 20)
    return sound + (level * np.random.default_rng(0).standard_normal(len(sound))).astype(np.float32)


def shifts(one: list[Word], other: list[Word], by_s: float = 0.0) -> list[float]:
    """Return how far the starts and ends of the same words are apart, in ms."""
    pairs = [
        (place, there - by_s)
        for a, b in zip(one, other, strict=True)
        for place, there in ((a.start_s, b.start_s), (a.end_s, b.end_s))
    ]
    return [abs(place - there) * 1000 for place, there in pairs]


@pytest.mark.parametrize("name", VOICES)
@pytest.mark.parametrize("noise", [False, True])
def test_every_word_is_found_in_order_inside_the_recording(name: str, noise: bool) -> None:
    text, sound = recording(name)
    words = words_of(text, noisy(sound) if noise else sound)
    assert [word.text for word in words] == [word.written for word in said(text)]
    assert not any(word.estimated for word in words)
    marks = [mark for word in words for mark in (word.start_s, word.end_s)]
    assert marks == sorted(marks)
    assert marks[0] >= 0
    assert marks[-1] <= len(sound) / SAMPLE_RATE
    assert all(word.end_s - word.start_s >= 0.03 for word in words)


@pytest.mark.parametrize("name", VOICES)
def test_noise_hardly_moves_the_words(name: str) -> None:
    text, sound = recording(name)
    moved = shifts(words_of(text, sound), words_of(text, noisy(sound)))
    assert np.median(moved) <= 30
    assert np.percentile(moved, 90) <= 80 or name == "basic_zh"  # a shouted "万人" of half a second


def test_a_pause_in_the_sound_lies_between_the_words_around_it() -> None:
    """In the English example of f5-tts, between "nature," and "others"."""
    text, sound = recording("basic_en")
    words = words_of(text, sound)
    nature, others = words[3:5]
    quiet = sound[round(nature.end_s * SAMPLE_RATE) : round(others.start_s * SAMPLE_RATE)]
    assert (nature.text, others.text) == ("nature,", "others")
    assert len(quiet) > 0.5 * SAMPLE_RATE
    middle = quiet[len(quiet) // 5 : -len(quiet) // 5]
    assert np.sqrt(np.square(middle).mean()) < 0.05 * np.sqrt(np.square(sound).mean())


def test_the_same_sound_later_in_a_recording_has_the_same_words_later() -> None:
    (one_text, one), (other_text, other) = recording("country"), recording("town")
    silence = np.zeros(SAMPLE_RATE, np.float32)
    whole = np.concatenate([one, silence, other])
    behind = len(one) + len(silence)
    in_one_piece = words_of(f"{one_text} {other_text}", whole)
    in_parts = timed(whole, [(said(one_text), 0, len(one)), (said(other_text), behind, len(whole))], None)
    alone = words_of(one_text, one)
    moved = words_of(other_text, other)
    for words in (in_one_piece, in_parts):
        assert np.percentile(shifts(alone, words[: len(alone)]), 90) <= 30
        assert np.percentile(shifts(moved, words[len(alone) :], behind / SAMPLE_RATE), 90) <= 30


def test_a_number_is_one_word_though_it_is_spoken_as_several() -> None:
    text, sound = recording("main")
    plain = words_of(text, sound)
    merged = [Said("6 spoons", "Six spoons"), *said(text)[2:]]
    words = timed(sound, [(merged, 0, len(sound))], None)
    assert words[0].text == "6 spoons"
    assert (words[0].start_s, words[0].end_s) == (plain[0].start_s, plain[1].end_s)
    assert shifts(words[1:], plain[2:]) == [0.0] * (2 * len(plain) - 4)


@pytest.mark.parametrize("text", ["4 8 15", "مرحبا بالعالم", "สวัสดี", "こんにちは"])
def test_what_has_no_phones_gets_shares_of_the_time_and_says_so(text: str) -> None:
    sound = recording("demo")[1]
    words = words_of(text, sound)
    assert [word.text for word in words] == [word.written for word in said(text)]
    assert all(word.estimated for word in words)
    assert all(one.end_s == other.start_s for one, other in pairwise(words))
    assert 0 <= words[0].start_s < words[-1].end_s <= len(sound) / SAMPLE_RATE


def test_an_unknown_word_between_known_ones_is_estimated_where_they_leave_room() -> None:
    text, sound = recording("basic_en")
    words = words_of(text.replace("others", "12 others"), sound)
    assert [word.text for word in words if word.estimated] == ["12"]
    assert words[3].end_s <= words[4].start_s < words[4].end_s <= words[5].start_s


@pytest.mark.parametrize("length", [0, 1, 100, 5000])
def test_hardly_any_sound_has_its_words_all_the_same(length: int) -> None:
    sound = recording("main")[1][:length]
    words = words_of("Two red cats.", sound)
    assert [word.text for word in words] == ["Two", "red", "cats."]
    assert all(0 <= word.start_s <= word.end_s <= length / SAMPLE_RATE for word in words)


@pytest.mark.parametrize("text", [TEXT, pytest.param(LONG, marks=pytest.mark.slow)])
def test_a_job_returns_the_captions_it_asks_for(worker: Worker, text: str) -> None:
    reply = answer(worker, text=text, captions=["srt", "json"])
    assert set(reply["captions"]) == {"srt", "json"}
    words = json.loads(reply["captions"]["json"])["words"]
    assert [word["word"] for word in words] == text.split()
    assert not any("estimated" in word for word in words)
    for chunk in reply["chunks"]:  # in whose time its words are
        inside = [
            word
            for word in words
            if chunk["start_s"] - 0.1 <= word["start_s"] and word["end_s"] <= chunk["end_s"] + 0.1
        ]
        assert len(inside) >= len(chunk["text"].split())
    cues = list(srt.parse(reply["captions"]["srt"]))
    assert " ".join(" ".join(cue.content.split()) for cue in cues) == text
    assert cues[-1].end.total_seconds() <= reply["audio"]["duration_s"]


def test_no_captions_are_in_the_reply_unless_asked_for(worker: Worker) -> None:
    assert "captions" not in answer(worker, text=TEXT)
    assert "captions" not in answer(worker, text=TEXT, captions=[])
