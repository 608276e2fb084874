"""Sound through files and back: the same speech from every format, every format made readable elsewhere."""

from __future__ import annotations

import io
import struct
import tracemalloc
from collections.abc import Sequence
from itertools import pairwise
from math import gcd

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import resample_poly

from tests.conftest import as_file, tone
from tests.support.recordings import aligned
from tts.clock import SAMPLE_RATE, Samples
from tts.media.decode import TooLong, Undecodable, decode
from tts.media.encode import encode
from tts.media.formats import FORMATS, rates
from tts.media.join import FADE, join

MAX_S = 600
LOSSLESS = ("WAV PCM_16", "WAV PCM_24", "WAV FLOAT", "WAV PCM_U8", "FLAC PCM_16", "AIFF PCM_16")
LOSSY = ("MP3 MPEG_LAYER_III", "OGG VORBIS", "OGG OPUS")
CONTAINERS = {"m4a aac": "ipod", "mp4 aac": "mp4", "adts aac": "adts", "webm libopus": "webm"}
CODEC_RATES = {"OPUS": (8_000, 16_000, 48_000), "libopus": (8_000, 16_000, 48_000), "aac": (22_050, 44_100, 48_000)}
ALL_RATES = (8_000, 16_000, 22_050, 44_100, 48_000)


def cases(kinds: Sequence[str]) -> list[tuple[str, int]]:
    return [(kind, rate) for kind in kinds for rate in CODEC_RATES.get(kind.split()[-1], ALL_RATES)]


def channels_of(samples: Samples, rate: int, channels: int) -> Samples:
    """Bring samples to a rate and spread them over channels unlike in level, whose average they are."""
    divisor = gcd(rate, SAMPLE_RATE)
    mono = resample_poly(samples * 0.5, rate // divisor, SAMPLE_RATE // divisor).astype(np.float32)
    return mono if channels == 1 else np.stack([1.5 * mono, 0.5 * mono], axis=1)


def with_ffmpeg(samples: Samples, kind: str, rate: int, *, picture: bool = False) -> bytes:
    """Write a file with PyAV."""
    file = io.BytesIO()
    codec = kind.split()[-1]
    layout, format = "mono" if samples.ndim == 1 else "stereo", "fltp" if codec == "aac" else "flt"
    planes = samples.reshape(len(samples), -1).T
    with av.open(file, "w", format=CONTAINERS[kind]) as container:
        video = container.add_stream("mpeg4", rate=10) if picture else None
        stream = container.add_stream(codec, rate=rate, layout=layout)
        if video is not None:
            video.width, video.height = 32, 32
            black = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8))
            container.mux([*video.encode(black), *video.encode(None)])
        packed = planes if format == "fltp" else planes.T.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(packed), format=format, layout=layout)
        frame.sample_rate = rate
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return file.getvalue()


def read_with_ffmpeg(data: bytes) -> tuple[Samples, int]:
    """Read a mono file with PyAV alone."""
    with av.open(io.BytesIO(data)) as container:
        frames = list(container.decode(audio=0))
    assert {frame.layout.nb_channels for frame in frames} == {1}
    samples = np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])
    full_scale = 32768 if samples.dtype == np.int16 else 1
    return samples.astype(np.float32) / np.float32(full_scale), frames[0].sample_rate


def read_back(data: bytes, format: str, rate: int) -> Samples:
    """Return what an independent reader finds, having checked the rate it is told."""
    if format == "pcm":
        return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32767)
    samples, told = read_with_ffmpeg(data)
    if format in ("ogg", "opus"):  # every reader gives Opus at 48 kHz; its header keeps the rate of what went in
        assert struct.unpack_from("<I", data, data.index(b"OpusHead") + 12) == (rate,)
        return resample_poly(samples, rate, told).astype(np.float32)
    assert told == rate
    return samples


def likeness(one: Samples, other: Samples) -> float:
    return float(np.corrcoef(one, other)[0, 1])


