"""How long each chunk of a script lasts: as its voice speaks, or so that all of them fit a length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tts.clock import FRAMES_PER_S, HOP, SAMPLE_RATE
from tts.errors import InvalidInput
from tts.media.join import FADE
from tts.script import Line, Stretch
from tts.text.chunks import chunks
from tts.text.durations import Pace, share, stressed, weight
from tts.text.marks import FASTEST, SLOWEST
from tts.text.said import Said

_SMALLEST = 10.0  # units that every chunk must be able to hold: a long word


@dataclass(frozen=True)
class Part:
    """A stretch of a line, with who says it."""

    line: Line
    stretch: Stretch
    speaker: int
    pace: Pace
    budget: int  # frames of its longest chunk

    @property
    def load(self) -> float:
        """Frames that it takes, in one piece."""
        return self.pace.frames_per_unit * stressed(weight(self.line.read(self.stretch.said.spoken)))


@dataclass(frozen=True)
class Piece:
    """What a chunk says of a part."""

    part: Part
    said: Said
    last: bool  # of the part

    @property
    def read(self) -> str:
        """What the model reads."""
        return self.part.line.read(self.said.spoken)

    @property
    def pause(self) -> int | None:
        """Samples of silence behind it."""
        pause_s = self.part.stretch.pause_s
        return round(pause_s * SAMPLE_RATE) if self.last and pause_s is not None else None


def natural(parts: Sequence[Part]) -> tuple[list[Piece], list[int]]:
    """Return pieces that last as long as their voices take for them, and the frames of each.

    Raises:
        InvalidInput: a voice is so slow that the model's span holds no words.
    """
    pieces = _pieces(parts, [_limit(part.pace, part.budget) for part in parts])
    return pieces, [piece.part.pace.frames(piece.read) for piece in pieces]


def _limit(pace: Pace, budget: int) -> float:
    """Return the weight of the longest chunk."""
    limit = pace.limit(budget)
    if limit < _SMALLEST:
        raise InvalidInput(
            "at this speed and voice hardly a word fits the model's span",
            "raise speed or lower duration_s, or send a reference whose transcript is complete",
            "speed",
        )
    return limit


def fitted(parts: Sequence[Part], lead: int, speed: float, duration_s: float) -> tuple[list[Piece], list[int]]:
    """Return pieces that last `duration_s` together with their pauses, and the frames of each.

    Args:
        parts: what is said.
        lead: samples of silence in front.
        speed: of the request.
        duration_s: of all, pauses too.

    Raises:
        InvalidInput: the length is out of reach.
    """
    silence_s = (lead + sum(_samples(part.stretch.pause_s) for part in parts)) / SAMPLE_RATE
    natural_s = sum(part.load for part in parts) * speed / FRAMES_PER_S
    spoken_s = duration_s - silence_s
    if not natural_s / FASTEST <= spoken_s <= natural_s / SLOWEST:
        shortest = math.ceil((natural_s / FASTEST + silence_s) * 100) / 100
        longest = math.floor((natural_s / SLOWEST + silence_s) * 100) / 100
        with_pauses = f", {silence_s:.2f} s of them silence" if silence_s else ""
        raise InvalidInput(
            f"duration_s {duration_s:g} is out of reach for this text and voice",
            f"between {shortest:.2f} and {longest:.2f} s are possible{with_pauses}",
            "duration_s",
        )
    slower = spoken_s / natural_s * speed
    limits = [_limit(Pace(part.pace.frames_per_unit * slower), part.budget) for part in parts]
    while True:
        pieces = _pieces(parts, limits)
        lengths = _shared(round(duration_s * SAMPLE_RATE) - lead, pieces)
        over = max(frames / piece.part.budget for piece, frames in zip(pieces, lengths, strict=True))
        if over <= 1 or min(limits) < _SMALLEST:
            return pieces, lengths
        limits = [limit / over for limit in limits]  # fades and rounding took a share over the span: cut finer


def _samples(pause_s: float | None) -> int:
    return round((pause_s or 0.0) * SAMPLE_RATE)


def _shared(samples: int, pieces: Sequence[Piece]) -> list[int]:
    """Divide a length over chunks, whose sound is a frame shorter each and overlaps when joined."""
    fading = sum(piece.pause is None for piece in pieces[:-1])
    total = samples - sum(piece.pause or 0 for piece in pieces) + FADE * fading
    pace = pieces[0].part.pace.frames_per_unit
    loads = [piece.part.pace.frames_per_unit / pace * stressed(weight(piece.read)) for piece in pieces]
    return share(-(-total // HOP) + len(pieces), loads)


def _pieces(parts: Sequence[Part], limits: Sequence[float]) -> list[Piece]:
    """Cut every part into chunks of at most its limit of units."""
    pieces: list[Piece] = []
    for part, limit in zip(parts, limits, strict=True):
        texts = chunks(part.stretch.said, limit, part.line.read)
        pieces += [Piece(part, text, index == len(texts)) for index, text in enumerate(texts, 1)]
    return pieces
