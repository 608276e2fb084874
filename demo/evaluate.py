"""`python -m demo.evaluate FOLDER FIGURES.json` measures an exported model through the worker's own code.

Every row is a set of sentences, none of which training heard, said by the model or the teacher in the voices of
some references: `demo.rows` names them.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import json
import logging
import time
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch

from demo.measures import Ear, Identity, Vector, error_rates, quality
from demo.rows import Reference, Row, Rows
from demo.teacher import Teacher
from tts.api import Job, SynthesizeRequest
from tts.clock import SAMPLE_RATE, Samples
from tts.engine.engine import Engine
from tts.media.delivery import Delivery
from tts.model.checkpoint import load_dit, load_vocos
from tts.model.config import load_config
from tts.model.mel import MelFrontEnd
from tts.model.vocos import load_vocos_config
from tts.synthesizer import Synthesizer
from tts.text.tokens import load_vocabulary
from tts.voice.registry import Voices


class Model:
    """An exported folder, loaded as the worker loads it."""

    def __init__(self, folder: Path) -> None:
        cpu, vocabulary = torch.device("cpu"), load_vocabulary(folder / "vocab.txt")
        arch = load_config(folder / "config.yaml").architecture
        network = load_dit(folder / "model.safetensors", arch, len(vocabulary), cpu, torch.float32)
        vocos = folder / "vocos"
        self._vocoder = load_vocos(vocos / "model.safetensors", load_vocos_config(vocos / "config.yaml"), cpu)
        engine = Engine(network, self._vocoder, "sdpa", 4096)
        self._synthesizer = Synthesizer("demo", engine, vocabulary, Delivery(10**9), Voices())
        self._mel = MelFrontEnd()

    def say(self, text: str, reference: Reference, steps: int) -> Samples:
        """Say a text as the reference speaks."""
        file = io.BytesIO()
        soundfile.write(file, reference.samples, SAMPLE_RATE, format="FLAC")
        request = SynthesizeRequest(
            text=text,
            voice_base64=base64.b64encode(file.getvalue()).decode(),
            voice_text=reference.text,
            steps=steps,
            seed=7,
            deliver="inline",
        )
        reply = asyncio.run(self._synthesizer.synthesize(request, Job("evaluation")))
        samples, _ = soundfile.read(io.BytesIO(base64.b64decode(reply.audio.base64 or "")), dtype="float32")
        return samples  # type: ignore[no-any-return]

    @torch.inference_mode()
    def repeat(self, samples: Samples) -> Samples:
        """Return a recording after mel and vocoder."""
        return self._vocoder(self._mel(torch.from_numpy(samples))).numpy()  # type: ignore[no-any-return]


class Judge:
    """Measures how tasks are done."""

    def __init__(self) -> None:
        self._ear, self._identity = Ear(), Identity()

    def figures(self, row: Row, waves: list[Samples]) -> dict[str, Any]:
        """Return all figures of what a row's tasks became, and what was heard."""
        texts = [task.text for task in row.tasks]
        heard = [self._ear.words(wave) for wave in waves]
        known = np.stack([self._identity.vector(reference.samples) for reference in row.references])  # (voices, 256)
        alike = [
            likeness(known @ self._identity.vector(wave), task.voice)
            for wave, task in zip(waves, row.tasks, strict=True)
        ]
        own, others, rank, nearest = np.mean(alike, axis=0).tolist()
        return {
            "sentences": len(texts),
            "voices": len(row.references),
            **error_rates(texts, heard),
            "similarity_own": own,
            "similarity_others": others,
            "rank_of_own": rank,
            "nearest_is_own": nearest,
            "dnsmos": float(np.mean([quality(wave) for wave in waves])),
            "heard": [
                [row.references[task.voice].name, task.text, said] for task, said in zip(row.tasks, heard, strict=True)
            ],
        }


def likeness(cosines: Vector, own: int) -> tuple[float, float, int, bool]:
    """Return the cosine to the own reference, the others' mean, and which place the own one has; 1 is the nearest."""
    rank = 1 + int((cosines > cosines[own]).sum())
    return float(cosines[own]), float(np.delete(cosines, own).mean()), rank, rank == 1


def said(row: Row, model: Model, teacher: Teacher) -> list[Samples]:
    """Return a row's tasks done."""
    waves = []
    for task in row.tasks:
        reference = row.references[task.voice]
        if row.by == "model":
            waves.append(model.say(task.text, reference, row.steps))
            continue
        assert reference.speaker is not None, "the teacher speaks for virtual speakers only"
        wave = teacher.say(task.text, reference.speaker, seed=1, pace=reference.pace)
        waves.append(model.repeat(wave) if row.by == "vocoder" else wave)
    return waves


def main() -> None:
    """Evaluate; figures of other rows that the file already holds stay."""
    parser = argparse.ArgumentParser("python -m demo.evaluate", description="Measure an exported demo model.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("figures", type=Path)
    parser.add_argument("--sentences", type=int, default=100)
    parser.add_argument("--only", nargs="+", help="names of rows; left out: all")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    teacher, model, judge = Teacher(), Model(arguments.folder), Judge()
    rows = Rows(teacher, arguments.sentences).all()
    found = json.loads(arguments.figures.read_text("utf-8")) if arguments.figures.exists() else {}
    for name in arguments.only or rows:
        started = time.monotonic()
        found[name] = judge.figures(rows[name], said(rows[name], model, teacher))
        shown = {key: round(value, 3) for key, value in found[name].items() if key != "heard"}
        print(f"{name}, {time.monotonic() - started:.0f} s: {shown}", flush=True)
        arguments.figures.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