def level_of(samples: Samples) -> float:
    return float(np.std(samples, dtype=np.float64))


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(("kind", "rate"), cases(LOSSLESS))
def test_lossless_files_give_the_same_speech(speech: Samples, kind: str, rate: int, channels: int) -> None:
    decoded = decode(as_file(channels_of(speech, rate, channels), *kind.split(), rate), MAX_S)
    assert decoded.dtype == np.float32
    assert abs(len(decoded) - len(speech)) <= 3  # a sample of 8 kHz
    length = min(len(decoded), len(speech))
    assert likeness(decoded[:length], speech[:length]) > 0.95
    assert level_of(decoded) == pytest.approx(0.5 * level_of(speech), rel=0.05)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(("kind", "rate"), cases([*LOSSY, *CONTAINERS]))
def test_lossy_files_give_the_same_speech(speech: Samples, kind: str, rate: int, channels: int) -> None:
    spread = channels_of(speech, rate, channels)
    data = with_ffmpeg(spread, kind, rate) if kind in CONTAINERS else as_file(spread, *kind.split(), rate)
    decoded = decode(data, MAX_S)
    assert decoded.dtype == np.float32
    assert abs(len(decoded) - len(speech)) <= 0.01 * len(speech) + 0.05 * SAMPLE_RATE
    assert likeness(*aligned(decoded, speech)) > 0.95


@pytest.mark.parametrize("kind", [*LOSSY, *CONTAINERS])
def test_stereo_is_averaged_whichever_library_decodes_it(speech: Samples, kind: str) -> None:
    """FFmpeg's own mix makes stereo 3 dB louder than mono."""
    spread = channels_of(speech, 48_000, 2)
    data = with_ffmpeg(spread, kind, 48_000) if kind in CONTAINERS else as_file(spread, *kind.split(), 48_000)
    assert level_of(decode(data, MAX_S)) == pytest.approx(0.5 * level_of(speech), rel=0.05)


def test_the_sound_of_a_film_is_found(speech: Samples) -> None:
    film = with_ffmpeg(channels_of(speech, 48_000, 1), "mp4 aac", 48_000, picture=True)
    assert likeness(*aligned(decode(film, MAX_S), speech)) > 0.95


@pytest.mark.parametrize("kind", ["webm libopus", "m4a aac", "WAV PCM_16", "OGG OPUS"])
def test_a_long_recording_is_refused_whichever_library_decodes_it(kind: str) -> None:
    write = with_ffmpeg if kind in CONTAINERS else lambda samples, kind, rate: as_file(samples, *kind.split(), rate)
    data = write(tone(3), kind, 48_000)  # 1.5 s at its rate
    with pytest.raises(TooLong):
        decode(data, 1.4)
    assert len(decode(data, 1.6)) == pytest.approx(1.5 * SAMPLE_RATE, abs=0.05 * SAMPLE_RATE)


def test_a_track_of_an_unknown_codec_is_refused_not_crashed_on(speech: Samples) -> None:
    data = with_ffmpeg(speech, "webm libopus", 48_000)
    with pytest.raises(Undecodable):
        decode(data.replace(b"A_OPUS", b"A_XXXX"), MAX_S)


