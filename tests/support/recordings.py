"""Recordings as people send them: written by libsndfile and FFmpeg, then edited byte by byte as programs leave them."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
from scipy.signal import correlate, resample_poly

from tests.conftest import as_file
from tts.clock import SAMPLE_RATE, Samples

Write = Callable[[Samples], bytes]  # samples at 24 kHz to a file

ID3_PICTURE = 25_000  # bytes of cover art, more than FFmpeg looks through for a first frame


def at_rate(samples: Samples, rate: int) -> Samples:
    """Resample from 24 kHz."""
    return resample_poly(samples, rate, SAMPLE_RATE).astype(np.float32)


def sndfile(format: str, subtype: str = "PCM_16", rate: int = SAMPLE_RATE, channels: int = 1) -> Write:
    """Return what writes a file with libsndfile, the same sound in all channels."""

    def write(samples: Samples) -> bytes:
        mono = at_rate(samples, rate)
        return as_file(mono if channels == 1 else np.stack([mono] * channels, axis=1), format, subtype, rate)

    return write


def ffmpeg(
    container: str,
    codec: str,
    rate: int = SAMPLE_RATE,
    *,
    bits_per_s: int | None = None,
    picture: bool = False,
    tune: dict[str, str] | None = None,
    **options: str,
) -> Write:
    """Return what writes a mono file with FFmpeg; `tune` goes to the codec, `options` to the container."""

    def write(samples: Samples) -> bytes:
        with (
            TemporaryDirectory() as folder,
            av.open(f"{folder}/file", "w", format=container, options=options) as output,
        ):
            film = output.add_stream("mpeg4", rate=10) if picture else None
            stream = output.add_stream(codec, rate=rate, layout="mono", options=tune)
            if bits_per_s:
                stream.bit_rate = bits_per_s
            stream.codec_context.open()
            if film is not None:
                film.width, film.height = 32, 32
                black = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8))
                output.mux([*film.encode(black), *film.encode(None)])
            frame = av.AudioFrame.from_ndarray(at_rate(samples, rate)[None], format="fltp", layout="mono")
            frame.sample_rate, frame.pts = rate, 0
            resampler = av.AudioResampler(stream.format, stream.layout, rate, stream.frame_size or None)
            for part in [*resampler.resample(frame), *resampler.resample(None)]:
                output.mux(stream.encode(part))
            output.mux(stream.encode(None))
            output.close()
            return Path(folder, "file").read_bytes()

    return write


def id3(content: bytes) -> bytes:
    """Return an ID3v2 tag."""
    size = len(content)
    return b"ID3\4\0\0" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)) + content


def cover() -> bytes:
    """Return an ID3v2 tag with a picture of noise, in which words like those of an MP3 frame occur."""
    return id3(b"APIC" + np.random.default_rng(5).bytes(ID3_PICTURE))


def with_size(data: bytes, chunk: bytes, size: int, order: str = "<I", after: int = 4) -> bytes:
    """Write another number behind the name of a chunk."""
    edited = bytearray(data)
    struct.pack_into(order, edited, data.index(chunk) + after, size)
    return bytes(edited)


def aligned(one: Samples, other: Samples, reach_s: float = 0.2) -> tuple[Samples, Samples]:
    """Shift and cut two recordings so that they fit best."""
    reach = round(reach_s * SAMPLE_RATE)
    match = correlate(one, other, method="fft")[len(other) - 1 - reach : len(other) + reach]
    lag = int(np.argmax(match)) - reach
    one, other = one[max(lag, 0) :], other[max(-lag, 0) :]
    length = min(len(one), len(other))
    return one[:length], other[:length]


def likeness(one: Samples, other: Samples) -> float:
    """Return the correlation of two recordings where they fit best."""
    return float(np.corrcoef(*aligned(one, other))[0, 1])


def tone_share(samples: Samples, hertz: float) -> float:
    """Return the most that a tone makes up of the power of any tenth of a second, 0 to 1."""
    tenth = SAMPLE_RATE // 10
    whole = samples[: len(samples) // tenth * tenth].reshape(-1, tenth)
    wave = np.exp(-2j * np.pi * hertz * np.arange(tenth) / SAMPLE_RATE)
    power = np.square(whole, dtype=np.float64).mean(axis=1)
    return float((2 * np.abs(whole @ wave / tenth) ** 2 / np.maximum(power, 1e-12)).max(initial=0))
