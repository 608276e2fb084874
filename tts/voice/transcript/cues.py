"""What every reader returns: words and the times at which they are said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cue:
    """Words and when they are said."""

    start_s: float
    end_s: float  # infinite where only the start is known and nothing follows
    text: str


@dataclass(frozen=True)
class Transcript:
    """What a recording says; `cues` is empty when the times aren't known."""

    text: str
    cues: tuple[Cue, ...] = ()
    step_s: float = 0.0  # the times are rounded down to this: 1 s where no tenths are written
