"""Whose turn it is: which of the chunks on their way are in the next step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

SOON_S = 0.05  # within which the first sound of a job is due
HURRY = 0.5  # of the sound before it, in which the next is due: made twice as fast as it is heard


class Waiting(Protocol):
    """What the rule looks at."""

    due: float  # seconds of the clock
    rows: int
    alone: bool  # shares no step


W = TypeVar("W", bound=Waiting)


def turn(waiting: Iterable[W], budget: int) -> list[W]:
    """Choose who is in the next step: who is due first, and of the others, in that order, who fits the budget of rows.

    The first one always is, whatever its size; and since `due` never changes, everyone becomes the first. Who isn't
    chosen keeps what it has and goes on later, so the choice is made anew for every step.
    """
    chosen: list[W] = []
    room = budget
    for one in sorted(waiting, key=lambda one: one.due):
        if not chosen or (one.rows <= room and not one.alone and not chosen[0].alone):
            chosen.append(one)
            room -= one.rows
    return chosen


def dues(now: float, seconds: Sequence[float], *, heard: bool) -> list[float]:
    """Return when each chunk of a job is due.

    Args:
        now: when the job came.
        seconds: of sound that each chunk makes.
        heard: whether somebody listens while it is made; else all of it is due at once.
    """
    found, before = [], 0.0
    for length in seconds:
        found.append(now + SOON_S + before)
        before += HURRY * length if heard else 0
    return found
