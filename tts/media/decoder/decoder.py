"""Recordings take their turn with one child, and a child that is of no use any more is replaced."""

from __future__ import annotations

import logging
from threading import Lock

from tts.clock import Samples
from tts.media.decoder.confine import Limits
from tts.media.decoder.process import Child, ChildFailed

log = logging.getLogger("worker")


class Decoder:
    """Decodes in a child that is started when it is needed, and replaced when it is of no use any more.

    Safe to use from several threads: recordings take their turn, so that memory has one bound.
    """

    def __init__(self, limits: Limits | None = None, module: str = "tts.media.decode") -> None:
        self._limits = limits or Limits()
        self._module = module
        self._turn = Lock()
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the child, if there is one now."""
        return None if self._child is None else self._child.pid

    def start(self) -> None:
        """Start the child, and don't wait until it is ready."""
        with self._turn:
            self._running()

    def stop(self) -> None:
        """End the child."""
        with self._turn:
            self._end()

    def decode(self, data: bytes, max_s: float) -> Samples:
        """Return the sound of a file; see `tts.media.decoder.decode`."""
        with self._turn:
            try:
                return self._decoded(data, max_s)
            except ChildFailed as error:  # as when somebody has killed it
                log.warning("%s; another one is started", error)
                return self._decoded(data, max_s)

    def _decoded(self, data: bytes, max_s: float) -> Samples:
        child = self._running()
        try:
            return child.decode(data, max_s)
        finally:
            if not child.usable:
                self._end()

    def _running(self) -> Child:
        if self._child is None:
            self._child = Child(self._limits, self._module)
        return self._child

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None
