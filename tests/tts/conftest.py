"""The loaded demo model, once for all tests."""

from __future__ import annotations

import pytest

from tts.worker import Worker
from warmup.environment.settings import Settings
from warmup.start import ready


@pytest.fixture(scope="session")
def worker() -> Worker:
    return ready(Settings(model="demo", on_runpod=True, max_batch_frames=32_768, offline=True))
