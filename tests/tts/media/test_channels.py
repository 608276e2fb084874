"""One voice out of several channels: their mean, the centre of surround sound, or the only one that speaks."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest

from tests.conftest import as_file
from tests.support.recordings import at_rate, likeness
from tts.clock import SAMPLE_RATE, Samples
from tts.media.decode import Undecodable, decode

MAX_S = 600.0
FORMATS = ("WAVEX", "FLAC", "OGG")
SUBTYPES = {"OGG": "VORBIS"}
CENTRE, BASS = 2, 3  # channels of 5.1 in WAV's order


def decoded(channels: list[Samples], format: str = "WAVEX") -> Samples:
    return decode(as_file(np.stack(channels, axis=1), format, SUBTYPES.get(format, "PCM_16")), MAX_S)


def lossy(channels: list[Samples], container: str, codec: str, layout: str) -> bytes:
    """Return a file of a codec that keeps each channel by itself."""
    rate, file = 48_000, io.BytesIO()
    packed = np.stack([at_rate(channel, rate) for channel in channels], axis=1).reshape(1, -1)
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate, layout=layout)
        stream.codec_context.open()
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(packed), "flt", layout)
        frame.sample_rate, frame.pts = rate, 0
        resampler = av.AudioResampler(stream.format, stream.layout, rate, stream.frame_size or None)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            output.mux(stream.encode(part))
        output.mux(stream.encode(None))
    return file.getvalue()


def level_of(samples: Samples) -> float:
    return float(np.std(samples, dtype=np.float64))


def music(samples: Samples, level: float = 0.05) -> Samples:
    """Return notes as long as the samples that are nothing like them."""
    time = np.arange(len(samples)) / SAMPLE_RATE
    notes = sum(np.sin(2 * np.pi * hertz * time) for hertz in (196.0, 247.0, 294.0, 392.0))
    return (level * notes).astype(np.float32)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("other", [-1.0, -0.9, -1.1])
def test_a_voice_in_antiphase_is_heard(format: str, other: float, speech: Samples) -> None:
    heard = decoded([0.5 * speech, 0.5 * other * speech], format)
    assert likeness(heard, speech) > 0.95 or likeness(heard, -speech) > 0.95
    assert level_of(heard) == pytest.approx(0.5 * max(1, -other) * level_of(speech), rel=0.05)


@pytest.mark.parametrize("other", [1.0, 0.5, 0.0])
def test_stereo_in_phase_is_averaged(other: float, speech: Samples) -> None:
    heard = decoded([0.5 * speech, 0.5 * other * speech])
    assert level_of(heard) == pytest.approx(0.25 * (1 + other) * level_of(speech), rel=0.01)


def test_two_people_on_two_channels_are_both_heard(speech: Samples) -> None:
    other = speech[::-1]
    heard = decoded([0.5 * speech, 0.5 * other])
    np.testing.assert_allclose(heard, 0.25 * (speech + other) - heard.mean(), atol=2e-4)


@pytest.mark.parametrize("format", FORMATS)
def test_of_surround_sound_the_centre_is_the_voice(format: str, speech: Samples) -> None:
    centre = 1 if format == "OGG" else CENTRE  # Vorbis has an order of its own
    channels = [music(speech)] * 6
    channels[centre] = 0.5 * speech
    heard = decoded(channels, format)
    assert likeness(heard, speech) > 0.98
    assert level_of(heard) == pytest.approx(0.5 * level_of(speech), rel=0.05)


def test_surround_sound_whose_centre_is_silent_is_averaged_without_the_bass(speech: Samples) -> None:
    rumble = music(speech, 0.2)
    silent = np.zeros_like(speech)
    heard = decoded([0.5 * speech, 0.5 * speech, silent, rumble, 0.5 * speech, 0.5 * speech])
    assert likeness(heard, speech) > 0.98
    assert level_of(heard) == pytest.approx(0.4 * level_of(speech), rel=0.05)


@pytest.mark.parametrize("count", [6, 8, 12])
def test_one_microphone_of_many_is_the_voice(count: int, speech: Samples) -> None:
    channels = [np.zeros_like(speech)] * count
    channels[-1] = 0.5 * speech
    assert level_of(decoded(channels)) == pytest.approx(0.5 * level_of(speech), rel=0.05)


@pytest.mark.parametrize("offset", [0.004, 0.01, -0.3])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_an_offset_is_taken_away_and_is_no_voice(offset: float, channels: int, speech: Samples) -> None:
    heard = decoded([0.5 * speech] * (channels - 1) + [0.5 * speech + np.float32(offset)])
    assert heard.mean() == pytest.approx(0, abs=1e-6)
    assert level_of(heard) == pytest.approx(0.5 * level_of(speech), rel=0.01)


@pytest.mark.parametrize(
    ("container", "codec", "layout", "channels"),
    [
        ("ipod", "aac", "5.1", 6),
        ("ipod", "aac", "7.1", 8),
        ("webm", "libopus", "7.1", 8),
        ("ogg", "libopus", "5.1", 6),
        ("matroska", "flac", "7.1", 8),
        ("ac3", "ac3", "5.1", 6),
    ],
)
def test_surround_sound_of_film_codecs_is_read_without_reading_beyond_it(
    container: str, codec: str, layout: str, channels: int, speech: Samples
) -> None:
    """Of eight planes PyAV reads a ninth, at whatever address stands behind them: the process died of it."""
    sounds = [music(speech)] * channels
    sounds[CENTRE] = 0.5 * speech
    heard = decode(lossy(sounds, container, codec, layout), MAX_S)
    assert likeness(heard, speech) > 0.98
    assert level_of(heard) == pytest.approx(0.5 * level_of(speech), rel=0.05)


def test_more_channels_than_any_recording_has_are_refused(speech: Samples) -> None:
    with pytest.raises(Undecodable, match="100 channels"):
        decoded([speech[:SAMPLE_RATE]] * 100, "WAV")
