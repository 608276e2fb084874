"""Samples to the bytes of a file, in every format of the contract."""

from __future__ import annotations

import io
from collections.abc import Callable

import av
import numpy as np
import soundfile
import soxr

from tts.clock import SAMPLE_RATE, Samples

_AAC_BITS_PER_S = 96_000


def encode(samples: Samples, format: str, sample_rate: int = SAMPLE_RATE) -> bytes:
    """Return samples as a file.

    Args:
        samples: (samples,) float32 at 24 kHz; what lies beyond -1..1 is clipped.
        format: wav, flac, mp3, ogg or opus (both Opus in Ogg), aac (ADTS), or pcm (16-bit little-endian, no header).
        sample_rate: of the file, one of `tts.media.formats.rates(format)`.
    """
    if sample_rate != SAMPLE_RATE:
        samples = soxr.resample(samples, SAMPLE_RATE, sample_rate)
    return _ENCODERS[format](np.clip(samples, -1, 1), sample_rate)


def _libsndfile(format: str, subtype: str) -> Callable[[Samples, int], bytes]:
    def write(samples: Samples, sample_rate: int) -> bytes:
        file = io.BytesIO()
        soundfile.write(file, samples, sample_rate, format=format, subtype=subtype)
        return file.getvalue()

    return write


def _pcm(samples: Samples, sample_rate: int) -> bytes:
    del sample_rate
    return (samples * 32767).round().astype("<i2").tobytes()


def _aac(samples: Samples, sample_rate: int) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="adts") as container:
        stream = container.add_stream("aac", rate=sample_rate, layout="mono", bit_rate=_AAC_BITS_PER_S)
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate = sample_rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return file.getvalue()


_ENCODERS: dict[str, Callable[[Samples, int], bytes]] = {
    "wav": _libsndfile("WAV", "PCM_16"),
    "flac": _libsndfile("FLAC", "PCM_16"),
    "mp3": _libsndfile("MP3", "MPEG_LAYER_III"),
    "ogg": _libsndfile("OGG", "OPUS"),
    "opus": _libsndfile("OGG", "OPUS"),
    "aac": _aac,
    "pcm": _pcm,
}
