"""A second oracle, without torch and by other authors: vox-tts in C++, on the embedded model's weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
import soundfile
import torch
from safetensors.numpy import save_file

from tests.support import solve
from tts.clock import HOP, Samples
from tts.engine.chunk import Chunk, Guidance
from tts.model.checkpoint import load_dit, load_vocos
from tts.model.config import load_config
from tts.model.mel import MelFrontEnd
from tts.model.vocos import load_vocos_config
from tts.text.tokens import load_vocabulary
from warmup.weights.find import DEMO

CPU = torch.device("cpu")
TEXT = "Sarah sees four blue houses."
GUIDANCE = Guidance(7)


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded model as vox reads it: v1 but for average upsampling, which it doesn't know."""
    from vox.build_f5 import main

    model = tmp_path_factory.mktemp("vox") / "demo.tmod"
    files = {
        "ckpt": DEMO / "model.safetensors",
        "vocab": DEMO / "vocab.txt",
        "vocos": DEMO / "vocos" / "model.safetensors",
    }
    kinds = {"dtype": "f32", "vocos-dtype": "f32", "tokenizer": "char", "model-cfg": "v1", "out": model}
    flags = [word for name, value in {**files, **kinds}.items() for word in (f"--{name}", str(value))]
    main([*flags, "--no-pinyin-table"])
    return model


def said_by_vox(model: Path, voice: Samples, noise: np.ndarray) -> Samples:
    import vox

    save_file({"noise.0": noise}, model.with_name("noise"))
    engine = vox.Engine(str(model))
    speaker = engine.clone_voice((voice, 24_000), ref_text=TEXT, name="speaker")
    solver = {"nfe_step": GUIDANCE.steps, "cfg_strength": GUIDANCE.cfg_strength, "sway_sampling_coef": GUIDANCE.sway}
    sound: Samples = engine.synthesize(
        TEXT, voice=speaker, speed=1.0, extra={"noise_file": str(model.with_name("noise"))}, **solver
    )
    return sound


def said_by_us(voice: Samples, noise: np.ndarray) -> Samples:
    vocabulary = load_vocabulary(DEMO / "vocab.txt")
    arch = replace(load_config(DEMO / "config.yaml").architecture, text_embedding_average_upsampling=False)
    network = load_dit(DEMO / "model.safetensors", arch, len(vocabulary), CPU, torch.float32)
    config = load_vocos_config(DEMO / "vocos" / "config.yaml")
    vocoder = load_vocos(DEMO / "vocos" / "model.safetensors", config, CPU)
    reference, before = MelFrontEnd()(torch.from_numpy(voice)), len(voice) // HOP
    tokens = torch.tensor(vocabulary.encode([*TEXT, " ", " ", *TEXT]))
    states: list[torch.Tensor] = []
    with mock.patch.object(solve, "noise", return_value=torch.from_numpy(noise)):
        solve.sample(network, [Chunk(reference, tokens, len(noise), 0, GUIDANCE)], look=states.append)
    # As upstream it takes the reference's last frame for its sound's first, which here isn't done.
    mel = torch.cat([reference[before:], states[-1][len(reference) :]])
    sound: Samples = vocoder(mel).numpy()
    return sound


@pytest.mark.slow
def test_the_same_noise_becomes_the_same_sound(theirs: Path) -> None:
    voice, _ = soundfile.read(DEMO / "voices" / "demo.flac", dtype="float32")
    before = len(voice) // HOP
    frames = before + before * len(TEXT) // (len(TEXT) + 2)  # as long as vox makes it, by the lengths of the texts
    noise = np.random.default_rng(0).standard_normal((frames, 100), np.float32)
    vox, ours = said_by_vox(theirs, voice, noise), said_by_us(voice, noise)
    assert len(vox) == len(ours)
    assert np.abs(ours).max() > 0.1
    assert np.abs(vox - ours).max() <= 5e-4, "its vocoder is 1e-4 off float64"
