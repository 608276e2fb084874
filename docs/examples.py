"""Requests with their replies for docs/api.md, made by running them: voices, in a folder of their own."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from tts import api
from tts.errors import RequestError
from tts.voice.built_in import built_in
from tts.voice.library import Library
from tts.voice.registry import Voices
from tts.voice.shelf import Shelf

_SPOKEN = built_in()["demo_low"]
_RECORDING = base64.b64encode(_SPOKEN.file.read_bytes()).decode()
_EXAMPLES: list[tuple[str, dict[str, Any]]] = [
    (
        "Store a recording as a voice",
        {"action": "voice_add", "name": "anna", "voice_base64": _RECORDING, "voice_text": _SPOKEN.text},
    ),
    (
        "and another one as a style of it",
        {
            "action": "voice_add",
            "name": "anna",
            "style": "happy",
            "language": "en",
            "voice_base64": _RECORDING,
            "voice_text": _SPOKEN.text,
        },
    ),
    (
        "A built-in voice stays what it is",
        {"action": "voice_add", "name": "demo", "voice_base64": _RECORDING, "voice_text": _SPOKEN.text},
    ),
    (
        "An address that isn't on the public internet is not asked",
        {"action": "voice_add", "name": "berta", "voice_url": "http://169.254.169.254/me.wav"},
    ),
    ("The voices that a job may name", {"action": "voice_list"}),
    ("One of them", {"action": "voice_get", "name": "anna", "style": "happy"}),
    ("One that isn't there", {"action": "voice_get", "name": "ana"}),
    ("A style is deleted", {"action": "voice_delete", "name": "anna", "style": "happy"}),
    ("and the rest", {"action": "voice_delete", "name": "anna"}),
]
_SHOWN = 16  # characters of base64
_CREATED = "2026-01-31T12:00:00Z"  # whenever the document was made


def examples() -> str:
    """Return the section of the document."""
    with TemporaryDirectory() as folder:
        return "\n".join(["## Examples\n", *_sections(Path(folder))])


def _sections(folder: Path) -> Iterator[str]:
    parts: Any = SimpleNamespace(synthesizer=SimpleNamespace(shelf=Shelf(Voices(library=Library(folder)))))
    for title, given in _EXAMPLES:
        lines = [json.dumps(_shortened(each), ensure_ascii=False) for each in ({"input": given}, _reply(parts, given))]
        yield f"{title}:\n\n```json\n{lines[0]}\n```\n\n```json\n{lines[1]}\n```\n"


def _reply(parts: Any, given: dict[str, Any]) -> dict[str, Any]:
    try:
        request = api.parse(given)
        reply = asyncio.run(_answer(parts, request))
    except RequestError as error:
        return {"error": error.as_dict()}
    return {"output": reply}


async def _answer(parts: Any, request: api.Request) -> dict[str, Any]:
    reply = await api.ACTIONS[request.action].answer(parts, request, api.Job("example"))
    return reply.model_dump(exclude_none=True)


def _shortened(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _shortened(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [_shortened(part) for part in value]
    if name == "created":
        return _CREATED
    return f"{value[:_SHOWN]}..." if name in ("voice_base64", "base64") else value
