"""A text and its voices to the chunks that the engine says: their words, tokens, lengths, seeds and pauses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tts.clock import FRAMES_PER_S, HOP, SAMPLE_RATE
from tts.engine.schedule import chunk_seed
from tts.errors import InvalidInput, VoiceUnusable
from tts.lengths import Part, Piece, fitted, natural
from tts.media.join import joined_length, places
from tts.script import NOBODY, PLAIN, STOPS, Cast, Line, Manner, script
from tts.text.clean import one_line
from tts.text.durations import Pace, weight
from tts.text.letters import Reading, reading
from tts.text.said import Edit, Said
from tts.text.tokens import Vocabulary, tokens
from tts.voice.reference import Voice

MAX_FRAMES = round(22 * FRAMES_PER_S)  # of reference and chunk together; upstream keeps to 22 s as well
Edges = list[tuple[float, float]]  # start and end of every chunk, in seconds


@dataclass(frozen=True)
class Chunk:
    """One piece of a request's text, ready for the engine."""

    text: str  # as it is written
    tokens: tuple[int, ...]  # vocabulary indices of the reference's text and the chunk's
    frames: int  # mel frames to generate
    seed: int
    edits: tuple[Edit, ...] = ()  # of the text: where something else is said
    speaker: int = 0  # which of the plan's
    pause: int | None = None  # samples of silence behind it; None: it fades into the next

    @property
    def said(self) -> Said:
        """What is written and what is said, word by word."""
        return Said(self.text, self.edits)


@dataclass(frozen=True)
class Speaker:
    """A voice of a plan, and what the model reads of its recording."""

    voice: Voice
    frames: int  # mel frames of the reference
    prompt: str  # what is said in it, in letters that the model knows
    units: float  # weight of what is said in it
    letters: Reading


@dataclass(frozen=True)
class Plan:
    """All that the engine must know of a request."""

    speakers: tuple[Speaker, ...]  # each once, in order of appearance
    chunks: tuple[Chunk, ...]
    samples: int | None  # exact length asked for, None if the text decides
    warnings: tuple[str, ...]
    lead: int = 0  # samples of silence in front

    @property
    def reference_frames(self) -> int:
        """Mel frames of the first speaker's reference."""
        return self.speakers[0].frames

    @property
    def pauses(self) -> list[int | None]:
        """What is behind each chunk."""
        return [chunk.pause for chunk in self.chunks]

    @property
    def names(self) -> str:
        """Who speaks, for people."""
        return ", ".join(speaker.voice.name or speaker.voice.id for speaker in self.speakers)

    def voice(self, chunk: Chunk) -> Voice:
        """Return who says a chunk."""
        return self.speakers[chunk.speaker].voice


def plan(
    text: str,
    voice: Voice,
    vocabulary: Vocabulary,
    *,
    speed: float,
    duration_s: float | None,
    seed: int,
    manner: Manner = PLAIN,
    cast: Cast = NOBODY,
) -> Plan:
    """Plan how voices say a text.

    Args:
        text: as it came, marks and all.
        voice: that says what no mark gives to another.
        vocabulary: of the model.
        speed: 1 is the references' own pace.
        duration_s: length of all, pauses too; None: the text decides.
        seed: of the request.
        manner: how the text is read.
        cast: the voices that marks may name; left out: none.

    Raises:
        InvalidInput: nothing in the text can be said, a mark is none, `duration_s` is out of reach, or a voice is so
            slow that the model's span holds no words.
        RequestError: a voice that the text names can't be used.
    """
    written = script(text, voice, speed, vocabulary, manner, cast)
    if not written.lines:
        raise InvalidInput(
            "nothing in the text can be said: it holds no letter or digit that the model knows",
            "write the text in the script that the model was trained on",
            "text",
        )
    voices = list(dict.fromkeys(line.voice for line in written.lines))
    speakers = tuple(_speaker(each, vocabulary) for each in voices)
    parts = [part for line in written.lines for part in _parts(line, voices.index(line.voice), speakers)]
    lead = round(written.lead_s * SAMPLE_RATE)
    if duration_s is None:
        pieces, lengths = natural(parts)
    else:
        pieces, lengths = fitted(parts, lead, speed, duration_s)
    planned = tuple(_chunks(pieces, lengths, speakers, vocabulary, seed))
    for chunk in planned:
        _check_tokens(chunk, speakers[chunk.speaker].frames)
    samples = None if duration_s is None else round(duration_s * SAMPLE_RATE)
    return Plan(speakers, planned, samples, _warnings(speakers, written.lines), lead)


