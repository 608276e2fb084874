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

_LOUDEST = 8.0  # times full scale; a float file may pass 1.0, but not by 18 dB
_BLOCK = 65_536  # samples read at once; a small file may hold many channels


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
    if len(mono) and np.abs(mono).max() > _LOUDEST:
        raise Damaged("its samples are far beyond full scale, floating-point numbers meant as integers perhaps")
    return mono if rate == SAMPLE_RATE else soxr.resample(mono, rate, SAMPLE_RATE)


def _with_libsndfile(data: bytes, max_s: float) -> tuple[Samples, int]:
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        if file.frames > max_s * file.samplerate:
            raise TooLong(f"it lasts {file.frames / file.samplerate:.0f} s")
        _check_complete(file)
        try:
            parts = [block.mean(axis=1) for block in file.blocks(_BLOCK, dtype="float32", always_2d=True)]
        except soundfile.LibsndfileError as error:
            raise Damaged("decoding it fails half way") from error
        mono = np.concatenate([np.empty(0, np.float32), *parts])
        if len(mono) < file.frames and file.format != "MP3":
            raise Damaged("it breaks off before its end")
        return mono, file.samplerate


def _check_complete(file: soundfile.SoundFile) -> None:
    """Refuse a RIFF or AIFF file whose sound ends before its header says; libsndfile only notes it in its log."""
    for noted, size in re.findall(r"^ *(?:data|SSND)\s*:\s*(\d+) \(should be (\d+)\)", file.extra_info, re.MULTILINE):
        streamed = int(noted) >= 0x7FFFF000  # written to a pipe, where the length wasn't known
        if int(noted) > int(size) and not streamed:
            raise Damaged(f"its header announces {noted} bytes of sound, {size} are there")


def _with_ffmpeg(data: bytes, max_s: float) -> tuple[Samples, int]:
    try:
        with av.open(io.BytesIO(data), "r", metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise NotAudio("it has no audio track")
            if container.streams.audio[0].codec_context is None:
                raise NotAudio("its audio track is of an unknown codec")
            frames = list(_frames(container, max_s))
    except av.error.FFmpegError as error:
        raise NotAudio("neither libsndfile nor FFmpeg can read it") from error
    if not frames:
        raise NotAudio("its audio track is empty")
    if len({rate for _, rate in frames}) > 1:
        raise Damaged("its sample rate changes half way")
    return np.concatenate([samples for samples, _ in frames]), frames[0][1]


def _frames(container: InputContainer, max_s: float) -> Iterator[tuple[Samples, int]]:
    planar: dict[int, av.AudioResampler] = {}  # by rate; only the format is changed, mixing would be 3 dB too loud
    decoded_s = 0.0
    try:
        for frame in container.decode(audio=0):
            rate = frame.sample_rate
            for planes in planar.setdefault(rate, av.AudioResampler(format="fltp")).resample(frame):
                samples = planes.to_ndarray().mean(axis=0)  # (channels, samples) to (samples,)
                decoded_s += len(samples) / rate
                if decoded_s > max_s:
                    raise TooLong(f"it lasts more than {max_s:.0f} s")
                yield samples.astype(np.float32, copy=False), rate
    except (av.error.FFmpegError, ValueError) as error:  # ValueError: the channels change half way
        raise Damaged("decoding it fails half way") from error
