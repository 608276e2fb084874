"""A request's text to a script: which voice says what, how, and with how much silence behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import zip_longest
from typing import Protocol

from tts.errors import InvalidInput, VoiceNotFound
from tts.limits import TEXT_LIMIT
from tts.text import marks
from tts.text.clean import clean
from tts.text.letters import Reading, reading
from tts.text.marks import Pause, Turn
from tts.text.normalize.edits import edits
from tts.text.pieces import Read, sentences
from tts.text.pronunciations import Dictionary
from tts.text.rows import without_rows
from tts.text.said import Said, joined, merged
from tts.text.tokens import Vocabulary
from tts.voice.reference import Voice

_PARAGRAPH = re.compile(r"\n\s*\n")
MOST_SAID = 2 * TEXT_LIMIT  # characters that a dictionary may say in all, or a word of it makes hours of a page
STOPS = ".!?…。！？؟۔।॥"
_CLOSERS = "\"'”’“‘»«›‹」』)]）】* "


class Cast(marks.Cast, Protocol):
    """The voices that a text may name."""

    def named(self, name: str, style: str | None = None) -> Voice:
        """Return a voice by name, in one of its styles."""


class _Nobody:
    """A cast without voices."""

    def names(self) -> list[str]:
        return []

    def styles(self, name: str) -> list[str]:
        return []

    def named(self, name: str, style: str | None = None) -> Voice:
        raise VoiceNotFound(f"there is no voice named {name!r}", "leave it out", "voice")


NOBODY = _Nobody()


@dataclass(frozen=True)
class Pauses:
    """Silence where something ends, in seconds; None: as the model speaks."""

    sentence_s: float | None = None
    paragraph_s: float | None = None

    def behind(self, text: str) -> float | None:
        """Return the silence behind a sentence that comes with its blanks."""
        return self.sentence_s if self.paragraph_s is None or not _PARAGRAPH.search(text) else self.paragraph_s


@dataclass(frozen=True)
class Manner:
    """How a text is read."""

    normalize: bool = True
    words: Mapping[str, str] = field(default_factory=dict)  # what is said instead of words
    language: str | None = None
    pauses: Pauses = Pauses()

    @cached_property
    def dictionary(self) -> Dictionary:
        """The words as they are looked up, in each of the parts of a text."""
        return Dictionary(self.words)


PLAIN = Manner()


@dataclass(frozen=True)
class Stretch:
    """A part of a line without a pause in it."""

    said: Said
    pause_s: float | None  # of silence behind it; None: it goes over into what follows


@dataclass(frozen=True)
class Line:
    """What one voice says at one time."""

    voice: Voice
    speed: float
    letters: Reading
    stretches: tuple[Stretch, ...]

    def read(self, part: str) -> str:
        """Return what the model reads of a part of what is said; lengths follow it, not what is written."""
        return _read(self.letters, part)


@dataclass(frozen=True)
class Script:
    """All that a text asks for. Without lines nothing in it can be said."""

    lines: tuple[Line, ...]
    lead_s: float = 0.0  # of silence in front


def script(text: str, voice: Voice, speed: float, vocabulary: Vocabulary, manner: Manner, cast: Cast) -> Script:
    """Read a text, marks and all.

    Raises:
        InvalidInput: see `tts.text.marks.parts`, or words say far more than a text may.
        RequestError: a voice that it names can't be used.
    """
    lines: list[Line] = []
    lead_s = 0.0
    found = marks.parts(text, cast, voice.name or None)
    turns = [clean(part.text) for part in found if isinstance(part, Turn)]
    said = iter(_said(turns, manner))
    for part, following in zip_longest(found, found[1:]):
        if isinstance(part, Pause):
            if lines:
                lines[-1] = _paused(lines[-1], part.seconds)
            else:
                lead_s += part.seconds
            continue
        spoken = _line(part, next(said), voice, speed, vocabulary, manner, cast)
        if spoken is not None:
            between = _between(part, following, manner.pauses) if isinstance(following, Turn) else None
            lines.append(spoken if between is None else _paused(spoken, between))
    return Script(tuple(lines), lead_s)


def _line(
    turn: Turn, said: Said, own: Voice, speed: float, vocabulary: Vocabulary, manner: Manner, cast: Cast
) -> Line | None:
    """Return what a turn says; None: nothing that the model could say."""
    letters = reading(said.spoken, vocabulary)
    read = partial(_read, letters)
    if not any(map(str.isalnum, read(said.spoken))):
        return None
    voice = own if turn.voice is None and turn.style is None else cast.named(turn.voice or own.name, turn.style)
    stretches = [*_stretches(said, read, manner.pauses)]
    stretches[-1] = replace(stretches[-1], pause_s=None)
    return Line(voice, speed if turn.speed is None else turn.speed, letters, tuple(stretches))


def _paused(line: Line, seconds: float) -> Line:
    last = line.stretches[-1]
    longer = replace(last, pause_s=(last.pause_s or 0.0) + seconds)
    return replace(line, stretches=(*line.stretches[:-1], longer))


def _between(turn: Turn, following: Turn, pauses: Pauses) -> float | None:
    """Return the silence between two turns: as between sentences, or paragraphs, if the first ends as one does."""
    if turn.text.rstrip().rstrip(_CLOSERS)[-1:] not in STOPS:
        return None
    blanks = turn.text[len(turn.text.rstrip()) :] + following.text[: len(following.text) - len(following.text.lstrip())]
    return pauses.behind(blanks)


def _said(turns: list[str], manner: Manner) -> list[Said]:
    """Return what is said of cleaned turns.

    Raises:
        InvalidInput: words make far more of them than a text may be.
    """
    named = [manner.dictionary.edits(written) for written in turns]
    characters = sum(len(edit.said) for words in named for edit in words)
    if characters > MOST_SAID:
        said = f"words say {characters} characters in this text, the limit is {MOST_SAID}"
        raise InvalidInput(said, "send shorter words, or the text in several jobs", "words")
    return [
        Said(written, merged(words, edits(written, manner.language) if manner.normalize else ()))
        for written, words in zip(turns, named, strict=True)
    ]


def _read(letters: Reading, part: str) -> str:
    return letters(without_rows(part))


def _stretches(said: Said, read: Read, pauses: Pauses) -> Iterator[Stretch]:
    """Cut what is said at the ends that have a pause behind them."""
    if pauses == Pauses():
        yield Stretch(said, None)
        return
    stretch: list[Said] = []
    for sentence in sentences(said, read):
        stretch.append(sentence)
        pause_s = pauses.behind(sentence.written)
        if pause_s is not None:
            yield Stretch(joined(stretch), pause_s)
            stretch = []
    if stretch:
        yield Stretch(joined(stretch), None)
