"""A text and a voice to the chunks that the engine says: their words, tokens, lengths and seeds."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from tts.clock import FRAMES_PER_S, HOP, SAMPLE_RATE
from tts.engine.schedule import chunk_seed
from tts.errors import InvalidInput
from tts.media.join import FADE
from tts.text.chunks import chunks
from tts.text.clean import clean
from tts.text.durations import Pace, share, stressed, weight
from tts.text.tokens import Vocabulary, tokens
from tts.voice.reference import Voice

MAX_FRAMES = round(22 * FRAMES_PER_S)  # of reference and chunk together; upstream keeps to 22 s as well
SLOWEST, FASTEST = 0.3, 3.0  # speeds; beyond them the model no longer speaks
_JOINT = FADE // HOP + 2  # frames by which a chunk of a fitted length may exceed its share
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
        InvalidInput: nothing in the text can be said, or `duration_s` is out of reach for it.
    """
    text = clean(text)
    prompt = reference_text(voice.text)
    warnings = _check_characters(text, vocabulary)
    reference_frames = 1 + len(voice.samples) // HOP
    pace = Pace(reference_frames / weight(prompt) / speed)
    budget = MAX_FRAMES - reference_frames
    if duration_s is not None:
        budget -= _JOINT
        pace = _fitted(pace, text, duration_s * FRAMES_PER_S, speed)
    pieces = chunks(text, pace.limit(budget))
    lengths = [pace.frames(piece) for piece in pieces]
    if duration_s is not None:
        lengths = _shared(duration_s, pieces)
    planned = tuple(
        _chunk(piece, prompt, vocabulary, reference_frames, frames, chunk_seed(seed, index))
        for index, (piece, frames) in enumerate(zip(pieces, lengths, strict=True))
    )
    samples = None if duration_s is None else round(duration_s * SAMPLE_RATE)
    return Plan(reference_frames, planned, samples, (*voice.warnings, *warnings))


def reference_text(text: str) -> str:
    """Return a transcript as the model needs it before new text: with a full stop and one blank at its end.

    Upstream makes "Hello?" into "Hello?. " and then adds a second blank.
    """
    text = clean(text).replace("\n", " ")
    wide = ord(text[-1]) > 0x2E80
    if text.rstrip("\"'”’」』)）")[-1:] not in _STOPS:
        text = text.rstrip(",;:，；：、") + ("。" if wide else ".")
    return text if text[-1] in "。！？" else text + " "


def _check_characters(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    found = tokens(text.replace("\n", " "))
    unknown = vocabulary.unknown(found)
    sayable = {token for token in found if any(map(str.isalnum, token))} - set(unknown)
    if not sayable:
        raise InvalidInput(
            "nothing in the text can be said: it holds no letter or digit that the model knows",
            "write the text in the script that the model was trained on, numbers as words",
            "text",
        )
    if not unknown:
        return ()
    shown = " ".join(unknown[:20]) + (" …" if len(unknown) > 20 else "")
    return (f"the model doesn't know these characters and leaves them out: {shown}",)


def _fitted(pace: Pace, text: str, frames: float, speed: float) -> Pace:
    """Return the pace at which the whole text takes `frames`."""
    natural = pace.frames_per_unit * stressed(weight(text))
    if not SLOWEST <= speed * natural / frames <= FASTEST:
        shortest, longest = (speed * natural / limit / FRAMES_PER_S for limit in (FASTEST, SLOWEST))
        raise InvalidInput(
            f"duration_s {frames / FRAMES_PER_S:g} is out of reach for this text and voice",
            f"between {shortest:.1f} and {longest:.1f} s are possible",
            "duration_s",
        )
    return Pace(pace.frames_per_unit * frames / natural)


def _shared(duration_s: float, pieces: list[str]) -> list[int]:
    """Divide a length over chunks, whose sound is a frame shorter each and overlaps when joined."""
    total = round(duration_s * SAMPLE_RATE) + FADE * (len(pieces) - 1)
    return share(-(-total // HOP) + len(pieces), [stressed(weight(piece)) for piece in pieces])


def _chunk(piece: str, prompt: str, vocabulary: Vocabulary, reference_frames: int, frames: int, seed: int) -> Chunk:
    indices = tuple(vocabulary.encode(tokens(prompt + piece)))
    # The network places one token a frame, and needs one frame more than tokens.
    return Chunk(piece, indices, max(frames, len(indices) + 1 - reference_frames), seed)


def boundaries(edges: list[tuple[int, int]]) -> list[tuple[float, float]]:
    """Return the places of chunks in seconds, rounded to milliseconds once, without gaps."""
    marks = [round(edge * 1000 / SAMPLE_RATE) / 1000 for edge in (edges[0][0], *(end for _, end in edges))]
    return list(pairwise(marks))
