"""Any recording to mono samples at the model's rate: libsndfile first, FFmpeg (PyAV) for the rest."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import av
import av.error
import numpy as np
import soundfile
import soxr
from av.container import InputContainer

from tts.clock import SAMPLE_RATE, Samples


class Undecodable(Exception):
    """The bytes aren't a recording that can be used; the message says why."""


class NotAudio(Undecodable):
    """Neither library finds sound in the bytes."""


class Damaged(Undecodable):
    """A recording that breaks off, or holds numbers that are no sound."""


class TooLong(Undecodable):
    """A recording over the limit."""


def decode(data: bytes, max_s: float) -> Samples:
    """Return the sound of a file, all channels averaged, (samples,) float32 at 24 kHz.

    Raises:
        Undecodable: it isn't audio, is damaged, or lasts longer than `max_s` seconds.
    """
    try:
        mono, rate = _with_libsndfile(data, max_s)
    except soundfile.LibsndfileError:
        mono, rate = _with_ffmpeg(data, max_s)
    if not np.isfinite(mono).all():
        raise Damaged("it holds values that are not numbers")
    return mono if rate == SAMPLE_RATE else soxr.resample(mono, rate, SAMPLE_RATE)


def _with_libsndfile(data: bytes, max_s: float) -> tuple[Samples, int]:
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        if file.frames > max_s * file.samplerate:
            raise TooLong(f"it lasts {file.frames / file.samplerate:.0f} s")
        _check_complete(file)
        try:
            samples = file.read(dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise Damaged("decoding it fails half way") from error
        if len(samples) < file.frames and file.format != "MP3":
            raise Damaged("it breaks off before its end")
        return samples.mean(axis=1), file.samplerate


def _check_complete(file: soundfile.SoundFile) -> None:
    """Refuse a RIFF file whose sound ends before its header says; libsndfile only notes it in its log."""
    for noted, size in re.findall(r"^data\s*:\s*(\d+) \(should be (\d+)\)", file.extra_info, re.MULTILINE):
        streamed = int(noted) >= 0x7FFFF000  # written to a pipe, where the length wasn't known
        if int(noted) > int(size) and not streamed:
            raise Damaged(f"its header announces {noted} bytes of sound, {size} are there")


def _with_ffmpeg(data: bytes, max_s: float) -> tuple[Samples, int]:
    try:
        with av.open(io.BytesIO(data), "r", metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise NotAudio("it has no audio track")
            rate = container.streams.audio[0].rate
            parts = list(_frames(container, rate, max_s))
    except av.error.FFmpegError as error:
        raise NotAudio("neither libsndfile nor FFmpeg can read it") from error
    if not parts:
        raise NotAudio("its audio track is empty")
    return np.concatenate(parts), rate


def _frames(container: InputContainer, rate: int, max_s: float) -> Iterator[Samples]:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
    decoded = 0
    try:
        for frame in container.decode(audio=0):
            for mono in resampler.resample(frame):
                samples = mono.to_ndarray().reshape(-1).astype(np.float32, copy=False)
                decoded += len(samples)
                if decoded > max_s * rate:
                    raise TooLong(f"it lasts more than {max_s:.0f} s")
                yield samples
    except av.error.FFmpegError as error:
        raise Damaged("decoding it fails half way") from error
