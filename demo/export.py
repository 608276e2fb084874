"""`python -m demo.export RUN FOLDER` writes a trained network as the worker reads it, with voices and model card.

The network's averaged weights go out in half precision under the names of the published checkpoints. Vocos and
vocabulary are those of `tts/assets/demo`, unless another Vocos is given. With `--figures` the card tells what
`demo.evaluate` measured on that same folder; so export, evaluate, then export the card.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import soundfile
import torch
from safetensors.torch import save_file

from demo.network import CONFIG, VOCAB
from demo.network import network as untrained
from demo.speakers import DEMO, DEMO_LOW, DEMO_MID
from tts.clock import SAMPLE_RATE

REFERENCE = "Sarah sees four blue houses."
_VOICES = (DEMO, DEMO_LOW, DEMO_MID)


def network(run: Path, folder: Path) -> None:
    """Write the averaged weights, their configuration and vocabulary."""
    averaged = torch.load(run / "averaged.pt", map_location="cpu", weights_only=True)
    state = untrained(compiled=False).transformer.state_dict() | averaged  # with rotary_embed.inv_freq, as published
    tensors = {f"ema_model.transformer.{name}": _stored(name, value) for name, value in state.items()}
    tensors |= {"initted": torch.tensor(True), "step": torch.tensor(0)}  # counters that upstream's loader expects
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "model.safetensors")
    (folder / "model.safetensors").chmod(0o644)  # safetensors writes for the owner only
    shutil.copyfile(CONFIG, folder / "config.yaml")
    if folder.resolve() != VOCAB.parent.resolve():
        shutil.copyfile(VOCAB, folder / "vocab.txt")


def _stored(name: str, value: torch.Tensor) -> torch.Tensor:
    """Halve what was learnt; the frequencies of the positions are computed, and errors in them add up over frames."""
    return value.contiguous() if name.endswith("inv_freq") else value.half().contiguous()


def vocoder(source: Path, folder: Path) -> None:
    """Copy a Vocos, its weights in half precision already."""
    if source.resolve() != (folder / "vocos").resolve():
        shutil.copytree(source, folder / "vocos", dirs_exist_ok=True)


def voices(folder: Path) -> None:
    """Write the reference recordings and what they say."""
    from demo.references import reference  # needs the teacher, which weights and card do not
    from demo.teacher import Teacher

    teacher = Teacher()
    (folder / "voices").mkdir(exist_ok=True)
    for speaker in _VOICES:
        path = folder / "voices" / f"{speaker.name}.flac"
        soundfile.write(path, reference(teacher, REFERENCE, speaker, seed=0), SAMPLE_RATE, subtype="PCM_16")
        path.with_suffix(".txt").write_text(REFERENCE + "\n", "utf-8")


def main() -> None:
    """Export."""
    parser = argparse.ArgumentParser("python -m demo.export", description="Write the demo model's files.")
    parser.add_argument("run", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--vocos", type=Path, default=VOCAB.parent / "vocos")
    parser.add_argument("--figures", type=Path, help="JSON of demo.evaluate; writes the card as well")
    parser.add_argument("--beginning", default="random weights", help="what the run began with, for the card")
    arguments = parser.parse_args()
    network(arguments.run, arguments.folder)
    vocoder(arguments.vocos, arguments.folder)
    voices(arguments.folder)
    if arguments.figures:
        from demo.card import card

        figures: dict[str, Any] = json.loads(arguments.figures.read_text("utf-8"))
        progress = torch.load(arguments.run / "state.pt", map_location="cpu", weights_only=True)["progress"]
        (arguments.folder / "README.md").write_text(card(figures, progress, arguments.beginning), "utf-8")


if __name__ == "__main__":
    main()