@pytest.mark.parametrize("kind", ["AIFF PCM_16", "WAV PCM_16", "FLAC PCM_16"])
def test_a_recording_that_breaks_off_is_refused(speech: Samples, kind: str) -> None:
    data = as_file(speech, *kind.split())
    with pytest.raises(Undecodable):
        decode(data[: len(data) // 2], MAX_S)


def test_a_small_file_of_many_channels_does_not_fill_the_memory() -> None:
    """600 s of silence in 8 channels at 192 kHz are 1 MB of FLAC, and 3.7 GB when read at once."""
    data = as_file(np.zeros((10 * 192_000, 8), np.int16), "FLAC", rate=192_000)
    tracemalloc.start()
    assert len(decode(data, 20)) == 10 * SAMPLE_RATE
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 45 * 2**20


WRITTEN = [(format, rate) for format in FORMATS for rate in rates(format)]


@pytest.mark.parametrize(("format", "rate"), WRITTEN)
def test_every_format_is_read_elsewhere_at_its_rate_length_and_pitch(format: str, rate: int) -> None:
    samples = read_back(encode(tone(1.3, 440), format, rate), format, rate)
    padding = {"mp3": 2 * 1152 / rate, "aac": 2 * 1024 / rate, "ogg": 0.02, "opus": 0.02}.get(
        format, 1 / rate
    )  # whole frames
    assert 1.3 - 1 / rate <= len(samples) / rate <= 1.3 + padding
    middle = samples[round(0.3 * rate) :][:rate]
    assert abs(np.argmax(np.abs(np.fft.rfft(middle * np.hanning(rate)))) - 440) <= 1  # Hz
    assert level_of(middle) == pytest.approx(0.3 / np.sqrt(2), rel=0.05)


@pytest.mark.parametrize("format", ["wav", "flac", "pcm"])
def test_16_bits_hold_every_sample_to_its_last_bit(format: str) -> None:
    noise = np.random.default_rng(0).uniform(-0.3, 0.3, SAMPLE_RATE).astype(np.float32)
    samples = read_back(encode(noise, format), format, SAMPLE_RATE)
    assert np.abs(samples - noise).max() <= 1 / 32767


@pytest.mark.parametrize(("format", "rate"), WRITTEN)
def test_what_is_too_loud_is_limited_and_never_clipped_or_wrapped_around(format: str, rate: int) -> None:
    loud = tone(1, level=3.0)
    samples = read_back(encode(loud, format, rate), format, rate)
    assert likeness(*aligned(samples, channels_of(loud, rate, 1))) > 0.99
    assert np.abs(samples).max() < 0.9


noises = st.lists(st.integers(1, 3 * FADE), min_size=1, max_size=7).map(
    lambda lengths: [np.random.default_rng(i).standard_normal(n).astype(np.float32) for i, n in enumerate(lengths)]
)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(noises)
def test_chunks_join_as_written_out_step_by_step(waves: list[Samples]) -> None:
    expected, shared = waves[0].astype(np.float64), []
    for one, other in pairwise(waves):
        overlap = min(3600, len(one) // 2, len(other) // 2)
        angle = np.linspace(0, np.pi / 2, 2 * overlap + 1)[1::2]
        kept, faded = np.split(expected, [len(expected) - overlap])
        shared.append((len(kept), len(expected)))
        expected = np.concatenate([kept, faded * np.cos(angle) + other[:overlap] * np.sin(angle), other[overlap:]])
    joined, places = join(waves)
    assert joined.dtype == np.float32
    np.testing.assert_allclose(joined, expected, atol=1e-5)
    assert [places[0][0], places[-1][1], len(places)] == [0, len(joined), len(waves)]
    for (_, end), (start, _), (first, last) in zip(places, places[1:], shared, strict=False):
        assert end == start
        assert abs(end - (first + last) / 2) <= 0.5


def test_one_chunk_is_unchanged() -> None:
    joined, places = join([tone(1)])
    assert (joined.tolist(), places) == (tone(1).tolist(), [(0, SAMPLE_RATE)])


def test_power_stays_level_where_straight_fades_dip_by_3_db() -> None:
    generator, centre = np.random.default_rng(0), slice(FADE * 3 // 2 - 180, FADE * 3 // 2 + 180)
    ramp = (np.arange(FADE) + 0.5) / FADE
    ours, straight = [], []
    for _ in range(40):
        one, other = generator.standard_normal((2, 2 * FADE)).astype(np.float32)
        ours.append(join([one, other])[0][centre])
        straight.append((one[FADE:] * ramp[::-1] + other[:FADE] * ramp)[FADE // 2 - 180 : FADE // 2 + 180])
    assert abs(20 * np.log10(level_of(np.concatenate(ours)))) < 0.5
    assert 20 * np.log10(level_of(np.concatenate(straight))) < -2.5


def test_two_thousand_chunks_lose_and_double_nothing() -> None:
    joined, places = join([np.ones(100, np.float32)] * 2000)
    assert (len(joined), len(places)) == (2000 * 100 - 1999 * 50, 2000)
    assert joined.min() >= 0.99  # sine plus cosine is never below 1
