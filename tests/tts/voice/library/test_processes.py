"""Processes that add, replace, delete and read in one folder at once, and are killed in the middle of it."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import random
import signal
from contextlib import suppress
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

import pytest

from tts.voice.library import Library, Missing

NAMES, STYLES = ("anna", "berta"), ("default", "happy")
FORK = multiprocessing.get_context("fork")  # a process in milliseconds


def hammer(folder: Path, seed: int, done: Any) -> None:
    """Add and delete without end; each text is the hash of its recording."""
    library, draw = Library(folder), random.Random(seed)
    while True:
        name, style = draw.choice(NAMES), draw.choice(STYLES)
        if draw.random() < 0.7:
            data = b"fLaC" + draw.randbytes(draw.randrange(40_000))
            library.add(name, style, data, text=hashlib.sha256(data).hexdigest(), duration_s=1.0)
        else:
            with suppress(Missing):
                library.delete(name, draw.choice([style, None]))
        done.value += 1


class Hammer:
    """A process that hammers, and what it has done."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.done: Synchronized[int] = FORK.Value("i", 0)
        self.process = FORK.Process(target=hammer, args=(folder, seed, self.done), daemon=True)
        self.process.start()

    def kill(self) -> None:
        assert self.process.is_alive(), "it came to an error"
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.join()


def look(library: Library) -> int:
    """Read everything once; return how many recordings were there."""
    found = 0
    for name in NAMES:
        for style in STYLES:
            try:
                entry, data = library.read(name, style)
            except Missing:
                continue
            assert entry.text == hashlib.sha256(data).hexdigest(), "one recording with another one's text"
            found += 1
    assert library.entries()[1] == []
    return found


def hammered(folder: Path, kills: int) -> None:
    library = Library(folder)
    workers = [Hammer(folder, seed) for seed in (1, 2)]
    found = 0
    for round in range(kills):
        victim = workers[round % 2]
        while victim.done.value < 5 + round % 10:
            found += look(library)
            assert victim.process.is_alive(), "it came to an error"
        victim.kill()
        found += look(library)
        workers[round % 2] = Hammer(folder, round + 3)
    for worker in workers:
        worker.kill()
    assert found > 0
    for name in NAMES:
        library.add(name, "default", b"fLaC", text=hashlib.sha256(b"fLaC").hexdigest(), duration_s=1.0)
    assert look(library) >= 2
    for name in NAMES:
        library.delete(name)
    assert (library.names(), library.entries()) == ([], ([], []))


def test_two_processes_and_kills_never_leave_half_a_recording(tmp_path: Path) -> None:
    hammered(tmp_path, 4)


@pytest.mark.slow
def test_two_processes_and_a_hundred_kills_never_leave_half_a_recording(tmp_path: Path) -> None:
    hammered(tmp_path, 100)
