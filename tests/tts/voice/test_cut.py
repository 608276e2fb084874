"""A transcript's times decide what is kept of a recording, whenever it has them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import as_file, tone
from tts.clock import SAMPLE_RATE, Samples
from tts.errors import VoiceUnusable
from tts.voice.cut import MAX_KEPT_S, cut_by_cues
from tts.voice.levels import WINDOW
from tts.voice.reference import Voice, make_voice
from tts.voice.speech import find_speech
from tts.voice.transcript import Cue, Transcript

Spoken = tuple[float, float, str]  # seconds (start, end) and the words between

WORDS = "words that are said in this second and a half"
TAIL_S = 0.05


def as_csv(lines: Sequence[Spoken]) -> str:
    return "Start,End,Segment\n" + "\n".join(f"{start_s},{end_s},{words}" for start_s, end_s, words in lines)


def sounds(*parts: tuple[float, float]) -> Samples:
    """Return tones of (seconds, Hz) in a row; 0 Hz is silence."""
    return np.concatenate([tone(seconds, hertz, 0.3 if hertz else 0.0) for seconds, hertz in parts])


def pitches(voice: Voice) -> set[int]:
    """Return the tones that are heard in a voice, in steps of 50 Hz."""
    found = set()
    for block in np.split(voice.samples, range(2400, len(voice.samples), 2400)):
        power = np.abs(np.fft.rfft(block, 24_000))
        if np.abs(block).max() > 0.1:
            found.add(50 * round(int(power.argmax()) / 50))
    return found


def test_music_before_and_after_the_cues_is_left_out() -> None:
    recording = sounds((6, 800), (3, 200), (2, 300), (6, 900))
    voice = make_voice(as_file(recording), as_csv([(6.0, 9.0, WORDS), (9.0, 11.0, WORDS)]))
    assert pitches(voice) == {200, 300}
    assert voice.duration_s == pytest.approx(5 + TAIL_S, abs=0.02)
    assert voice.text == f"{WORDS} {WORDS}"


def test_words_beyond_the_end_of_the_recording_are_left_out() -> None:
    """A transcript of 18 s came with 10 s of sound, and all its words were taken."""
    lines = [(3.0 * index, 3.0 * index + 3, f"{WORDS} {index}") for index in range(6)]
    voice = make_voice(as_file(sounds((10, 200))), as_csv(lines))
    assert voice.text == f"{WORDS} 0 {WORDS} 1 {WORDS} 2"
    assert voice.duration_s == pytest.approx(9 + TAIL_S, abs=0.02)


def test_a_time_a_little_beside_the_sound_cuts_no_sound_off() -> None:
    recording = sounds((1, 0), (4, 200), (2, 0))
    for early_s, late_s in ((0.2, -0.2), (-0.5, 0.5), (-1.0, 2.0)):
        voice = make_voice(as_file(recording), as_csv([(1 + early_s, 5 + late_s, WORDS)]))
        assert voice.duration_s == pytest.approx(4.1 + TAIL_S, abs=0.03)


def test_the_last_line_is_left_out_if_the_recording_ends_within_it() -> None:
    stamps = f"[00:00.00]First {WORDS}\n[00:03.00]then {WORDS}\n[00:06.00]and the rest, {WORDS}"
    assert make_voice(as_file(sounds((6.4, 200))), stamps).text == f"First {WORDS} then {WORDS}"
    assert make_voice(as_file(sounds((9.4, 200))), stamps).text.endswith(f"and the rest, {WORDS}")


def test_an_end_rounded_up_beyond_the_recording_is_its_end() -> None:
    assert make_voice(as_file(sounds((3.8, 200))), as_csv([(0.0, 4.0, WORDS)])).text == WORDS


@pytest.mark.parametrize("end", ["00:00:30", "00:05:00"])
def test_an_end_that_nobody_would_speak_to_is_no_end(end: str) -> None:
    voice = make_voice(as_file(sounds((4, 200), (1, 0))), f"[00:00:00.000 --> {end}.000]  {WORDS}")
    assert (voice.text, voice.duration_s) == (WORDS, pytest.approx(4.05 + TAIL_S, abs=0.02))


PANEL = "0:00\nfirst words, some of them\n0:02\nsecond words, some of them\n0:05\nthird words, some of them\n"


def test_times_in_whole_seconds_are_cut_at_the_pause_that_follows() -> None:
    recording = sounds((2.5, 200), (0.3, 0), (2.8, 300), (0.3, 0), (9, 400))
    lines = PANEL.replace("third", "third words and many more of " * 5 + "third")
    voice = make_voice(as_file(recording), lines)
    assert pitches(voice) == {400}
    assert voice.text.startswith("third")


def test_where_no_pause_follows_a_whole_second_the_recording_is_not_cut_there() -> None:
    recording = sounds((2.5, 200), (2.8, 300), (0.3, 0), (8.8, 400))
    voice = make_voice(as_file(recording), PANEL)
    assert pitches(voice) in ({200, 300}, {400})


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([(20.0, 24.0, WORDS)], "no line of the transcript lies within the recording"),
        ([(0.0, 9.0, WORDS)], "no line of the transcript lies within the recording"),
        ([(0.0, 4.0, WORDS), (1.0, 3.0, WORDS)], "at the same time"),
        ([(0.0, 2.0, WORDS), (5.6, 7.4, f"{WORDS} and many more")], "nobody speaks"),
    ],
    ids=["another recording's", "longer than the recording", "two at once", "at silence"],
)
def test_times_that_do_not_fit_the_recording_are_refused(lines: list[Spoken], reason: str) -> None:
    recording = sounds((5, 200), (2.5, 0))
    with pytest.raises(VoiceUnusable, match=reason) as refusal:
        make_voice(as_file(recording), as_csv(lines))
    assert refusal.value.field == "voice_text"


def test_a_line_longer_than_what_can_be_kept_is_refused() -> None:
    with pytest.raises(VoiceUnusable, match="up to 12 s"):
        make_voice(as_file(sounds((20, 200))), as_csv([(0.0, 13.0, WORDS)]))


def test_captions_that_stay_on_the_screen_are_no_two_speakers() -> None:
    first, second, third = f"first {WORDS}", f"second {WORDS}", f"third {WORDS}"
    lines = [(0.0, 5.0, first), (2.5, 7.0, second), (5.0, 7.0, third)]
    assert make_voice(as_file(sounds((7, 200))), as_csv(lines)).text == f"{first} {second} {third}"


WINDOW_S = WINDOW / SAMPLE_RATE
spans = st.lists(st.tuples(st.integers(0, 300), st.integers(20, 900)), min_size=1, max_size=12)


def said_most(lines: Sequence[Cue], limit_s: float) -> float:
    """Return the most letters that a run of lines within a limit has, by trying them all."""
    sums = [
        sum(len(line.text) for line in lines[first : last + 1])
        for first in range(len(lines))
        for last in range(first, len(lines))
        if lines[last].end_s - lines[first].start_s <= limit_s
    ]
    return max(sums, default=0)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(spans, st.integers(1, 60))
def test_of_all_runs_of_lines_in_a_recording_the_one_that_says_most_is_kept(
    steps: list[tuple[int, int]], length: int
) -> None:
    cues, at = [], 0
    for number, (gap, length_cs) in enumerate(steps):
        start, at = at + gap, at + gap + length_cs
        cues.append(Cue(start / 100, at / 100, ("abcdefgh" * 9)[: 6 + length_cs // 20 + number % 8]))
    samples = sounds((length, 200))
    within = [cue for cue in cues if cue.start_s < length and cue.end_s <= length + 0.3]
    heard = [Cue(cue.start_s, min(cue.end_s, length), cue.text) for cue in within]
    if not said_most(heard, MAX_KEPT_S - WINDOW_S):
        return
    kept, text = cut_by_cues(samples, find_speech(samples), Transcript("", tuple(cues)))
    letters = len(text.replace(" ", ""))  # lines begin and end in windows, which may make them longer by one
    assert said_most(heard, MAX_KEPT_S - WINDOW_S) <= letters <= said_most(heard, MAX_KEPT_S + WINDOW_S)
    run = [cue for cue in heard if cue.text in text.split()]
    assert len(kept) / SAMPLE_RATE <= MAX_KEPT_S + 0.01
    assert len(kept) / SAMPLE_RATE <= run[-1].end_s - run[0].start_s + 0.6
