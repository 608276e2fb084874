"""Words that were heard, cut with the sound: at pauses, however far off their times are."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import as_file, tone
from tests.support.ears import Told
from tts.asr.heard import Heard, Word
from tts.clock import SAMPLE_RATE, Samples
from tts.errors import VoiceUnusable
from tts.voice.phrases import given_phrases, heard_phrases
from tts.voice.reference import make_voice
from tts.voice.speech import find_speech

GAP_S = 0.4


def phrases(counts: list[int], word_s: float = 0.4) -> tuple[Samples, list[list[str]], list[float]]:
    """Return tones with pauses between them, the words of each, and where each begins."""
    parts, words, starts, at_s = [], [], [], 0.0
    for index, count in enumerate(counts):
        parts += [tone(count * word_s), np.zeros(round(GAP_S * SAMPLE_RATE), np.float32)]
        words.append([f"word{index}x{number}" for number in range(count)])
        starts.append(at_s)
        at_s += count * word_s + GAP_S
    return np.concatenate(parts), words, starts


def heard(words: list[list[str]], starts: list[float], shift_s: list[float], word_s: float = 0.4) -> Heard:
    shifts = iter(shift_s * 100)
    found = [
        Word(f" {word}", max(start_s + at * word_s + (by := next(shifts)), 0), start_s + (at + 1) * word_s + by)
        for phrase, start_s in zip(words, starts, strict=True)
        for at, word in enumerate(phrase)
    ]
    return Heard(tuple(found), "en", "told")


COUNTS = st.lists(st.integers(1, 12), min_size=1, max_size=8)
SHIFTS = st.lists(st.floats(-0.15, 0.15), min_size=1, max_size=20)  # s, by which Whisper is off


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(COUNTS, SHIFTS)
def test_words_are_divided_at_the_pauses_of_the_sound_though_their_times_are_off(
    counts: list[int], shifts: list[float]
) -> None:
    samples, words, starts = phrases(counts)
    found = heard_phrases(heard(words, starts, shifts), find_speech(samples))
    assert [cue.text for cue in found.cues] == [" ".join(phrase) for phrase in words]
    assert [cue.start_s for cue in found.cues] == pytest.approx(starts, abs=0.03)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(COUNTS, SHIFTS, st.data())
def test_a_plain_transcript_is_cut_where_its_words_are_heard(
    counts: list[int], shifts: list[float], data: st.DataObject
) -> None:
    samples, words, starts = phrases(counts)
    flat = [word for phrase in words for word in phrase]
    missed = data.draw(st.sets(st.sampled_from(flat), max_size=len(flat) // 4))
    known = heard([[("uh" if word in missed else word) for word in phrase] for phrase in words], starts, shifts)
    before, after = "Before it, much was said. ", " And behind it, too: this."
    whole = before + " ".join(f"{word}," for word in flat) + after
    found = given_phrases(whole, known, find_speech(samples))
    said = found.text.replace(",", "").split()
    kept = [word for word in flat if word in said]
    assert kept == [word for word in said if word in flat]
    assert len(flat) - len(kept) <= len(missed), "only what wasn't heard may be missing, at the ends"
    assert all(one.end_s <= other.start_s for one, other in pairwise(found.cues))


def test_a_transcript_of_something_else_is_refused_with_what_is_heard() -> None:
    samples, words, starts = phrases([5, 5])
    with pytest.raises(VoiceUnusable, match="'word0x0 word0x1") as caught:
        given_phrases("Nothing of all this is said there at all.", heard(words, starts, [0.0]), find_speech(samples))
    assert caught.value.field == "voice_text"


def test_what_is_said_without_a_pause_is_divided_between_words() -> None:
    samples, words, starts = phrases([60])
    found = heard_phrases(heard(words, starts, [0.0]), find_speech(samples))
    assert found.text.split() == words[0]
    assert all(cue.end_s - cue.start_s <= 12.01 for cue in found.cues)


def test_sound_before_the_first_word_is_left_out() -> None:
    samples, words, starts = phrases([4, 6])
    jingle = np.concatenate([tone(3, 660), np.zeros(round(GAP_S * SAMPLE_RATE), np.float32), samples])
    later = [start_s + 3 + GAP_S for start_s in starts]
    found = heard_phrases(heard(words, later, [0.0]), find_speech(jingle))
    assert found.cues[0].start_s == pytest.approx(3 + GAP_S, abs=0.03)
    assert found.text.split() == [word for phrase in words for word in phrase]


def test_a_long_recording_is_heard_for_half_a_minute_at_most() -> None:
    samples, words, _ = phrases([10] * 30)
    ear = Told(" ".join(word for phrase in words[:6] for word in phrase))
    voice = make_voice(as_file(samples), None, ear=ear)
    assert len(samples) > 120 * SAMPLE_RATE
    assert [length <= 28 * SAMPLE_RATE for length, _, _ in ear.asked] == [True]
    assert 3 <= voice.duration_s <= 12.1


def test_characters_without_blanks_are_cut_like_words() -> None:
    samples, _, _ = phrases([5, 5])
    one, other = "对这就是我", "万人敬仰的"
    known = Heard((Word(one, 0.0, 2.0), Word(f"，{other}。", 2.4, 4.4)), "zh", "told")
    found = heard_phrases(known, find_speech(samples))
    assert [cue.text for cue in found.cues] == [f"{one}，", f"{other}。"] or [cue.text for cue in found.cues] == [
        one,
        f"，{other}。",
    ]
