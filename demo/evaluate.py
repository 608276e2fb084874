"""`python -m demo.evaluate FOLDER FIGURES.json` measures an exported model through the worker's own code.

Held-out sentences in the voices of held-out speakers, and of trained ones: what the teacher says, the same through
mel and vocoder, and what the model says in as many steps as asked for.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch

from demo.corpus import TRAINED, held_out_sentences, held_out_speakers
from demo.export import reference
from demo.measures import Ear, Identity, Vector, quality, word_error_rate
from demo.teacher import Speaker, Teacher
from tts.api import SynthesizeRequest
from tts.clock import SAMPLE_RATE, Samples
from tts.engine.engine import Engine
from tts.media.delivery import Delivery
from tts.model.checkpoint import load_dit, load_vocos
from tts.model.config import load_config
from tts.model.mel import MelFrontEnd
from tts.model.vocos import load_vocos_config
from tts.synthesizer import Synthesizer
from tts.text.tokens import load_vocabulary
from tts.voice import registry

_SAID = 100  # held-out sentences for measuring; references say later ones
_TRAINED = "demo", "demo_low"
_CONDITIONS = ["16 steps", "7 steps", "32 steps", "16 steps, trained", "teacher", "teacher, vocoder"]
Say = Callable[[str, Speaker], Samples]


@dataclass(frozen=True)
class Task:
    """A sentence to be said in a voice."""

    text: str
    speaker: Speaker


class Voices:
    """The teacher in all voices, with one reference recording of each."""

    def __init__(self, speakers: list[Speaker]) -> None:
        self._teacher = Teacher()
        self.texts = dict(zip((speaker.name for speaker in speakers), held_out_sentences()[_SAID:], strict=False))
        self.references = {
            speaker.name: reference(self._teacher, self.texts[speaker.name], speaker, seed=index)
            for index, speaker in enumerate(speakers)
        }

    def say(self, text: str, speaker: Speaker) -> Samples:
        """Have the teacher say a text."""
        return self._teacher.say(text, speaker, seed=1)


class Model:
    """An exported folder, loaded as the worker loads it."""

    def __init__(self, folder: Path, voices: Voices) -> None:
        cpu, vocabulary = torch.device("cpu"), load_vocabulary(folder / "vocab.txt")
        arch = load_config(folder / "config.yaml").architecture
        network = load_dit(folder / "model.safetensors", arch, len(vocabulary), cpu, torch.float32)
        vocos = folder / "vocos"
        self._vocoder = load_vocos(vocos / "model.safetensors", load_vocos_config(vocos / "config.yaml"), cpu)
        engine = Engine(network, self._vocoder, "sdpa", 4096)
        self._synthesizer = Synthesizer("demo", engine, vocabulary, Delivery(10**9), registry.Voices())
        self._voices, self._mel = voices, MelFrontEnd()

    def say(self, text: str, speaker: Speaker, steps: int) -> Samples:
        """Say a text with the speaker's reference."""
        file = io.BytesIO()
        soundfile.write(file, self._voices.references[speaker.name], SAMPLE_RATE, format="FLAC")
        request = SynthesizeRequest(
            text=text,
            voice_base64=base64.b64encode(file.getvalue()).decode(),
            voice_text=self._voices.texts[speaker.name],
            steps=steps,
            seed=7,
            deliver="inline",
        )
        reply = asyncio.run(self._synthesizer.synthesize(request, "evaluation"))
        samples, _ = soundfile.read(io.BytesIO(base64.b64decode(reply.audio.base64 or "")), dtype="float32")
        return samples  # type: ignore[no-any-return]

    @torch.inference_mode()
    def repeat(self, samples: Samples) -> Samples:
        """Return a recording after mel and vocoder."""
        return self._vocoder(self._mel(torch.from_numpy(samples))).numpy()  # type: ignore[no-any-return]


class Judge:
    """Measures how tasks are done."""

    def __init__(self, references: dict[str, Samples]) -> None:
        self._ear, self._identity = Ear(), Identity()
        self._names = list(references)
        self._vectors = np.stack([self._identity.vector(wave) for wave in references.values()])  # (speakers, 256)

    def figures(self, tasks: list[Task], say: Say) -> dict[str, Any]:
        """Return all figures of one way to say the tasks, and what was heard."""
        waves = [say(task.text, task.speaker) for task in tasks]
        heard = [self._ear.words(wave) for wave in waves]
        likeness = [self._likeness(self._identity.vector(wave), task) for wave, task in zip(waves, tasks, strict=True)]
        own, others, nearest = (float(np.mean(column)) for column in zip(*likeness, strict=True))
        return {
            "sentences": len(tasks),
            "wer": round(word_error_rate([task.text for task in tasks], heard), 4),
            "similarity_own": round(own, 4),
            "similarity_others": round(others, 4),
            "nearest_is_own": round(nearest, 4),
            "dnsmos": round(float(np.mean([quality(wave) for wave in waves])), 3),
            "heard": [[task.speaker.name, task.text, words] for task, words in zip(tasks, heard, strict=True)],
        }

    def _likeness(self, vector: Vector, task: Task) -> tuple[float, float, bool]:
        """Return cosine to the own reference, mean cosine to the others', and whether the own is nearest."""
        cosines = self._vectors @ vector
        own = self._names.index(task.speaker.name)
        return float(cosines[own]), float(np.delete(cosines, own).mean()), int(cosines.argmax()) == own


def tasks(speakers: list[Speaker], count: int) -> list[Task]:
    """Return held-out sentences, the speakers taking turns."""
    return [Task(text, speakers[index % len(speakers)]) for index, text in enumerate(held_out_sentences()[:count])]


class Evaluation:
    """Everything that the conditions share."""

    def __init__(self, folder: Path, count: int) -> None:
        self.count = count
        self.held_out = held_out_speakers()
        self.trained = [speaker for speaker in TRAINED if speaker.name in _TRAINED]
        self.voices = Voices([*self.held_out, *self.trained])
        self.model = Model(folder, self.voices)

    def figures(self, condition: str) -> dict[str, Any]:
        """Return the figures of one condition."""
        speakers = self.trained if condition == "16 steps, trained" else self.held_out
        judge = Judge({speaker.name: self.voices.references[speaker.name] for speaker in speakers})
        return judge.figures(tasks(speakers, self.count), self._way(condition))

    def _way(self, condition: str) -> Say:
        """Return how a condition says a text."""
        if condition == "teacher":
            return self.voices.say
        if condition == "teacher, vocoder":
            return lambda text, speaker: self.model.repeat(self.voices.say(text, speaker))
        steps = int(condition.split()[0])
        return lambda text, speaker: self.model.say(text, speaker, steps)


def main() -> None:
    """Evaluate; figures of other conditions that the file already holds stay."""
    parser = argparse.ArgumentParser("python -m demo.evaluate", description="Measure an exported demo model.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("figures", type=Path)
    parser.add_argument("--sentences", type=int, default=_SAID)
    parser.add_argument("--only", nargs="+", choices=_CONDITIONS, default=_CONDITIONS, help="left out: all")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    evaluation = Evaluation(arguments.folder, arguments.sentences)
    found = json.loads(arguments.figures.read_text("utf-8")) if arguments.figures.exists() else {}
    for condition in arguments.only:
        started = time.monotonic()
        found[condition] = evaluation.figures(condition)
        shown = {key: value for key, value in found[condition].items() if key != "heard"}
        print(f"{condition}, {time.monotonic() - started:.0f} s: {shown}", flush=True)
        arguments.figures.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
