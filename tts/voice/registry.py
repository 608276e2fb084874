"""The voices a request can name or send, and those it used lately."""

from __future__ import annotations

import asyncio
import difflib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Literal, TypeVar

from tts.asr.heard import Ear
from tts.errors import Internal, TranscriptionUnavailable, VoiceNotFound, VoiceUnusable
from tts.limits import DEFAULT_STYLE
from tts.voice.agreement import Check
from tts.voice.built_in import DEFAULT_VOICE, Recording, built_in
from tts.voice.download import Downloads
from tts.voice.kept import Kept
from tts.voice.library import Damage, Damaged, Entry, Library, Missing
from tts.voice.library.by_hand import ByHand, by_hand
from tts.voice.reference import Voice, decode_base64, make_voice, voice_id

__all__ = ["DEFAULT_VOICE", "Found", "Recording", "Voices", "built_in"]

T = TypeVar("T")
Source = Literal["built-in", "stored", "by hand"]
_KEPT_BYTES = 64 * 2**20  # of samples; 55 voices of 12 s
_MOST_SHOWN = 40  # names that an error lists
_VANISHED = "send the job again; if this stays, the volume that the endpoint keeps its voices on has a fault"


@dataclass(frozen=True)
class Found:
    """A recording that a name means."""

    name: str
    style: str
    source: Source
    text: str | None  # what is said in it, if that is known
    key: str  # by which it is known that it is still the same
    read: Callable[[], bytes]
    entry: Entry | None = None  # of a stored one


