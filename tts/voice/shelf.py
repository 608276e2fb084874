"""The answers to jobs about stored voices: added, listed, shown, deleted."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Sequence

import numpy as np
import soundfile

from tts.api.replies import Audio
from tts.api.voices import (
    DamagedVoice,
    VoiceAddReply,
    VoiceAddRequest,
    VoiceDeleteReply,
    VoiceDeleteRequest,
    VoiceGetReply,
    VoiceGetRequest,
    VoiceListed,
    VoiceListReply,
)
from tts.clock import SAMPLE_RATE, Samples
from tts.errors import DeliveryFailed, InvalidInput, VoiceNotFound
from tts.limits import DEFAULT_STYLE
from tts.voice.agreement import Check
from tts.voice.library import Damage, Entry, Full, Library, Missing
from tts.voice.measures import measure
from tts.voice.reference import Voice, make_voice
from tts.voice.registry import Source, Voices
from tts.voice.sound import sound_of
from tts.voice.speech import find_speech
from tts.voice.worth import about_sound, about_use


class Shelf:
    """Stores and shows voices."""

    def __init__(self, voices: Voices) -> None:
        self._voices = voices

    async def add(self, request: VoiceAddRequest) -> VoiceAddReply:
        """Store a recording.

        Raises:
            InvalidInput: the name is another kind of voice's, or there is no room.
            DownloadFailed, DownloadRefused: the recording can't be had.
            VoiceUnusable: it can't serve as a voice.
            DeliveryFailed: it can't be stored.
        """
        library = await asyncio.to_thread(self._library_for, request.name)
        data = await self._voices.received(request.voice_url, request.voice_base64)
        return await asyncio.to_thread(self._add, library, request, data)

    async def list(self) -> VoiceListReply:
        """Return all voices."""
        return await asyncio.to_thread(self._list)

    async def get(self, request: VoiceGetRequest) -> VoiceGetReply:
        """Return a voice and its recording.

        Raises:
            VoiceNotFound: there is none of that name and style.
            VoiceUnusable: it is damaged.
        """
        return await asyncio.to_thread(self._get, request)

    async def delete(self, request: VoiceDeleteRequest) -> VoiceDeleteReply:
        """Delete a voice or a style.

        Raises:
            InvalidInput: it isn't a stored one.
            VoiceNotFound: there is none.
            DeliveryFailed: it can't be deleted.
        """
        return await asyncio.to_thread(self._delete, request)

    def _library_for(self, name: str) -> Library:
        """Return where voices of this name are stored."""
        if name in self._voices.built_in:
            raise InvalidInput(f"{name} is a built-in voice", "choose another name", "name")
        if any(each.name == name for each in self._voices.by_hand()[0]):
            said = f"{name} is a recording that somebody put into the folder of voices"
            raise InvalidInput(said, "choose another name, or remove it there", "name")
        if self._voices.library is None:
            raise _unwritable("this worker has no folder for voices")
        return self._voices.library

    def _add(self, library: Library, request: VoiceAddRequest, data: bytes) -> VoiceAddReply:
        made = self._voices.recorded(data, request.voice_text, request.language, Check.ALWAYS)  # once for all jobs
        file = as_flac(made.recording)
        used = make_voice(file, made.text, request.name)  # what later jobs will make of it
        try:
            entry, status = library.add(
                request.name,
                request.style or DEFAULT_STYLE,
                file,
                text=made.text,
                duration_s=used.duration_s,
                language=made.language,
                findings=_findings(data, made),
            )
        except Full as error:
            raise InvalidInput(str(error), "delete one with voice_delete", "name") from error
        except OSError as error:
            raise _unwritable(f"the voice can't be stored: {error.strerror or error}") from error
        return VoiceAddReply(
            name=entry.name,
            style=entry.style,
            id=entry.id,
            status=status,
            text=entry.text,
            transcript=made.transcript,
            duration_s=entry.duration_s,
            language=entry.language,
            created=entry.created,
            findings=list(entry.findings),
            warnings=list(made.warnings),
        )

    def _list(self) -> VoiceListReply:
        entries, damaged = self._voices.entries()
        by_hand, unusable = self._voices.by_hand()
        stored: dict[str, list[Entry]] = {}
        for entry in entries:
            stored.setdefault(entry.name, []).append(entry)
        uses = self._voices.uses
        others: list[tuple[str, Source]] = [(name, "built-in") for name in self._voices.built_in]
        others += [(each.name, "by hand") for each in by_hand if each.name not in stored]
        listed = [
            VoiceListed(name=name, source=source, styles=[DEFAULT_STYLE], uses=uses[name]) for name, source in others
        ]
        listed += [_of_styles(styles, uses[name]) for name, styles in stored.items()]
        return VoiceListReply(voices=listed, damaged=[_damaged(each) for each in (*damaged, *unusable)])

    def _get(self, request: VoiceGetRequest) -> VoiceGetReply:
        found = self._voices.find(request.name, request.style, "name")
        voice = self._voices.made(found)
        file = found.read() if found.entry is not None else as_flac(voice.recording)
        audio = Audio(
            format="flac",
            sample_rate=SAMPLE_RATE,
            duration_s=round(soundfile.info(io.BytesIO(file)).duration, 3),
            bytes=len(file),
            base64=base64.b64encode(file).decode(),
        )
        return VoiceGetReply(
            name=found.name,
            source=found.source,
            style=found.style,
            styles=self._voices.styles(found),
            id=voice.id,
            text=voice.text,
            duration_s=round(voice.duration_s, 3),
            language=voice.language if found.entry is None else found.entry.language,
            created=None if found.entry is None else found.entry.created,
            findings=None if found.entry is None else list(found.entry.findings),
            uses=self._voices.uses[found.name],
            audio=audio,
        )

    def _delete(self, request: VoiceDeleteRequest) -> VoiceDeleteReply:
        library = self._voices.library
        try:
            if library is not None:
                return VoiceDeleteReply(name=request.name, deleted=library.delete(request.name, request.style))
        except Missing:
            pass
        except OSError as error:
            raise _unwritable(f"the voice can't be deleted: {error.strerror or error}") from error
        found = self._voices.find(request.name, request.style, "name")  # or it is told that there is none
        if found.source == "stored":
            raise VoiceNotFound(f"there is no voice named {request.name!r} any more", "nothing is left to do", "name")
        where = "comes with the worker" if found.source == "built-in" else "was put there by somebody"
        raise InvalidInput(f"{request.name} {where} and can't be deleted", "delete stored voices only", "name")


def as_flac(samples: Samples) -> bytes:
    """Return a recording as it is stored: 24 bits, since quiet ones are raised, and as loud as it was, if that fits."""
    file = io.BytesIO()
    whole = samples / max(1.0, float(np.abs(samples).max(initial=0)))
    soundfile.write(file, whole, SAMPLE_RATE, format="FLAC", subtype="PCM_24")
    return file.getvalue()


def _findings(data: bytes, voice: Voice) -> list[str]:
    """Return what could be better about a recording, as `check_voice` tells it."""
    samples = sound_of(data)
    measured = measure(samples, find_speech(samples))
    return [f"{each.about}: {each.says}" for each in (*about_sound(measured), *about_use(measured, voice))]


def _of_styles(styles: Sequence[Entry], uses: int) -> VoiceListed:
    """Return a stored voice as the list shows it."""
    first = styles[0]
    return VoiceListed(
        name=first.name,
        source="stored",
        styles=[entry.style for entry in styles],
        id=first.id,
        duration_s=first.duration_s,
        language=first.language,
        created=first.created,
        findings=list(first.findings),
        uses=uses,
    )


def _damaged(damage: Damage) -> DamagedVoice:
    return DamagedVoice(name=damage.name, style=damage.style, problem=damage.problem)


def _unwritable(message: str) -> DeliveryFailed:
    return DeliveryFailed(message, "have TTS_VOICES_DIR name a folder that the endpoint's workers may write", "name")
