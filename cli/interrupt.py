"""Ctrl-C: one line and exit status 130."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

INTERRUPTED = 128 + signal.SIGINT  # as a shell tells it


def end_on_ctrl_c() -> None:
    """End the process at Ctrl-C whatever is at work: results are written only when they are whole."""
    signal.signal(signal.SIGINT, _end)


def _end(number: int, frame: FrameType | None) -> None:
    sys.stdout.flush()
    sys.stderr.write("\ninterrupted\n")
    sys.stderr.flush()
    os._exit(INTERRUPTED)
