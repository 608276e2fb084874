"""What a job brought is given back with its reply, at once, not when garbage is collected."""

from __future__ import annotations

import asyncio
import base64
import gc
import sys
from collections.abc import Iterator

import pytest

from tests.conftest import as_file, tone
from tts.worker import Worker


@pytest.fixture
def _no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_no_collector")
@pytest.mark.parametrize("data", [bytes(30_000), as_file(tone(0.5))], ids=["no audio", "too short"])
def test_a_refused_recording_is_released(worker: Worker, data: bytes) -> None:
    """A refusal held, through its trace, all that was at hand where it was raised: 50 MB for a file of 20."""
    encoded = base64.b64encode(data).decode()
    before = sys.getrefcount(encoded)
    for id in ("first", "second"):
        job = {"id": id, "input": {"text": "Hi.", "voice_base64": encoded, "voice_text": "Some words."}}
        reply = asyncio.run(worker.handle(job))
        assert reply["error"]["code"] == "voice_unusable"
        del job
    assert sys.getrefcount(encoded) == before
