"""Recordings as people send them become the same voice as the plain one, or are refused by their fault's name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.conftest import as_file
from tests.support.corpus import CBR, FLAC, HEADERS, VBR, XING
from tests.support.noise import noise, silence
from tests.support.recordings import likeness, with_size
from tts.clock import SAMPLE_RATE, Samples
from tts.errors import VoiceUnusable
from tts.voice.reference import Voice, make_voice

TEXT = "Some call me nature, others call me mother nature."
KINDS = HEADERS | {"MP3 of variable rate": VBR, "MP3 of constant rate": CBR}


@pytest.fixture(scope="module")
def control(speech: Samples) -> Voice:
    return make_voice(as_file(speech), TEXT)


@pytest.mark.parametrize("kind", KINDS)
def test_the_voice_is_as_long_and_as_loud_as_that_of_the_plain_recording(
    kind: str, speech: Samples, control: Voice
) -> None:
    voice = make_voice(KINDS[kind](speech), TEXT)
    assert voice.duration_s == pytest.approx(control.duration_s, rel=0.05)
    assert voice.gain == pytest.approx(control.gain, rel=0.05)
    assert voice.warnings == ()


@pytest.mark.parametrize("offset", [0.004, 0.01, -0.05, 0.3])
def test_an_offset_hides_no_silence(offset: float, speech: Samples, control: Voice) -> None:
    recording = np.concatenate([silence(2), 0.5 * speech, silence(2)]) + np.float32(offset)
    assert make_voice(as_file(recording), TEXT).duration_s == pytest.approx(control.duration_s, rel=0.03)


OFFSETS: dict[str, Callable[[int], Samples]] = {
    "0.004": lambda count: np.full(count, 0.004, np.float32),
    "0.01": lambda count: np.full(count, 0.01, np.float32),
    "-0.2": lambda count: np.full(count, -0.2, np.float32),
    "one that drifts": lambda count: np.linspace(-0.05, 0.1, count, dtype=np.float32),
    "one that begins half way": lambda count: np.repeat(np.float32([0, 0.02]), count // 2),
}


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize("level", [-80, -120])
def test_an_offset_is_no_speech(offset: str, level: float) -> None:
    muted = noise("white", 5 * SAMPLE_RATE, level)
    with pytest.raises(VoiceUnusable, match="silent"):
        make_voice(as_file(muted + OFFSETS[offset](len(muted)), "FLAC", "PCM_24"), TEXT)


def test_stereo_in_antiphase_is_not_silent(speech: Samples, control: Voice) -> None:
    voice = make_voice(as_file(np.stack([speech, -speech], axis=1)), TEXT)
    assert voice.duration_s == pytest.approx(control.duration_s, rel=0.02)
    assert abs(likeness(voice.samples, control.samples)) > 0.98


def test_the_centre_of_surround_sound_is_the_voice_and_as_loud_as_alone(speech: Samples, control: Voice) -> None:
    quiet = speech * np.float32(0.02)
    surround = np.stack([np.zeros_like(speech)] * 2 + [quiet] + [np.zeros_like(speech)] * 3, 1)
    voice = make_voice(as_file(surround, "WAVEX", "PCM_24"), TEXT)
    assert voice.gain == pytest.approx(0.02 * np.std(control.samples) / 0.1, rel=0.2)
    assert likeness(voice.samples, control.samples) > 0.98


BREAKING = {
    "an MP3 cut short": lambda speech: XING(speech)[: len(XING(speech)) * 6 // 10],
    "a FLAC cut short": lambda speech: FLAC(speech)[: len(FLAC(speech)) * 6 // 10],
    "a WAV of a length that isn't there": lambda speech: with_size(as_file(speech), b"data", 10 * SAMPLE_RATE * 2),
}


@pytest.mark.parametrize("kind", BREAKING)
def test_what_breaks_off_is_called_damaged_and_asked_for_again(kind: str, speech: Samples) -> None:
    with pytest.raises(
        VoiceUnusable, match=r"damaged: its header announces \d+\.\d s of sound, \d\.\d s are there"
    ) as refusal:
        make_voice(BREAKING[kind](speech), TEXT)
    assert "again" in refusal.value.hint
