"""The demo model as upstream wants it, and upstream doing the demo job: `python -m bench.upstream FOLDER`."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.resources import files
from pathlib import Path

from warmup.weights.find import DEMO

JOB = {"text": "Sarah sees four blue houses. Two red cats sit under the old tree.", "voice": "demo", "seed": 7}
STEPS = 16


def prepare(folder: Path) -> None:
    """Copy the demo model into `folder`, its vocoder and reference in the formats upstream reads."""
    import soundfile
    import torch
    from safetensors.torch import load_file
    from vocos import Vocos

    for name in ("model.safetensors", "config.yaml", "vocab.txt"):
        shutil.copy(DEMO / name, folder)
    shutil.copy(DEMO / "vocos" / "config.yaml", folder / "vocos.yaml")
    (folder / "vocos").mkdir(exist_ok=True)
    shutil.copy(DEMO / "vocos" / "config.yaml", folder / "vocos")
    vocoder = Vocos.from_hparams(str(DEMO / "vocos" / "config.yaml"))
    weights = {name: tensor.float() for name, tensor in load_file(DEMO / "vocos" / "model.safetensors").items()}
    torch.save(vocoder.state_dict() | weights, folder / "vocos" / "pytorch_model.bin")
    samples, rate = soundfile.read(DEMO / "voices" / "demo.flac")
    soundfile.write(folder / "voice.wav", samples, rate)


def main() -> None:
    """Say the job's text as a user of upstream's API would."""
    from f5_tts.api import F5TTS

    folder = Path(sys.argv[1])
    # The API takes packaged configurations only, by name; a relative path leads it to ours.
    model = os.path.relpath(folder / "config", str(files("f5_tts") / "configs"))
    tts = F5TTS(
        model=model,
        ckpt_file=str(folder / "model.safetensors"),
        vocab_file=str(folder / "vocab.txt"),
        vocoder_local_path=str(folder / "vocos"),
        device="cpu",
    )
    text = (DEMO / "voices" / "demo.txt").read_text().strip()
    voice, out = str(folder / "voice.wav"), str(folder / "upstream.wav")
    tts.infer(voice, text, str(JOB["text"]), nfe_step=STEPS, seed=int(JOB["seed"]), file_wave=out)
    print("first reply", flush=True)


if __name__ == "__main__":
    main()