def _speaker(voice: Voice, vocabulary: Vocabulary) -> Speaker:
    prompt = reference_text(voice.text)
    letters = reading(prompt, vocabulary)
    before = letters(prompt) + " " * prompt.endswith(" ")  # the blank parts it from the chunk's text
    if not any(map(str.isalnum, before)):
        raise VoiceUnusable(
            "the model knows no letter of what is said in the recording",
            "use a voice that speaks a language of the model",
            "voice_text",
        )
    return Speaker(voice, 1 + len(voice.samples) // HOP, before, weight(prompt), letters)


def _parts(line: Line, index: int, speakers: Sequence[Speaker]) -> Iterator[Part]:
    speaker = speakers[index]
    pace = Pace(speaker.frames / speaker.units / line.speed)
    yield from (Part(line, stretch, index, pace, MAX_FRAMES - speaker.frames) for stretch in line.stretches)


def _chunks(
    pieces: Sequence[Piece], lengths: Sequence[int], speakers: Sequence[Speaker], vocabulary: Vocabulary, seed: int
) -> Iterator[Chunk]:
    for index, (piece, frames) in enumerate(zip(pieces, lengths, strict=True)):
        said, speaker = piece.said, piece.part.speaker
        found = tuple(vocabulary.encode(tokens(speakers[speaker].prompt + piece.read)))
        yield Chunk(said.written, found, frames, chunk_seed(seed, index), said.edits, speaker, piece.pause)


def _warnings(speakers: Sequence[Speaker], lines: Sequence[Line]) -> tuple[str, ...]:
    of_voices = (
        warning for each in speakers for warning in (*each.voice.warnings, *each.letters.warnings("voice_text"))
    )
    of_lines = (warning for line in lines for warning in line.letters.warnings())
    return tuple(dict.fromkeys((*of_voices, *of_lines)))


def reference_text(text: str) -> str:
    """Return a transcript as the model needs it before new text: with a full stop and one blank at its end.

    Upstream makes "Hello?" into "Hello?. " and then adds a second blank.
    """
    text = one_line(text)
    wide = ord(text[-1]) > 0x2E80
    if text.rstrip("\"'”’“‘»«›‹」』)） ")[-1:] not in STOPS:
        text = text.rstrip(",;:，；：、") + ("。" if wide else ".")
    return text if text[-1] in "。！？" else text + " "


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
    """Return the samples that a plan comes to at most, at 24 kHz; without pauses exactly."""
    joined = joined_length(lengths(planned), planned.pauses, planned.lead)
    return joined if planned.samples is None else planned.samples


def edges(planned: Plan) -> Edges:
    """Return where the chunks will be; beside pauses the model's own silence is still with them."""
    return boundaries(within(places(lengths(planned), planned.pauses, planned.lead), length(planned)))


def within(chunks: list[tuple[int, int]], samples: int) -> list[tuple[int, int]]:
    """End the last chunk where the recording does, at the latest."""
    return [*chunks[:-1], (chunks[-1][0], min(chunks[-1][1], samples))]


def boundaries(chunks: list[tuple[int, int]]) -> Edges:
    """Return the places of chunks in seconds, each rounded to milliseconds once."""
    return [(_milliseconds(start) / 1000, _milliseconds(end) / 1000) for start, end in chunks]


def _milliseconds(samples: int) -> int:
    return round(samples * 1000 / SAMPLE_RATE)
