"""`python -m tests.support.fuzz MINUTES` damages recordings of every kind and has the worker's decoder read them.

What it should never find: a decoder that breaks, a defect of this program, samples that can't be. What it finds is
written to tests/support/finds/, where the tests take it from. Chance alone chooses, and no coverage: FFmpeg comes
built, without what would tell which of its lines have run.
"""

from __future__ import annotations

import hashlib
import logging
import random
import struct
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from tests.conftest import tone
from tests.support.corpus import CODECS, HEADERS, IN_A_ROW
from tts.media.decoder import Decoder
from tts.media.undecodable import Undecodable

FINDS = Path(__file__).with_name("finds")
LENGTH_S = 0.7
MAX_S = 60.0
NUMBERS = [
    0,
    1,
    2,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFE,
    0xFFFFFFFF,
    2**63,
    2**64 - 1,
]

Damage = Callable[[bytearray, random.Random], None]


def seeds() -> dict[str, bytes]:
    """Return a short recording in every format that is read."""
    sound = tone(LENGTH_S) + np.random.default_rng(0).normal(0, 0.01, len(tone(LENGTH_S))).astype(np.float32)
    return {kind: write(sound) for kind, write in (CODECS | HEADERS | IN_A_ROW).items()}


def place(data: bytearray, chance: random.Random) -> int:
    """Return a place in a file, more often in its headers."""
    return chance.randrange(min(len(data), 512) if chance.random() < 0.5 else len(data))


def flip(data: bytearray, chance: random.Random) -> None:
    data[place(data, chance)] ^= 1 << chance.randrange(8)


def overwrite(data: bytearray, chance: random.Random) -> None:
    at = place(data, chance)
    data[at : at + chance.randint(1, 16)] = chance.randbytes(chance.randint(1, 16))


def number(data: bytearray, chance: random.Random) -> None:
    at, size = place(data, chance), chance.choice("BHIQ")
    room = struct.Struct(chance.choice("<>") + size)
    data[at : at + room.size] = room.pack(chance.choice(NUMBERS) % 2 ** (8 * room.size))


def cut(data: bytearray, chance: random.Random) -> None:
    del data[max(1, place(data, chance)) :]


def remove(data: bytearray, chance: random.Random) -> None:
    at = max(1, place(data, chance))
    del data[at : at + chance.choice([1, 2, 4, 8, 100, 1000])]


def repeat(data: bytearray, chance: random.Random) -> None:
    at = place(data, chance)
    data[at:at] = data[at : at + chance.choice([1, 4, 8, 64, 1000])] * chance.choice([1, 2, 50])


DAMAGES: list[Damage] = [flip, overwrite, number, cut, remove, repeat]


def damaged(seeds: dict[str, bytes], chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yield damaged recordings, each told by its kind; now and then half of one behind half of another."""
    kinds = sorted(seeds)
    while True:
        kind = chance.choice(kinds)
        data = bytearray(seeds[kind])
        if chance.random() < 0.1:
            other = seeds[chance.choice(kinds)]
            data[chance.randrange(len(data)) :] = other[chance.randrange(len(other)) :]
        for _ in range(chance.choice([1, 1, 2, 4, 16])):
            if data:
                chance.choice(DAMAGES)(data, chance)
        yield kind, bytes(data)


class Heard(logging.Handler):
    """What the decoder had to log: that a recording ended it, or ran into a defect."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.words.append(record.getMessage())


def answer(decoder: Decoder, data: bytes, heard: Heard) -> tuple[str, str]:
    """Return what came of a recording, and what is wrong with that, if anything is."""
    heard.words.clear()
    try:
        samples = decoder.decode(data, MAX_S)
    except Undecodable as refusal:
        return type(refusal).__name__, "; ".join(heard.words)
    wrong = not np.isfinite(samples).all() or len(samples) > (MAX_S + 1) * 24_000
    return "decoded", "samples that can't be" if wrong else "; ".join(heard.words)


def fuzz(seconds: float, seed: int) -> tuple[Counter[str], dict[bytes, str]]:
    """Return how often each answer came, and the recordings whose answer was wrong."""
    heard, counted, finds = Heard(), Counter[str](), {}
    logging.getLogger("worker").addHandler(heard)
    decoder, end = Decoder(), time.monotonic() + seconds
    for _, data in damaged(seeds(), random.Random(seed)):
        came, wrong = answer(decoder, data, heard)
        counted[came] += 1
        if wrong:
            finds[data] = wrong
        if time.monotonic() > end:
            break
    decoder.stop()
    logging.getLogger("worker").removeHandler(heard)
    return counted, finds


def main() -> None:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**32)
    counted, finds = fuzz(60 * minutes, seed)
    print(f"seed {seed}: {counted.total()} recordings, {dict(counted)}, {len(finds)} finds")
    FINDS.mkdir(exist_ok=True)
    for data, wrong in finds.items():
        file = FINDS / hashlib.sha256(data).hexdigest()[:12]
        file.write_bytes(data)
        print(f"{file}: {wrong}")
    sys.exit(bool(finds))


if __name__ == "__main__":
    main()
