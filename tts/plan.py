"""A text and a voice to the chunks that the engine says: their words, tokens, lengths and seeds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from tts.clock import FRAMES_PER_S, HOP, SAMPLE_RATE
from tts.engine.schedule import chunk_seed
from tts.errors import InvalidInput, VoiceUnusable
from tts.media.join import FADE, joined_length, places
from tts.text.chunks import chunks
from tts.text.clean import clean, one_line
from tts.text.durations import Pace, share, stressed, weight
from tts.text.letters import Reading, reading
from tts.text.pieces import Read
from tts.text.rows import without_rows
from tts.text.tokens import Vocabulary, tokens
from tts.voice.reference import Voice

MAX_FRAMES = round(22 * FRAMES_PER_S)  # of reference and chunk together; upstream keeps to 22 s as well
SLOWEST, FASTEST = 0.3, 3.0  # speeds; beyond them the model no longer speaks
Edges = list[tuple[float, float]]  # start and end of every chunk, in seconds
_SMALLEST = 10.0  # units that every chunk must be able to hold: a long word
_STOPS = ".!?…。！？؟۔।॥"


@dataclass(frozen=True)
class Chunk:
    """One piece of a request's text, ready for the engine."""

    text: str
    tokens: tuple[int, ...]  # vocabulary indices of the reference's text and the chunk's
    frames: int  # mel frames to generate
    seed: int


@dataclass(frozen=True)
class Plan:
    """All that the engine must know of a request."""

    reference_frames: int
    chunks: tuple[Chunk, ...]
    samples: int | None  # exact length asked for, None if the text decides
    warnings: tuple[str, ...]


def plan(text: str, voice: Voice, vocabulary: Vocabulary, *, speed: float, duration_s: float | None, seed: int) -> Plan:
    """Plan how a voice says a text.

    Raises:
        InvalidInput: nothing in the text can be said, `duration_s` is out of reach for it, or the voice is so
            slow that the model's span holds no words.
        VoiceUnusable: the model knows no letter of the voice's text.
    """
    text = clean(text)
    letters = reading(text, vocabulary)
    read = partial(_read, letters)
    if not any(map(str.isalnum, read(text))):
        raise InvalidInput(
            "nothing in the text can be said: it holds no letter or digit that the model knows",
            "write the text in the script that the model was trained on, numbers as words",
            "text",
        )
    prompt = reference_text(voice.text)
    prompt_letters = reading(prompt, vocabulary)
    before = prompt_letters(prompt) + " " * prompt.endswith(" ")  # the blank parts it from the chunk's text
    if not any(map(str.isalnum, before)):
        raise VoiceUnusable(
            "the model knows no letter of what is said in the recording",
            "use a voice that speaks a language of the model",
            "voice_text",
        )
    reference_frames = 1 + len(voice.samples) // HOP
    budget = MAX_FRAMES - reference_frames
    pace = Pace(reference_frames / weight(prompt) / speed)
    if duration_s is None:
        pieces = chunks(text, _limit(pace, budget), read)
        lengths = [pace.frames(read(piece)) for piece in pieces]
    else:
        pieces, lengths = _fitted(text, read, pace, budget, speed, duration_s)
    planned = tuple(
        Chunk(piece, tuple(vocabulary.encode(tokens(before + read(piece)))), frames, chunk_seed(seed, index))
        for index, (piece, frames) in enumerate(zip(pieces, lengths, strict=True))
    )
    for chunk in planned:
        _check_tokens(chunk, reference_frames)
    samples = None if duration_s is None else round(duration_s * SAMPLE_RATE)
    warnings = (*voice.warnings, *prompt_letters.warnings("voice_text"), *letters.warnings())
    return Plan(reference_frames, planned, samples, warnings)


def _read(letters: Reading, part: str) -> str:
    """Return what the model reads of a part of the text; lengths follow it, not what is written."""
    return letters(without_rows(part))


def reference_text(text: str) -> str:
    """Return a transcript as the model needs it before new text: with a full stop and one blank at its end.

    Upstream makes "Hello?" into "Hello?. " and then adds a second blank.
    """
    text = one_line(text)
    wide = ord(text[-1]) > 0x2E80
    if text.rstrip("\"'”’“‘»«›‹」』)） ")[-1:] not in _STOPS:
        text = text.rstrip(",;:，；：、") + ("。" if wide else ".")
    return text if text[-1] in "。！？" else text + " "


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


def _fitted(
    text: str, read: Read, pace: Pace, budget: int, speed: float, duration_s: float
) -> tuple[list[str], list[int]]:
    """Return chunks that together last `duration_s`, and the frames of each."""
    natural_s = pace.frames_per_unit * stressed(weight(read(text))) * speed / FRAMES_PER_S
    if not natural_s / FASTEST <= duration_s <= natural_s / SLOWEST:
        shortest, longest = math.ceil(natural_s / FASTEST * 100) / 100, math.floor(natural_s / SLOWEST * 100) / 100
        raise InvalidInput(
            f"duration_s {duration_s:g} is out of reach for this text and voice",
            f"between {shortest:.2f} and {longest:.2f} s are possible",
            "duration_s",
        )
    limit = _limit(Pace(pace.frames_per_unit * duration_s / natural_s * speed), budget)
    while True:
        pieces = chunks(text, limit, read)
        lengths = _shared(duration_s, list(map(read, pieces)))
        if max(lengths) <= budget or limit < _SMALLEST:
            return pieces, lengths
        limit *= budget / max(lengths)  # fades and rounding have taken a share over the span: cut finer


def _shared(duration_s: float, said: list[str]) -> list[int]:
    """Divide a length over chunks, whose sound is a frame shorter each and overlaps when joined."""
    total = round(duration_s * SAMPLE_RATE) + FADE * (len(said) - 1)
    return share(-(-total // HOP) + len(said), [stressed(weight(part)) for part in said])


def _check_tokens(chunk: Chunk, reference_frames: int) -> None:
    """Refuse what fits the time but not the tokens: the network places at most one a frame, and one frame more."""
    if len(chunk.tokens) >= reference_frames + chunk.frames:
        raise InvalidInput(
            "the text has more characters than can be said in its time",
            "lower speed, raise duration_s, or remove repeated marks",
            "text",
        )


def lengths(planned: Plan) -> list[int]:
    """Return the samples that the engine returns for each chunk."""
    return [(chunk.frames - 1) * HOP for chunk in planned.chunks]


def length(planned: Plan) -> int:
    """Return the samples that a plan comes to, at 24 kHz."""
    joined = joined_length(lengths(planned))
    return joined if planned.samples is None else min(joined, planned.samples)


def edges(planned: Plan) -> Edges:
    """Return where the chunks will be."""
    return boundaries(within(places(lengths(planned)), length(planned)))


def within(chunks: list[tuple[int, int]], samples: int) -> list[tuple[int, int]]:
    """End the last chunk where the recording does."""
    return [*chunks[:-1], (chunks[-1][0], samples)]


def boundaries(chunks: list[tuple[int, int]]) -> Edges:
    """Return the places of chunks in seconds, rounded to milliseconds once, without gaps."""
    marks = [round(edge * 1000 / SAMPLE_RATE) / 1000 for edge in (chunks[0][0], *(end for _, end in chunks))]
    return list(pairwise(marks))