class Voices:
    """Finds voices by name and makes them of recordings; what was used lately is kept.

    Args:
        ear: hears recordings that come without a transcript; None: they are refused.
        library: of stored voices; None: there are none.
        downloads: fetches recordings from addresses.
        kept_bytes: of samples, for all that is kept.
    """

    def __init__(
        self,
        ear: Ear | None = None,
        *,
        library: Library | None = None,
        downloads: Downloads | None = None,
        kept_bytes: int = _KEPT_BYTES,
    ) -> None:
        self.ear = ear
        self.library = library
        self.downloads = downloads or Downloads()
        self.uses: Counter[str] = Counter()  # jobs that each voice was named in, since this worker started
        self.built_in = built_in()
        self._made: Kept[Voice] = Kept(kept_bytes, lambda voice: voice.samples.nbytes)

    def names(self) -> list[str]:
        """Return the names that `named` knows.

        Raises:
            Internal: the folder of voices can't be read.
        """
        stored = [] if self.library is None else self._reading(self.library.names)
        return list(dict.fromkeys(chain(self.built_in, stored, (each.name for each in self.by_hand()[0]))))

    def entries(self) -> tuple[list[Entry], list[Damage]]:
        """Return what is stored, and what of it is damaged.

        Raises:
            Internal: the folder of voices can't be read.
        """
        return ([], []) if self.library is None else self._reading(self.library.entries)

    def by_hand(self) -> tuple[list[ByHand], list[Damage]]:
        """Return the recordings that people put into the folder of voices, and what of it can't be used.

        Raises:
            Internal: the folder of voices can't be read.
        """
        if self.library is None:
            return [], []
        folder = self.library.folder
        found, damaged = self._reading(lambda: by_hand(folder))
        hidden = [Damage(each.name, "a built-in voice has that name") for each in found if each.name in self.built_in]
        return [each for each in found if each.name not in self.built_in], [*damaged, *hidden]

    def find(self, name: str, style: str | None = None, field: str = "voice") -> Found:
        """Return the recording that a name means: a built-in one, a stored one, or one that somebody put there.

        Args:
            name: as the caller has it.
            style: which of its recordings; None: the default one.
            field: of the request, for errors.

        Raises:
            VoiceNotFound: there is none of that name, or none of that style.
            VoiceUnusable: it is damaged.
            Internal: the folder of voices can't be read.
        """
        wanted = style or DEFAULT_STYLE
        if name in self.built_in:
            built = self.built_in[name]
            found = Found(name, DEFAULT_STYLE, "built-in", built.text, f"built-in {name}", built.file.read_bytes)
        else:
            found = self._stored(name, wanted, field) or self._put_there(name, field)
        if found.style != wanted:
            raise _no_style(name, wanted, [found.style])
        return found

    def named(self, name: str, style: str | None = None) -> Voice:
        """Return a voice by name; see `find` and `make_voice` for what is refused."""
        voice = self.made(self.find(name, style))
        self.uses[name] += 1
        return voice

    def made(self, found: Found) -> Voice:
        """Return the voice of a recording that was found; see `make_voice` for what is refused."""
        ours, ear, by_hand = found.source == "built-in", self.ear, found.source == "by hand"
        checked = Check.IF_UNUSUAL if by_hand else Check.NEVER  # what is stored was held against its words before

        def make() -> Voice:
            return make_voice(found.read(), found.text, found.name, trusted=ours, ear=ear, checked=checked)

        try:
            return self._get(found.key, make)
        except (VoiceUnusable, TranscriptionUnavailable) as error:
            if by_hand:  # the caller sent neither recording nor text
                raise type(error)(*_of_folder(found.name, error.message)) from error
            raise

    def styles(self, found: Found) -> list[str]:
        """Return all styles of a voice that was found."""
        library = self.library
        if found.source != "stored" or library is None:
            return [found.style]
        return self._reading(lambda: library.styles(found.name))

    def styles_of(self, name: str) -> list[str]:
        """Return the styles of a voice by name; none if it has but one recording, or isn't there.

        Raises:
            Internal: the folder of voices can't be read.
        """
        library = self.library
        return [] if library is None or name in self.built_in else self._reading(lambda: library.styles(name))

    async def received(self, url: str | None, encoded: str | None) -> bytes:
        """Return the recording that a request sends, by an address or in base64.

        Raises:
            InvalidInput: it isn't base64.
            DownloadRefused, DownloadFailed: see `Downloads.get`.
        """
        if url is not None:
            return await self.downloads.fetch(url)
        return await asyncio.to_thread(decode_base64, encoded or "")

    def recorded(
        self, data: bytes, text: str | None, language: str | None = None, checked: Check = Check.IF_UNUSUAL
    ) -> Voice:
        """Return the voice of a recording; see `make_voice` for what is refused."""
        key = f"{voice_id(data, text)} {language} {checked}"
        return self._get(key, lambda: make_voice(data, text, ear=self.ear, language=language, checked=checked))

    def _stored(self, name: str, style: str, field: str) -> Found | None:
        library = self.library
        if library is None:
            return None
        try:
            entry = self._reading(lambda: library.find(name, style))
        except Missing:
            styles = self._reading(lambda: library.styles(name))
            if styles:
                raise _no_style(name, style, styles) from None
            return None

        def read() -> bytes:
            try:
                return self._reading(lambda: library.read(name, style))[1]
            except Missing as error:  # it was deleted meanwhile
                raise self._no_voice(name, field) from error

        return Found(name, style, "stored", entry.text, f"stored {name} {style} {entry.id}", read, entry)

    def _put_there(self, name: str, field: str) -> Found:
        whole, damaged = self.by_hand()
        for each in whole:
            if each.name == name:
                return self._reading(partial(_of_hand, each))
        for damage in damaged:
            if damage.name == name:
                raise VoiceUnusable(*_of_folder(name, damage.problem, field))
        raise self._no_voice(name, field)

    def _no_voice(self, name: str, field: str) -> VoiceNotFound:
        known = self.names()
        near = difflib.get_close_matches(name, known, 1)
        shown = ", ".join(known[:_MOST_SHOWN]) + (f" and {len(known) - _MOST_SHOWN} more" * (len(known) > _MOST_SHOWN))
        hint = f"did you mean {near[0]!r}?" if near else f"known voices: {shown}"
        return VoiceNotFound(f"there is no voice named {name!r}", hint, field)

    def _reading(self, read: Callable[[], T]) -> T:
        """Return what is read in the folder of voices."""
        try:
            return read()
        except Damaged as error:
            hint = "add it again with voice_add"
            raise VoiceUnusable(f"the stored voice is damaged: {error}", hint, "voice") from error
        except OSError as error:
            raise Internal(f"the stored voices can't be read: {error.strerror}", _VANISHED) from error

    def _get(self, key: str, make: Callable[[], Voice]) -> Voice:
        voice = self._made.get(key)
        if voice is None:
            voice = make()
            self._made.put(key, voice)
        return voice


def _of_hand(put: ByHand) -> Found:
    marks = put.file.stat()
    key = f"by hand {put.file} {marks.st_mtime_ns} {marks.st_size} {put.text}"
    return Found(put.name, DEFAULT_STYLE, "by hand", put.text, key, put.file.read_bytes)


def _of_folder(name: str, problem: str, field: str = "voice") -> tuple[str, str, str]:
    """Return what is told of a recording that somebody put into the folder of voices and that can't be used."""
    return f"the voice {name!r} can't be used: {problem}", "mend it, or its text, in the folder of voices", field


def _no_style(name: str, style: str, styles: list[str]) -> VoiceNotFound:
    return VoiceNotFound(f"the voice {name!r} has no style {style!r}", f"it has: {', '.join(styles)}", "style")
