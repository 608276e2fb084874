"""The voices that a text may name in its marks. The folder of voices is read only for a text that names one."""

from __future__ import annotations

from functools import cache, cached_property

from tts.voice.reference import Voice
from tts.voice.registry import Voices


class Cast:
    """Finds voices and styles for one text."""

    def __init__(self, voices: Voices) -> None:
        self._voices = voices
        self.styles = cache(self._styles)

    def names(self) -> list[str]:
        """Return the names of all voices."""
        return self._names

    def named(self, name: str, style: str | None = None) -> Voice:
        """Return a voice by name, in one of its styles."""
        return self._voices.named(name, style)

    @cached_property
    def _names(self) -> list[str]:
        return self._voices.names()

    def _styles(self, name: str) -> list[str]:
        return self._voices.styles_of(name)
