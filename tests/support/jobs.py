"""Jobs for the loaded demo model: texts that it can say, their replies, and its steps as they are taken."""

from __future__ import annotations

import asyncio
import base64
import io
import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
import soundfile
import torch

from tts.clock import Samples
from tts.worker import Worker

TEXT = "Sarah sees four blue houses."
LONG = " ".join(
    f"Sarah sees {count} blue houses, and two red cats."
    for count in ("four", "five", "six", "ten", "two", "one", "nine") * 2
)


NUMBERS = itertools.count(1)


def answer(worker: Worker, **given: Any) -> dict[str, Any]:
    """Return the reply to one job, as the SDK would post it; a job of its own, or it would be answered from memory."""
    reply = asyncio.run(worker.handle({"id": f"job-{next(NUMBERS)}", "input": {"steps": 4, "seed": 1, **given}}))
    json.dumps(reply, allow_nan=False)
    return reply


def samples(reply: dict[str, Any]) -> Samples:
    """Return the sound of a reply in WAV."""
    data = base64.b64decode(reply["audio"]["base64"], validate=True)
    read: Samples = soundfile.read(io.BytesIO(data), dtype="float32")[0]
    return read


def watch(worker: Worker, monkeypatch: pytest.MonkeyPatch, look: Callable[[int], object]) -> None:
    """Call `look` with the number of frames at every step of the real network."""
    network = worker.synthesizer.engine.network
    forward = network.forward

    def watched(noisy: torch.Tensor, *rest: Any) -> torch.Tensor:
        look(len(noisy))
        return forward(noisy, *rest)

    monkeypatch.setattr(network, "forward", watched)
