"""What serving must not import: upstream's trainer, the libraries this worker replaces, torch's compiler."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.support.platform_api import clean_environment
from tests.support.root import ROOT

UNWANTED = {"f5_tts.model", "torchaudio", "torchdiffeq", "x_transformers", "vocos", "einops", "wandb", "transformers"}
HEARING = {"faster_whisper", "ctranslate2", "tokenizers"}
SLOW = {"torch._dynamo", "sympy", "scipy", "matplotlib", "huggingface_hub", "pypinyin", "botocore"}
ASKED_FOR = {"pocketsphinx", "tts.captions", "c2pa"}  # only captions and certificates need them
SERVE = """
import asyncio, base64, json, sys
from warmup.environment.settings import Settings
from warmup.start import ready
worker = ready(Settings(model="demo", on_runpod=True))
from tts.voice.registry import built_in
known = built_in()["demo_mid"]
given = {"voice_base64": base64.b64encode(known.file.read_bytes()).decode(), "voice_text": known.text}
for voice in {}, given:
    reply = asyncio.run(worker.handle({"id": "a", "input": {"text": "Two red cats.", "steps": 4, **voice}}))
    assert "audio" in reply, reply
print(json.dumps(sorted(sys.modules)))
"""
READ_AHEAD = """
import json, sys
from warmup.weights.find import DEMO
seen = []
def note(event, arguments):
    if event == "open" and str(arguments[0]) == str(DEMO / "model.safetensors"):
        seen.append("weights")
    if event == "import" and arguments[0] == "torch.nn":
        seen.append("torch.nn")
from warmup.environment.settings import Settings
from warmup.start import ready
sys.addaudithook(note)
ready(Settings(model="demo", on_runpod=True))
print(json.dumps(seen))
"""
PREPARE = """
import json, sys
from warmup.environment.examine import prepare
prepare()
print(json.dumps(sorted(sys.modules)))
"""


def run(code: str) -> list[str]:
    """Return what a fresh process prints as JSON after running `code`."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=True
    )
    printed: list[str] = json.loads(done.stdout)
    return printed


def test_a_job_is_served_without_the_trainer_and_without_torchs_compiler() -> None:
    """The compiler came with the initial values of modules on the meta device: 3 s of every start."""
    assert not set(run(SERVE)) & (UNWANTED | SLOW | ASKED_FOR)


def test_a_recording_with_its_transcript_is_spoken_with_before_anything_that_hears_is_imported() -> None:
    assert not set(run(SERVE)) & HEARING


def test_the_weights_are_read_while_torch_is_imported() -> None:
    assert run(READ_AHEAD)[:2] == ["weights", "torch.nn"]


def test_settings_are_read_before_torch_and_the_sdk_are_imported() -> None:
    assert not set(run(PREPARE)) & {"torch", "runpod", "numpy", "pydantic"}
