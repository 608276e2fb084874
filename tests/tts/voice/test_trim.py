"""What is cut from a reference: silence, long pauses, knocks; and never a word."""

from __future__ import annotations

import ast
import hashlib
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydub import AudioSegment
from pydub import silence as pydub_silence

from tests.conftest import as_file
from tests.support.noise import noise, silence, with_noise
from tests.tts.voice.test_levels import spoken
from tts.clock import SAMPLE_RATE, Samples
from tts.errors import VoiceUnusable
from tts.voice.levels import WINDOW
from tts.voice.reference import make_voice
from tts.voice.speech import find_speech, trim, without_long_pauses

BOTH = "Some call me nature, others call me mother nature."
TAIL_S = 0.05
COMMA = round(2.16 * SAMPLE_RATE)  # in the pause between the two phrases
EDGE_S = 0.06  # that the first and the last sound may be too soft to be heard


@pytest.fixture(scope="module")
def phrases() -> tuple[Samples, Samples]:
    """Two phrases of a person, with nothing around them."""
    one, other = (find_and_cut(part) for part in np.split(spoken("basic_en"), [COMMA]))
    return one, other


def find_and_cut(samples: Samples) -> Samples:
    start, end = find_speech(samples).bounds()
    return samples[start:end]


def seconds_of(samples: Samples) -> float:
    return len(samples) / SAMPLE_RATE


def place_of(part: Samples, samples: Samples) -> int:
    """Return where a part lies in the samples, unchanged; -1 where it doesn't."""
    at = samples.tobytes().find(part.tobytes())
    return at // samples.itemsize if at >= 0 else -1


def knock(seconds: float, level: float = 0.3) -> Samples:
    """Return what a table sounds like that somebody hits."""
    count = round(seconds * SAMPLE_RATE)
    return noise("brown", count, -6) * np.float32(level) * np.exp(-np.arange(count, dtype=np.float32) * 4 / count)


@pytest.mark.parametrize("pause_s", [1.2, 2.0, 6.0, 30.0])
@pytest.mark.parametrize("room", [None, -60, -45])
def test_a_long_pause_becomes_half_a_second(
    pause_s: float, room: float | None, phrases: tuple[Samples, Samples]
) -> None:
    one, other = phrases
    recording = np.concatenate([one, silence(pause_s), other])
    recording = recording if room is None else with_noise(recording, "pink", room)
    trimmed = trim(recording, find_speech(recording))
    margins_s = 0.3  # what a pause seems longer by, since phrases begin and end softly
    assert 0.5 - margins_s <= seconds_of(trimmed) - seconds_of(one) - seconds_of(other) <= 0.5 + 0.02
    inner = slice(SAMPLE_RATE // 5, -SAMPLE_RATE // 5)
    assert 0 <= place_of(recording[: len(one)][inner], trimmed) < place_of(recording[-len(other) :][inner], trimmed)


@pytest.mark.parametrize("pause_s", [0.1, 0.5, 0.7])
def test_a_pause_that_a_speaker_makes_stays_to_the_sample(pause_s: float, phrases: tuple[Samples, Samples]) -> None:
    one, other = phrases
    recording = np.concatenate([one, silence(pause_s), other])
    start, end = find_speech(recording).bounds()
    np.testing.assert_array_equal(trim(recording, find_speech(recording)), recording[start:end])


masks = st.lists(st.tuples(st.booleans(), st.integers(1, 300)), min_size=1, max_size=9).map(
    lambda runs: np.concatenate([np.full(windows, spoken) for spoken, windows in runs])
)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(masks)
def test_every_word_stays_as_it_is_and_in_its_order_whatever_the_pauses(mask: npt.NDArray[np.bool_]) -> None:
    samples = np.random.default_rng(len(mask)).standard_normal(len(mask) * WINDOW).astype(np.float32)
    trimmed = without_long_pauses(samples, mask)
    bounds = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(int)))
    places = [place_of(samples[start * WINDOW : end * WINDOW], trimmed) for start, end in bounds.reshape(-1, 2)]
    assert min(places, default=0) >= 0
    assert places == sorted(places)
    pauses = np.diff(np.flatnonzero(np.diff(np.concatenate([[True], mask, [True]]).astype(int))).reshape(-1, 2))[:, 0]
    kept = sum(50 if pause > 100 else pause for pause in pauses)
    assert len(trimmed) == (mask.sum() + kept) * WINDOW


