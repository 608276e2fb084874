"""The jobs of a soak: what is asked, and whether an answer is its own."""

from __future__ import annotations

import base64
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import soundfile

from tests.support.malformed import UNPARSED, UNREAD, Case
from tts.clock import Samples
from tts.voice.registry import built_in

NUMBERS = ("two", "four", "five", "six", "seven", "nine", "ten", "one")
CANCELLED = {"text": "Two red cats sit. " * 20, "steps": 16, "seed": 1}
SAME = 2e-3  # of full scale: what a batch may add to a recording
WRONG = [case for case in (*UNPARSED, *UNREAD) if len(repr(case.given)) < 3000]


@dataclass
class Asked:
    """A job, and what its answers must be."""

    id: str
    given: Any
    right: int | Case | None  # number of a request, a wrong one, or none: it is cancelled, and may be answered or not
    deliveries: int = 1  # so often it was put into the queue
    answers: int = 0
    stops: int = 0  # so often it was cancelled


def requests() -> list[dict[str, Any]]:
    """Return requests that are right, each with a sound of its own."""
    recorded = built_in()["basic_en"]
    voice = {"voice_base64": base64.b64encode(recorded.file.read_bytes()).decode(), "voice_text": recorded.text}
    voices: list[dict[str, Any]] = [
        {},
        {"voice": "demo_low"},
        {"voice": "demo_mid"},
        {},
        {},
        {"voice": "demo"},
        {},
        voice,
    ]
    return [
        {
            "text": f"{NUMBERS[number % 8].title()} {'blue houses' if number % 2 else 'red cats'}.",
            "steps": 4,
            "seed": number,
            "format": ("wav", "flac", "pcm")[number % 3],
            **voices[number % 8],
        }
        for number in range(24)
    ]


def samples(reply: dict[str, Any]) -> Samples:
    """Return the sound of an answer."""
    audio = reply["output"]["audio"]
    data = base64.b64decode(audio["base64"], validate=True)
    if audio["format"] == "pcm":
        return np.frombuffer(data, "<i2").astype(np.float32) / 32768
    return soundfile.read(io.BytesIO(data), dtype="float32")[0]


def same(one: Samples, other: Samples) -> bool:
    """Tell whether two sounds are the same but for rounding."""
    return len(one) == len(other) and float(np.abs(one - other).max()) <= SAME


def stream(seed: int, right: list[dict[str, Any]]) -> Iterator[list[Asked]]:
    """Yield jobs for ever, some of them in pairs: the same job twice, or two with the same key."""
    dice, number = random.Random(seed), 0
    while True:
        number += 1
        kind, pick = dice.random(), dice.randrange(len(right))
        if kind < 0.72:
            yield [Asked(f"job-{number}", right[pick], pick)]
        elif kind < 0.86:
            case = dice.choice(WRONG)
            yield [Asked(f"wrong-{number}", case.given, case)]
        elif kind < 0.92:
            yield [Asked(f"twice-{number}", right[pick], pick, deliveries=2)]
        elif kind < 0.98:
            given = {**right[pick], "idempotency_key": f"key {number}"}
            yield [Asked(f"key-{number}-{which}", given, pick) for which in "ab"]
        else:
            yield [Asked(f"cancelled-{number}", CANCELLED, None)]
