"""Voice requests that are wrong in one or two ways: each field with each value that it can't have, in each action."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

B64 = "UklGRiQAAABXQVZF"
BASE: dict[str, dict[str, Any]] = {
    "synthesize": {"text": "Hi."},
    "voice_add": {"action": "voice_add", "name": "anna", "voice_base64": B64},
    "voice_list": {"action": "voice_list"},
    "voice_get": {"action": "voice_get", "name": "anna"},
    "voice_delete": {"action": "voice_delete", "name": "anna"},
}
NAMES: list[Any] = ["", " ", "Anna", "my voice", "../anna", "an/na", "ännä", "-a", "a" * 65, "a\n", None, 7, ["anna"]]
STYLES: list[Any] = ["Happy!", "", "so/sad", "x" * 33, 3]
ADDRESSES: list[Any] = [
    "me.wav",
    "",
    "file:///etc/passwd",
    "ftp://a.example/x",
    "s3://bucket/me.wav",
    "data:audio/wav;base64,UklG",
    "//a.example/x",
    "javascript:alert(1)",
    "https://a.example/" + "x" * 4096,
    5,
]
RECORDINGS: list[Any] = ["https://a.example/me.wav", "gs://b/me.wav", "me.wav", "C:/me.mp3", 5, ["UklG"]]
STRANGERS: list[dict[str, Any]] = [
    {"voice_id": "berta"},
    {"speaker": "x"},
    {"ref_audio": B64},
    {"ref_text": "So."},
    {"text": "So."},
    {"voice_name": "x"},
    {"speed": 2},
    {"nfe_step": 32},
    {"overwrite": True},
    {"styel": "sad"},
]


def _values() -> Iterator[tuple[str, dict[str, Any]]]:
    for name in NAMES:
        yield "voice_add", {"name": name}
    for name in ("", "n" * 201, None, 7):
        yield "voice_get", {"name": name}
        yield "voice_delete", {"name": name}
    for action in ("synthesize", "voice_add", "voice_get", "voice_delete"):
        for style in STYLES:
            yield action, {"style": style}
    for url in ADDRESSES:
        yield "voice_add", {"voice_base64": None, "voice_url": url}
        yield "synthesize", {"voice_url": url}
    for recording in RECORDINGS:
        yield "voice_add", {"voice_base64": recording}


def _together() -> Iterator[tuple[str, dict[str, Any]]]:
    whose = {"voice": "anna", "voice_url": "https://a.example/me.wav", "voice_base64": B64}
    for count in (2, 3):
        for names in combinations(whose, count):
            yield "synthesize", {name: whose[name] for name in names}
    yield "voice_add", {"voice_url": whose["voice_url"]}
    yield "voice_add", {"voice_base64": None}
    yield "voice_add", {"voice_base64": None, "voice_text": "So."}
    yield "synthesize", {"style": "happy"}
    yield "synthesize", {"style": "happy", "voice_url": whose["voice_url"]}
    yield "synthesize", {"voice_text": "So."}
    yield "synthesize", {"voice_text": "So.", "voice": "anna"}
    yield "synthesize", {"voice": "https://a.example/me.wav"}
    yield "synthesize", {"voice": "s3://bucket/me.wav"}
    yield "synthesize", {"voice": "v" * 201}


def malformed() -> list[dict[str, Any]]:
    """Return them, each once."""
    strange = [(action, extra) for action in BASE if action != "synthesize" for extra in STRANGERS]
    return [{**BASE[action], **changed} for action, changed in (*_values(), *_together(), *strange)]
