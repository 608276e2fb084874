"""Any recording to mono samples at the model's rate.

FFmpeg reads every format, and not libsndfile: that guesses the length of an MP3, and its Python block reader hands out
memory that nothing was written to, with the sound of recordings decoded before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

import numpy as np
import soxr

from tts.clock import SAMPLE_RATE, Samples
from tts.media.channels import Mixer
from tts.media.ffmpeg import Piece, pieces
from tts.media.rows import files_in
from tts.media.undecodable import Damaged, NotAudio, TooLong, Undecodable

__all__ = ["Damaged", "NotAudio", "TooLong", "Undecodable", "decode"]

_OVER_S = 1.0  # of sound beyond the limit: what resampling adds where rates change
_LOUDEST = 8.0  # times full scale; a float file may pass 1.0, but not by 18 dB


def decode(data: bytes, max_s: float) -> Samples:
    """Return the sound of a file, (samples,) float32 at 24 kHz, without its offset from zero.

    Channels are averaged, unless one of them alone is the voice. Recordings in a row, such as a chain of Ogg streams,
    are one.

    Raises:
        Undecodable: it isn't audio, is damaged, or lasts longer than `max_s` seconds.
    """
    sound: list[Samples] = []
    for file in files_in(data):
        sound.append(_decode_one(file, max_s))
        max_s -= len(sound[-1]) / SAMPLE_RATE
    return sound[0] if len(sound) == 1 else np.concatenate(sound)


def _decode_one(data: bytes, max_s: float) -> Samples:
    mixer = Mixer()
    mono = _collect(pieces(data, max_s), mixer.mean, max_s)
    channel = mixer.better_alone()
    if channel is not None:  # read again rather than keep all channels of all recordings
        del mono
        mono = _collect(pieces(data, max_s), lambda piece: piece.sound[:, channel], max_s)
    return mono


def _collect(sound: Iterator[Piece], mix: Callable[[Piece], Samples], max_s: float) -> Samples:
    mono = _filled(_at_model_rate((mix(piece), piece.rate) for piece in sound), max_s)
    if len(mono) == 0:
        return mono
    offset = mono.mean(dtype=np.float64)
    if not np.isfinite(offset):  # as it is if one value isn't
        raise Damaged("it holds values that are not numbers")
    mono -= offset
    if max(mono.max(), -mono.min()) > _LOUDEST:
        raise Damaged("its samples are far beyond full scale, floating-point numbers meant as integers perhaps")
    return mono


def _filled(blocks: Iterable[Samples], max_s: float) -> Samples:
    """Return blocks as one. A list of them would take twice the memory; this room takes what is written to it."""
    room = np.empty(round((max_s + _OVER_S) * SAMPLE_RATE), np.float32)
    count = 0
    for block in blocks:
        room[count : count + len(block)] = block
        count += len(block)
    return room[:count]


def _at_model_rate(sound: Iterable[tuple[Samples, int]]) -> Iterator[Samples]:
    """Resample as the sound comes, so that a recording at 192 kHz takes no more memory than another."""
    for rate, run in groupby(sound, key=lambda piece: piece[1]):
        blocks = (samples for samples, _ in run)
        if rate == SAMPLE_RATE:
            yield from blocks
            continue
        stream = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")
        for block in blocks:
            yield stream.resample_chunk(block)
        yield stream.resample_chunk(np.empty(0, np.float32), last=True)
