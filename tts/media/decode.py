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
from tts.media.headers import files_in
from tts.media.undecodable import Damaged, NotAudio, TooLong, Undecodable

__all__ = ["Damaged", "NotAudio", "TooLong", "Undecodable", "decode"]

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
    return np.concatenate(sound)


def _decode_one(data: bytes, max_s: float) -> Samples:
    mixer = Mixer()
    mono = _collect(pieces(data, max_s), mixer.mean)
    channel = mixer.better_alone()
    if channel is not None:  # read again rather than keep all channels of all recordings
        mono = _collect(pieces(data, max_s), lambda piece: piece.sound[:, channel])
    return mono


def _collect(sound: Iterator[Piece], mix: Callable[[Piece], Samples]) -> Samples:
    mono = np.concatenate([np.empty(0, np.float32), *_at_model_rate((mix(piece), piece.rate) for piece in sound)])
    if not np.isfinite(mono).all():
        raise Damaged("it holds values that are not numbers")
    if len(mono) == 0:
        return mono
    mono -= mono.mean(dtype=np.float64)
    if np.abs(mono).max() > _LOUDEST:
        raise Damaged("its samples are far beyond full scale, floating-point numbers meant as integers perhaps")
    return mono


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
