"""The voices a request can name, and those it used lately."""

from __future__ import annotations

import difflib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from threading import Lock

from tts.asr.heard import Ear
from tts.errors import ModelError, VoiceNotFound
from tts.published import published
from tts.voice.agreement import Check
from tts.voice.reference import Voice, make_voice, voice_id

DEFAULT_VOICE = "demo"
_EMBEDDED = Path(__file__).parents[1] / "assets" / "demo" / "voices"
_KEPT = 64  # voices; each at most 12 s, 1.2 MB
_STELLA = "Six spoons of fresh snow peas, five thick slabs of blue cheese, and maybe a snack for her brother Bob."


@dataclass(frozen=True)
class Recording:
    """A voice as it is stored."""

    file: Traversable
    text: str


def built_in() -> dict[str, Recording]:
    """Return the embedded voices and, where the f5-tts package is installed, its example recordings, by name."""
    embedded = {
        file.stem: Recording(file, file.with_suffix(".txt").read_text("utf-8").strip())
        for file in sorted(_EMBEDDED.glob("*.flac"))
    }
    return embedded | _examples()


def _examples() -> dict[str, Recording]:
    try:
        examples = published() / "infer" / "examples"
    except ModelError:
        return {}
    return {
        "basic_en": Recording(
            examples / "basic" / "basic_ref_en.wav", "Some call me nature, others call me mother nature."
        ),
        "basic_zh": Recording(examples / "basic" / "basic_ref_zh.wav", "对，这就是我，万人敬仰的太乙真人。"),
        "main": Recording(examples / "multi" / "main.flac", _STELLA),
        "country": Recording(examples / "multi" / "country.flac", _STELLA),
        "town": Recording(
            examples / "multi" / "town.flac",
            "The difference in the rainbow depends considerably upon the size of the drops, and the width of the "
            "colored band increases as the size of the drops increases.",
        ),
    }


def recording(name: str, known: Mapping[str, Recording] | None = None) -> Recording:
    """Return a voice by name, as it is stored; `known` are the built-in ones if left out.

    Raises:
        VoiceNotFound: there is none of that name.
    """
    known = built_in() if known is None else known
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"known voices: {', '.join(known)}"
    raise VoiceNotFound(f"there is no voice named {name!r}", hint, "voice")


class Voices:
    """Finds voices by name and makes them of recordings; what was used lately is kept."""

    def __init__(self, ear: Ear | None = None) -> None:
        self.ear = ear
        self._recordings = built_in()
        self._made: OrderedDict[str, Voice] = OrderedDict()
        self._lock = Lock()

    def names(self) -> list[str]:
        """Return the names that `named` knows."""
        return list(self._recordings)

    def styles(self, name: str) -> list[str]:
        """Return the styles that a voice has."""
        return []

    def named(self, name: str, style: str | None = None) -> Voice:
        """Return a voice by name, in one of its styles.

        Raises:
            VoiceNotFound: there is none of that name, or it has no such style.
        """
        if style is not None:
            raise VoiceNotFound(f"the voice {name!r} has no style {style!r}", "leave style out", "style")
        found = recording(name, self._recordings)
        return self._get(f"name:{name}", lambda: make_voice(found.file.read_bytes(), found.text, name, trusted=True))

    def recorded(
        self, data: bytes, text: str | None, language: str | None = None, checked: Check = Check.IF_UNUSUAL
    ) -> Voice:
        """Return the voice of a recording; see `make_voice` for what is refused."""
        key = f"{voice_id(data, text)} {language} {checked}"
        return self._get(key, lambda: make_voice(data, text, ear=self.ear, language=language, checked=checked))

    def _get(self, key: str, make: Callable[[], Voice]) -> Voice:
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        voice = make()
        with self._lock:
            self._made[key] = voice
            if len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return voice
