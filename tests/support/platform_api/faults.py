"""What goes wrong between the platform and a worker, and when."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """What happens to one request."""

    status: int | None = None  # answered; None: the connection is reset
    served: bool = False  # whether the platform did what was asked before that
    twice: bool = False  # a job is handed out, and kept to be handed out again
    headers: tuple[tuple[str, str], ...] = ()


RESET = Fault()
GONE = Fault(served=True)  # reset after the platform did what was asked
TWICE = Fault(200, served=True, twice=True)

Schedule = Iterator[Fault | None]


def at_random(seed: int, chances: Mapping[Fault, float]) -> Schedule:
    """Yield faults for ever, each as often as its chance says, the same ones for the same seed."""
    dice = random.Random(seed)
    faults: Iterable[Fault | None] = [*chances, None]
    weights = [*chances.values(), 1 - sum(chances.values())]
    while True:
        yield dice.choices(list(faults), weights)[0]
