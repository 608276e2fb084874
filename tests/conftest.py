"""What several tests need: a real recording, sounds made on the spot."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.support.platform_api import SDKS
from tts.clock import SAMPLE_RATE, Samples
from tts.voice.registry import built_in


@pytest.fixture(params=SDKS, scope="module")
def sdk(request: pytest.FixtureRequest) -> dict[str, str]:
    """Variables with which a process finds one of the SDKs that the worker runs on."""
    variables = SDKS[request.param]
    for folder in variables.values():
        assert Path(folder, "runpod").is_dir(), "make test installs it"
    return variables


@pytest.fixture(scope="session")
def speech() -> Samples:
    """5.3 s of a person speaking, 24 kHz mono: the f5-tts package's English example."""
    samples, rate = soundfile.read(io.BytesIO(built_in()["basic_en"].file.read_bytes()), dtype="float32")
    assert rate == SAMPLE_RATE
    return samples


@pytest.fixture(scope="session")
def speech_text() -> str:
    """What `speech` says."""
    return built_in()["basic_en"].text


def as_file(samples: Samples, format: str = "WAV", subtype: str = "PCM_16", rate: int = SAMPLE_RATE) -> bytes:
    """Return samples as the bytes of a file."""
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=format, subtype=subtype)
    return file.getvalue()


def tone(seconds: float, hertz: float = 220.0, level: float = 0.3) -> Samples:
    """Return a sine at 24 kHz."""
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE)).astype(
        np.float32
    )
