"""What was heard, and who can hear: the seam between voices and whichever model listens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tts.clock import Samples


@dataclass(frozen=True)
class Weights:
    """A folder with a model of Whisper in CTranslate2's form."""

    name: str  # as it is told to people
    folder: Path


@dataclass(frozen=True)
class Word:
    """One word and when it is said."""

    text: str  # with its marks, and the blank before it where its script has one
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Heard:
    """What a recording says. There is at least one word; what is doubtful is never returned."""

    words: tuple[Word, ...]
    language: str  # ISO 639-1
    model: str
    twice: bool = False  # whether a second hearing, of the recording moved in time, agreed

    @property
    def text(self) -> str:
        """All words, as one writes them."""
        return "".join(word.text for word in self.words).strip()


class Ear(Protocol):
    """Who hears."""

    def hear(self, samples: Samples, language: str | None = None, *, twice: bool = False) -> Heard:
        """Return what a recording says.

        Args:
            samples: (samples,) 24 kHz mono.
            language: ISO 639-1, if known; left out, the model finds it.
            twice: whether a second hearing must agree even where the first is sure.

        Raises:
            TranscriptionUnavailable: it can't be made out, is in a language that the model doesn't know, or there is
                no model.
            VoiceUnusable: there are no words in it.
        """

    def unload(self) -> bool:
        """Give the memory of the model back until it is needed again; return whether there was any to give."""
