"""The real Whisper, and speech that nobody recorded."""

from __future__ import annotations

import pytest

from tts.asr.whisper import Whisper
from warmup.weights.whisper import embedded


@pytest.fixture(scope="session")
def ear() -> Whisper:
    """Whisper tiny.en, as on a machine without a network."""
    return Whisper(embedded, "cpu")