SOUNDS: dict[str, Callable[[], Samples]] = {
    "a thump": lambda: knock(0.15),
    "two knocks": lambda: np.concatenate([knock(0.08), silence(0.2), knock(0.08)]),
    "a click": lambda: noise("white", 300, -12),
    "a key": lambda: np.concatenate([noise("white", 700, -20), silence(0.06), noise("white", 500, -26)]),
}


@pytest.mark.parametrize("sound", SOUNDS)
@pytest.mark.parametrize("gap_s", [0.6, 1.5, 4.0])
@pytest.mark.parametrize("room", [None, -45])
def test_a_bump_before_or_after_the_speech_goes(
    sound: str, gap_s: float, room: float | None, phrases: tuple[Samples, Samples]
) -> None:
    bump, gap = SOUNDS[sound](), silence(gap_s)
    recording = np.concatenate([bump, gap, *phrases, gap, bump, silence(0.5)])
    recording = recording if room is None else with_noise(recording, "pink", room)
    trimmed = trim(recording, find_speech(recording))
    assert seconds_of(trimmed) == pytest.approx(sum(map(seconds_of, phrases)), abs=0.2)


def test_a_bump_in_a_long_pause_goes_with_it(phrases: tuple[Samples, Samples]) -> None:
    one, other = phrases
    recording = np.concatenate([one, silence(2), knock(0.15), silence(2), other])
    assert seconds_of(trim(recording, find_speech(recording))) == pytest.approx(
        seconds_of(one) + seconds_of(other) + 0.5, abs=0.2
    )


@pytest.mark.parametrize("word_s", [0.22, 0.3, 0.5])
@pytest.mark.parametrize("gap_s", [0.3, 0.8, 3.0])
def test_a_short_word_on_its_own_is_no_bump(word_s: float, gap_s: float, phrases: tuple[Samples, Samples]) -> None:
    word = phrases[0][SAMPLE_RATE // 2 :][: round(word_s * SAMPLE_RATE)]
    recording = np.concatenate([silence(1), word, silence(gap_s), *phrases, silence(1)])
    assert place_of(word[600:-600], trim(recording, find_speech(recording))) >= 0


@pytest.fixture(scope="session")
def upstream() -> Callable[[Samples], float]:
    """Return how long upstream's own function leaves a reference; its module takes 15 s to import."""
    spec = find_spec("f5_tts.infer")
    assert spec is not None
    assert spec.submodule_search_locations
    tree = ast.parse(Path(spec.submodule_search_locations[0], "utils_infer.py").read_text("utf-8"))
    names = {"remove_silence_edges", "preprocess_ref_audio_text"}
    tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in names]
    assert len(tree.body) == 2
    scope: dict[str, Any] = {
        "AudioSegment": AudioSegment, "silence": pydub_silence, "hashlib": hashlib, "tempfile": tempfile,
        "tempfile_kwargs": {"delete": False}, "_ref_audio_cache": {}, "_ref_text_cache": {},
    }  # fmt: skip
    exec(compile(tree, "utils_infer.py", "exec"), scope)

    def preprocessed_s(samples: Samples) -> float:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "reference.wav")
            file.write_bytes(as_file(samples))
            scope["tempfile_kwargs"]["dir"] = folder
            made, _ = scope["preprocess_ref_audio_text"](str(file), BOTH, show_info=lambda line: None)
            return float(AudioSegment.from_file(made).duration_seconds)

    return preprocessed_s


