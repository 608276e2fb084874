"""Samples to the bytes of a file, in every format of the contract: as loud as asked for, and nowhere clipped."""

from __future__ import annotations

import io
from collections.abc import Callable

import av
import numpy as np
import soundfile
import soxr

from tts.clock import SAMPLE_RATE, Samples
from tts.media.limit import true_peak
from tts.media.loudness import CEILING, leveled
from tts.media.loudness import loudness as measured
from tts.media.metadata import Tags, id3

_AAC_BITS_PER_S = 96_000
_LOSSY = ("mp3", "ogg", "opus", "aac")
_FAR = 0.5  # of the ceiling: lower peaks don't reach it, whatever a lossy format makes of them
_NEAR = 0.3  # LU
_TRIES = 5
_MORE = 1.01  # taken away than is over: the next file has other peaks
_NO_TAGS = Tags()


def encode(
    samples: Samples,
    format: str,
    sample_rate: int = SAMPLE_RATE,
    *,
    loudness: float | None = None,
    tags: Tags = _NO_TAGS,
) -> bytes:
    """Return samples as a file whose true peaks, decoded again, are at most -1 dBTP.

    Args:
        samples: (samples,) float32 at 24 kHz; what lies over the ceiling is limited.
        format: wav, flac, mp3, ogg or opus (both Opus in Ogg), aac (ADTS), or pcm (16-bit little-endian, no header).
        sample_rate: of the file, one of `tts.media.formats.rates(format)`.
        loudness: LUFS, measured at that rate; None: as it is.
        tags: what the file says of itself, where the format has a place.
    """
    if sample_rate != SAMPLE_RATE:
        samples = soxr.resample(samples, SAMPLE_RATE, sample_rate)
    sound = leveled(samples, sample_rate, loudness)
    write = _ENCODERS[format]
    data = write(np.clip(sound, -1, 1), sample_rate, tags)
    if format not in _LOSSY or (loudness is None and true_peak(sound, sample_rate) < _FAR * CEILING):
        return data
    return _corrected(data, sound, sample_rate, loudness, lambda sound: write(sound, sample_rate, tags))


def _corrected(
    data: bytes, sound: Samples, rate: int, loudness: float | None, write: Callable[[Samples], bytes]
) -> bytes:
    """Return a lossy file that is right once it is decoded: the format keeps neither peaks nor loudness to the last dB.

    Args:
        data: the file.
        sound: (samples,) that it was made of.
        rate: Hz of the sound.
        loudness: LUFS asked for.
        write: makes a file of sound.
    """
    ceiling, aimed, fitting = CEILING, loudness, {}
    for _ in range(_TRIES):
        over, missing = _decoded(data, loudness)
        if over <= 1:
            fitting[abs(missing)] = data
            if abs(missing) <= _NEAR:
                break
        else:
            ceiling /= over * _MORE
        aimed = None if aimed is None else aimed + missing
        sound = leveled(sound, rate, aimed, ceiling)
        data = write(sound)
    while not fitting:  # the gain alone, which takes peaks down for certain
        over, missing = _decoded(data, loudness)
        if over <= 1:
            fitting[abs(missing)] = data
        sound = sound / np.float32(over * _MORE)
        data = write(sound)
    return fitting[min(fitting)]


def _decoded(data: bytes, lufs: float | None) -> tuple[float, float]:
    """Return how many times the ceiling a file's true peak is, and the LU that it lacks."""
    with av.open(io.BytesIO(data), "r") as container:
        frames = list(container.decode(audio=0))
    sound = np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames]).astype(np.float32, copy=False)
    rate = frames[0].sample_rate
    missing = 0.0 if lufs is None else lufs - measured(sound, rate)
    return true_peak(sound, rate) / CEILING, missing if np.isfinite(missing) else 0.0


Encoder = Callable[[Samples, int, Tags], bytes]


def _libsndfile(format: str, subtype: str) -> Encoder:
    def write(samples: Samples, sample_rate: int, tags: Tags) -> bytes:
        file = io.BytesIO()
        with soundfile.SoundFile(file, "w", sample_rate, 1, subtype, format=format) as output:
            for name, value in tags.items().items():
                setattr(output, name, value)
            output.write(samples)
        return file.getvalue()

    return write


def _mp3(samples: Samples, sample_rate: int, tags: Tags) -> bytes:
    """Write the tag with FFmpeg: libsndfile's has no letters beyond Latin-1."""
    return id3("mp3", tags) + _libsndfile("MP3", "MPEG_LAYER_III")(samples, sample_rate, _NO_TAGS)


def _pcm(samples: Samples, sample_rate: int, tags: Tags) -> bytes:
    del sample_rate, tags
    return (samples * 32767).round().astype("<i2").tobytes()


def _aac(samples: Samples, sample_rate: int, tags: Tags) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="adts") as container:
        stream = container.add_stream("aac", rate=sample_rate, layout="mono", bit_rate=_AAC_BITS_PER_S)
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate = sample_rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return id3("aac", tags) + file.getvalue()


_ENCODERS: dict[str, Encoder] = {
    "wav": _libsndfile("WAV", "PCM_16"),
    "flac": _libsndfile("FLAC", "PCM_16"),
    "mp3": _mp3,
    "ogg": _libsndfile("OGG", "OPUS"),
    "opus": _libsndfile("OGG", "OPUS"),
    "aac": _aac,
    "pcm": _pcm,
}
