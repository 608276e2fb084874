"""What is measured: rows of sentences that training never heard, in the voices of references."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from random import Random

from demo.english import English
from demo.references import reference
from demo.sentences import held_out_sentences
from demo.speakers import DEMO, DEMO_LOW, DEMO_MID, Speaker, held_out
from demo.teacher import FRAMES_PER_LETTER, Teacher, written
from tts.clock import Samples
from tts.media.decode import decode
from tts.voice.registry import built_in
from tts.voice.sound import MAX_RECORDING_S

PEOPLE = ("basic_en", "main", "country", "town")  # the f5-tts package's recordings in English


@dataclass(frozen=True)
class Reference:
    """A recording whose voice is to be followed."""

    name: str
    text: str
    samples: Samples  # (samples,) 24 kHz
    speaker: Speaker | None  # None: a person
    pace: int  # mel frames of a letter


@dataclass(frozen=True)
class Task:
    """A sentence to be said in the voice of a reference, given by its place among the row's."""

    text: str
    voice: int


@dataclass(frozen=True)
class Row:
    """Tasks, and the references among which the own one is to be recognised."""

    name: str
    tasks: list[Task]
    references: list[Reference]
    by: str = "model"  # or teacher, or vocoder: the teacher through mel and vocoder
    steps: int = 16


class Rows:
    """All rows of `count` sentences each."""

    def __init__(self, teacher: Teacher, count: int) -> None:
        self._teacher, self._count, self._english = teacher, count, English()

    def all(self) -> dict[str, Row]:
        """Return the rows by name."""
        grammar, seen, unseen = held_out_sentences(), self._texts(new_words=False), self._texts(new_words=True)
        shipped, spread = self._shipped, self._spread
        found = [
            self._row("grammar", grammar, shipped, 2),
            self._row("open vocabulary", seen, shipped, 2),
            self._row("open vocabulary, 7 steps", seen, shipped, 2, steps=7),
            self._row("open vocabulary, 32 steps", seen, shipped, 2, steps=32),
            self._row("words never heard", unseen, shipped, 2),
            self._row("held-out speakers", seen, spread, len(spread)),
            self._row("people", seen, [*self._people, *shipped], len(PEOPLE)),
            *(self._row(f"pace {pace}", seen, self._at(pace), 2) for pace in (5, 7, 8)),
            self._row("teacher", seen, shipped, 2, by="teacher"),
            self._row("teacher, words never heard", unseen, shipped, 2, by="teacher"),
            self._row("teacher, held-out speakers", seen, spread, len(spread), by="teacher"),
            self._row("teacher, vocoder", seen, shipped, 2, by="vocoder"),
        ]
        return {row.name: row for row in found}

    def _row(
        self,
        name: str,
        texts: list[str],
        references: list[Reference],
        speaking: int,
        *,
        by: str = "model",
        steps: int = 16,
    ) -> Row:
        """Return a row in which the first references take turns to speak."""
        tasks = [Task(text, index % speaking) for index, text in enumerate(texts[: self._count])]
        return Row(name, tasks, references, by, steps)

    def _texts(self, *, new_words: bool) -> list[str]:
        """Return held-out texts that the teacher can read word by word, in an order of chance."""
        texts = self._english.new_words if new_words else self._english.new_texts
        mixed = Random("held out").sample(texts, len(texts))
        return [text for text in map(written, mixed) if self._teacher.reads(text)][: self._count]

    @cached_property
    def _shipped(self) -> list[Reference]:
        return [self._reference(speaker, 0) for speaker in (DEMO, DEMO_LOW, DEMO_MID)]

    @cached_property
    def _spread(self) -> list[Reference]:
        return [self._reference(speaker, index) for index, speaker in enumerate(held_out())]

    def _at(self, pace: int) -> list[Reference]:
        return [self._reference(speaker, 0, pace) for speaker in (DEMO, DEMO_LOW, DEMO_MID)]

    def _reference(self, speaker: Speaker, index: int, pace: int = FRAMES_PER_LETTER) -> Reference:
        text = held_out_sentences()[-1 - index]
        return Reference(speaker.name, text, reference(self._teacher, text, speaker, index, pace), speaker, pace)

    @cached_property
    def _people(self) -> list[Reference]:
        recordings = {name: built_in()[name] for name in PEOPLE}
        return [
            Reference(name, found.text, decode(found.file.read_bytes(), MAX_RECORDING_S), None, FRAMES_PER_LETTER)
            for name, found in recordings.items()
        ]