AROUND: dict[str, Callable[[Samples, Samples], Samples]] = {
    "a pause of 6 s": lambda one, other: np.concatenate([one, silence(6), other]),
    "noise at -45 dBFS": lambda one, other: with_noise(
        np.concatenate([silence(2), one, other, silence(2)]), "white", -45
    ),
    "a bump before": lambda one, other: np.concatenate([knock(0.1), silence(4), one, other]),
    "silence before and after": lambda one, other: np.concatenate([silence(3), one, other, silence(3)]),
}


@pytest.mark.parametrize("case", AROUND)
def test_no_more_than_upstream_leaves_is_left_and_all_of_the_speech(
    case: str, phrases: tuple[Samples, Samples], upstream: Callable[[Samples], float]
) -> None:
    recording = AROUND[case](*phrases)
    voice = make_voice(as_file(recording), BOTH)
    assert sum(map(seconds_of, phrases)) - 0.2 <= voice.duration_s <= upstream(recording) + 0.3
    assert voice.duration_s < seconds_of(recording) - 3


def tiled(phrases: tuple[Samples, Samples], seconds: float) -> Samples:
    """Return speech of a length, beginning and ending aloud."""
    loud = phrases[0][SAMPLE_RATE // 4 :][: SAMPLE_RATE // 2]
    return np.resize(loud, round(seconds * SAMPLE_RATE))


@pytest.mark.parametrize("seconds", [11.9, 11.95, 11.96, 11.99, 12.0])
@pytest.mark.parametrize("around_s", [0.0, 0.02, 0.5, 3.0])
@pytest.mark.parametrize("form", [("WAV", "PCM_16"), ("OGG", "OPUS")], ids="".join)
def test_twelve_seconds_of_speech_are_twelve_seconds(
    form: tuple[str, str], seconds: float, around_s: float, phrases: tuple[Samples, Samples]
) -> None:
    recording = np.concatenate([silence(around_s), tiled(phrases, seconds), silence(around_s)])
    voice = make_voice(as_file(recording, *form), "word " * 30)
    assert seconds - EDGE_S <= voice.duration_s - TAIL_S <= seconds + 0.1 + EDGE_S


def test_more_than_twelve_seconds_are_refused_by_a_number_that_is_more(phrases: tuple[Samples, Samples]) -> None:
    with pytest.raises(VoiceUnusable, match=r"has 12\.[2-4] s of speech and must be cut to 12 s"):
        make_voice(as_file(tiled(phrases, 12.3)), "word " * 30)


def test_pauses_do_not_count_towards_the_limit(phrases: tuple[Samples, Samples]) -> None:
    one, other = phrases
    recording = np.concatenate([one, silence(5), other, silence(5), one, silence(5), other])
    voice = make_voice(as_file(recording), f"{BOTH} {BOTH}")
    assert voice.text == f"{BOTH} {BOTH}"
    assert voice.duration_s == pytest.approx(2 * sum(map(seconds_of, phrases)) + 1.5, abs=0.5)


def test_times_are_those_of_the_recording_before_pauses_are_cut(phrases: tuple[Samples, Samples]) -> None:
    """Were pauses cut first, the second line would be looked for 4 s before its sound."""
    one, other = phrases
    first = np.concatenate([one, other] * 2)
    at_s = seconds_of(first) + 4
    second = np.concatenate([one, silence(1.6), other, one, other])
    recording = np.concatenate([first, silence(4), second])
    lines = [(0.0, seconds_of(first), "Alpha."), (at_s, at_s + seconds_of(second), "Bravo has more words. " * 4)]
    table = "Start,End,Segment\n" + "".join(f"{start},{end},{said}\n" for start, end, said in lines)
    voice = make_voice(as_file(recording, subtype="FLOAT"), table)
    assert "Alpha" not in voice.text
    assert seconds_of(second) - 1.6 < voice.duration_s < seconds_of(second) - 0.6
    body = voice.samples * np.float32(voice.gain)
    np.testing.assert_allclose(body[: SAMPLE_RATE // 2], one[: SAMPLE_RATE // 2] - recording.mean(), atol=1e-5)
