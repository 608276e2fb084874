"""Requests that are wrong, made by a table of makers, each with the one error that it must get."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tts.api import SynthesizeRequest
from tts.api.names import CALLED, INSTEAD
from tts.limits import TEXT_LIMIT
from tts.media.formats import rates

ORDER = list(SynthesizeRequest.model_fields)  # problems are told in the order of the fields
TEXT = {"text": "Two red cats."}
RANGES: dict[str, tuple[Any, ...]] = {  # values out of range, and of numbers that are none
    "speed": (0.29, 3.01, 0, -1.0, 1e300, float("nan"), float("inf")),
    "cfg_strength": (-0.1, 10.5, -1e9, float("nan"), float("-inf")),
    "sway": (-1.1, 1.1, 7.0, float("nan"), float("inf")),
    "duration_s": (0, -3.5, 3600.5, float("nan"), float("inf")),
    "steps": (3, 65, -1, 7.5, 10**30),
    "seed": (-1, 2**63, 1.5, 10**40),
    "sample_rate": (0, 11025, 96000, -24000, 24000.5),
}
STRINGS = ("text", "voice", "voice_base64", "voice_text", "language", "idempotency_key")
CHOICES = ("quality", "format", "deliver")
OTHERS: tuple[tuple[Any, str], ...] = (
    (True, "true"),
    (["a", "b"], "a list"),
    ({"a": 1}, "an object"),
    ([], "a list"),
    ({}, "an object"),
)
RECORDINGS = {  # what people send for a recording
    "nothing": b"",
    "one byte": b"R",
    "a text": b"Two red cats sit under the old tree. " * 20,
    "a page": b"<!doctype html><html><head><title>403</title></head><body>Forbidden</body></html>",
    "JSON": b'{"error": {"code": 404, "message": "no such file"}}' * 5,
    "an archive": b"PK\x03\x04" + bytes(200),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(200)),
    "a document": b"%PDF-1.7\n" + bytes(200),
    "zeros": bytes(5000),
    "a playlist": b"ffconcat version 1.0\nfile some.wav\n",
    "another playlist": b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n",
    "a session": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
}


@dataclass(frozen=True)
class Case:
    """A wrong input and its error."""

    name: str
    given: Any
    code: str
    field: str | None
    message: str


def said(field: str, value: Any) -> str:
    """Return how an error tells of a value of the wrong kind or size."""
    for other, shown in OTHERS:
        if type(value) is type(other):
            return f"{field} is {json.dumps(value) if isinstance(value, bool) else shown}"
    if isinstance(value, str):
        return f'{field} is the string "{value}"'
    number = json.dumps(value)
    return f"{field} is {number if len(number) <= 40 else number[:39] + '…'}"


def no_objects() -> Iterator[Case]:
    """Yield inputs that are no objects."""
    kinds: dict[str, tuple[Any, ...]] = {
        "missing or null": (None,),
        "a list": ([], [1], [TEXT]),
        "a string": ("", "Two red cats.", json.dumps(TEXT), "null"),
        "a value": (7, 0, 1.5, True, False),
    }
    for kind, values in kinds.items():
        for value in values:
            yield Case(f"input {value!r}", value, "invalid_input", None, f"input is {kind}, not an object")


def actions() -> Iterator[Case]:
    """Yield actions that there aren't."""
    for action in ("say", "synthesise", "Health", "", "tts", "rm -rf", "__class__", "0", "ok"):
        yield Case(
            f"action {action}", {**TEXT, "action": action}, "invalid_input", "action", f"there is no action {action!r}"
        )
    for value, shown in ((7, "7"), (True, "true"), (1.5, "1.5")):
        yield Case(
            f"action {shown}", {**TEXT, "action": value}, "invalid_input", "action", f"there is no action {shown!r}"
        )
    for value, shown in (([], "a list"), ({}, "an object")):
        yield Case(f"action {shown}", {**TEXT, "action": value}, "invalid_input", "action", f"action is {shown}")


def singles() -> Iterator[tuple[str, Any, str]]:
    """Yield a field, a value that it can't have, and what is said of that."""
    for field, values in RANGES.items():
        for value in (*values, "many", *(other for other, _ in OTHERS)):
            yield field, value, said(field, value)
    for field in STRINGS:
        for value in (7, 1.5, False, *(other for other, _ in OTHERS)):
            yield field, value, said(field, value)
    for field in CHOICES:
        for value in ("best of all", 7, *(other for other, _ in OTHERS)):
            yield field, value, said(field, value)


def wrong_values() -> Iterator[Case]:
    """Yield fields with a value that they can't have."""
    for field, value, message in singles():
        yield Case(f"{field} {value!r}", {**TEXT, field: value}, "invalid_input", field, message)


