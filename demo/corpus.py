"""The recordings: `python -m demo.corpus FOLDER` has the teacher read sentences in the voices of virtual speakers.

A shard is `SHARD` sentences of one speaker at one pace; what is there is kept, so an interrupted run goes on where
it stopped, and several processes (`--part 0/2`, `--part 1/2`) share the work. The same texts, voices and noise come
out each time. Every second sentence has a take beside it that serves as a prompt, with what people's recordings
have in them: the teacher's own rhythm, a room, a telephone, noise.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np

from demo.english import English
from demo.everyday import everyday, numbered
from demo.rooms import recorded
from demo.sentences import SHIPPED, held_out_sentences, sentence
from demo.shards import SHARD, Recording, write
from demo.speakers import DEMO, DEMO_LOW, Speaker, trained
from demo.teacher import Teacher, written
from tts.clock import FRAMES_PER_S, SAMPLE_RATE, Samples

PACES = {5: 2, 6: 10, 7: 5, 8: 3}  # mel frames of a letter: how often; 53 to 85 ms
OFTEN = 13  # times as much is read in the voices that are shipped
_GRAMMAR, _EVERYDAY, _NUMBERED = 0.3, 0.06, 0.03  # shares of texts, the others are running English
_FREELY = 0.6  # share of prompts in the teacher's own rhythm


class Texts:
    """What is read."""

    def __init__(self) -> None:
        self._english, self._unwanted = English(), frozenset([*held_out_sentences(), *SHIPPED])

    def draw(self, random: Random) -> str:
        """Return a text that is not held out."""
        while True:
            text = written(self._any(random))
            if text not in self._unwanted and not self._english.unheard(text):
                return text

    def _any(self, random: Random) -> str:
        kind = random.random()
        if kind < _GRAMMAR:
            return sentence(random)
        if kind < _GRAMMAR + _EVERYDAY:
            return everyday(random)
        if kind < _GRAMMAR + _EVERYDAY + _NUMBERED:
            return numbered(random)
        return self._english.draw(random)


def make(folder: Path, per_speaker: int, part: int, parts: int) -> None:
    """Write the recordings that `folder` lacks."""
    folder.mkdir(parents=True, exist_ok=True)
    teacher, texts, start, seconds = Teacher(), Texts(), time.monotonic(), 0.0
    for number, (speaker, shard) in enumerate(_order(-(-per_speaker // SHARD))):
        random = Random(f"{speaker.name}/{shard}")
        pace = random.choices(list(PACES), list(PACES.values()))[0]
        path = folder / f"{speaker.name}-{pace}-{shard:03}.npz"
        if path.exists() or number % parts != part:
            continue
        found = [_read(teacher, texts, speaker, pace, random) for _ in range(SHARD)]
        write(path, found)
        seconds += sum(len(said.samples) + len(said.prompt) for said in found) / SAMPLE_RATE
        print(f"{path.name}: {seconds / 3600:.2f} h of sound in {time.monotonic() - start:.0f} s", flush=True)


def _order(shards: int) -> Iterator[tuple[Speaker, int]]:
    """Yield speakers and the numbers of their shards, so that an unfinished corpus holds all of them."""
    for shard in range(shards):
        for speaker in trained():
            times = OFTEN if speaker in (DEMO, DEMO_LOW) else 1
            for part in range(times):
                yield speaker, shard * times + part


def _read(teacher: Teacher, texts: Texts, speaker: Speaker, pace: int, random: Random) -> Recording:
    """Return a sentence that the teacher can read word by word, and for every second one a prompt."""
    while True:
        text, seed = texts.draw(random), random.randrange(2**32)
        try:
            samples = teacher.say(text, speaker, seed, pace)
        except ValueError:
            continue
        if random.random() < 0.5:
            return Recording(speaker.name, pace, text, samples, np.zeros(0, np.float32))
        return Recording(speaker.name, pace, text, samples, _prompt(teacher, text, speaker, pace, random))


def _prompt(teacher: Teacher, text: str, speaker: Speaker, pace: int, random: Random) -> Samples:
    """Return a take at the pace, or up to one frame a letter quicker in the teacher's own rhythm."""
    seed = random.randrange(2**32)
    if random.random() < _FREELY:
        quicker = pace - random.random()
        take = teacher.say_freely(text, speaker, seed, (len(text) + 1) * quicker / FRAMES_PER_S)
    else:
        take = teacher.say(text, speaker, seed, pace)
    return recorded(take, random)


def main() -> None:
    """Make the corpus."""
    parser = argparse.ArgumentParser("python -m demo.corpus", description="Have the teacher read sentences.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--per-speaker", type=int, default=500, help="sentences a speaker reads, in fifties")
    parser.add_argument("--part", default="0/1", help="which share of the work this process does")
    arguments = parser.parse_args()
    part, parts = map(int, arguments.part.split("/"))
    make(arguments.folder, arguments.per_speaker, part, parts)


if __name__ == "__main__":
    main()
