"""What a person at a terminal sees while torch and the model load."""

from __future__ import annotations

import sys
from threading import Event, Thread
from types import TracebackType


class Waiting:
    """Shows what is waited for and for how long; it appears after a second, and only on a terminal."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._done = Event()
        self._thread = Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Waiting:
        if sys.stderr.isatty():
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        if self._thread.is_alive():
            self._thread.join()

    def _tick(self) -> None:
        if self._done.wait(1):
            return
        from tqdm import tqdm  # a start that nobody watches needs none

        with tqdm(desc=self._what, bar_format="{desc} {elapsed}", leave=False) as line:
            while not self._done.wait(0.2):
                line.refresh()