def two_wrong_values() -> Iterator[Case]:
    """Yield inputs with two wrong fields, which one error tells."""
    found = [each for each in singles() if each[0] not in ("text", "voice", "voice_base64", "voice_text")]
    for one, other in zip(found, found[37:], strict=False):
        if one[0] == other[0] or {one[0], other[0]} == {"speed", "duration_s"}:
            continue
        first, second = sorted((one, other), key=lambda each: ORDER.index(each[0]))
        given = {**TEXT, first[0]: first[1], second[0]: second[1]}
        yield Case(f"{first[0]} and {second[0]}", given, "invalid_input", first[0], f"{first[2]}; {second[2]}")


def lengths() -> Iterator[Case]:
    """Yield strings that are too long, too short, or hold what is no character."""
    for field, longest in (("voice", 200), ("language", 35), ("idempotency_key", 200)):
        for over in (1, 2, 5000):
            count = longest + over
            yield Case(
                f"{field} of {count}",
                {**TEXT, field: "a" * count},
                "invalid_input",
                field,
                f"{field} has {count} characters",
            )
    for count in (TEXT_LIMIT + 1, 10 * TEXT_LIMIT):
        message = f"the text has {count} characters, the limit is {TEXT_LIMIT}"
        yield Case(f"text of {count}", {"text": "a" * count}, "text_too_long", "text", message)
    for field in ("text", "idempotency_key"):
        yield Case(f"empty {field}", {**TEXT, field: ""}, "invalid_input", field, f"{field} has 0 characters")
    for blank in (" ", "\n", "\t \n", "\u3000", "\u2003" * 50):
        yield Case(f"blank {blank!r}", {"text": blank}, "invalid_input", "text", "text is blank")
    for field in STRINGS:
        for half in ("\ud800", "a\udfffb"):
            message = f"{field} holds half of a surrogate pair, which is no unicode character"
            yield Case(f"half in {field}", {**TEXT, field: half}, "invalid_input", field, message)


def strangers() -> Iterator[Case]:
    """Yield names that other services have, and names that nobody has."""
    theirs = [name for names in (*CALLED.values(), *INSTEAD.values()) for name in names.split()]
    nobodys = [
        "x",
        "_",
        "0",
        "Ü",
        "a b",
        "text ",
        "__proto__",
        "$ref",
        "constructor",
        "text\u200b",
        "sample_rat",
        "idempotency",
    ]
    for name in dict.fromkeys([*theirs, *nobodys]):
        if name not in ORDER:
            shown = " ".join(name.split())
            yield Case(f"field {name}", {**TEXT, name: None}, "invalid_input", shown, f"unknown field {shown}")


def contradictions() -> Iterator[Case]:
    """Yield fields that don't go together."""
    sound = base64.b64encode(b"RIFF" * 100).decode()
    yield Case("nothing", {}, "invalid_input", "text", "text is missing")
    yield Case("text null", {"text": None}, "invalid_input", "text", "text is null")
    for field, value in (("speed", 1.5), ("format", "mp3"), ("seed", 1)):
        yield Case(f"{field} alone", {field: value}, "invalid_input", "text", "text is missing")
    yield Case(
        "two voices",
        {**TEXT, "voice": "demo", "voice_base64": sound},
        "invalid_input",
        "voice_base64",
        "voice and voice_base64 exclude each other",
    )
    yield Case(
        "two lengths",
        {**TEXT, "speed": 2.0, "duration_s": 5.0},
        "invalid_input",
        "speed",
        "speed and duration_s exclude each other",
    )
    for format, rate in itertools.product(
        ("wav", "flac", "mp3", "ogg", "opus", "aac", "pcm"), (8000, 16000, 22050, 24000, 44100, 48000)
    ):
        if rate not in rates(format):
            given = {**TEXT, "format": format, "sample_rate": rate}
            yield Case(f"{format} at {rate}", given, "invalid_input", "sample_rate", f"{format} has no {rate} Hz")


def unread() -> Iterator[Case]:
    """Yield what a loaded worker refuses: voices that it hasn't, recordings that are none."""
    for name in ("nobody", "Demo2", "../../etc/passwd", "en", "basic-en", "🙂", " "):
        yield Case(
            f"voice {name}", {**TEXT, "voice": name}, "voice_not_found", "voice", f"there is no voice named {name!r}"
        )
    for name, data in RECORDINGS.items():
        given = {**TEXT, "voice_base64": base64.b64encode(data).decode(), "voice_text": "Two red cats."}
        message = f"the recording is {'not audio: no known kind of recording is found in it' if data else 'empty'}"
        yield Case(f"recording: {name}", given, "voice_unusable", None, message)
    for broken in ("?!", "AAA*", "A", "data:audio/wav;base64,?"):
        given = {**TEXT, "voice_base64": broken, "voice_text": "Two red cats."}
        yield Case(f"base64 {broken}", given, "invalid_input", "voice_base64", "voice_base64 is not base64")


UNPARSED = [
    case
    for maker in (no_objects, actions, wrong_values, two_wrong_values, lengths, strangers, contradictions)
    for case in maker()
]
UNREAD = list(unread())
