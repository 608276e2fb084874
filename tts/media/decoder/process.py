"""The parent's side of decoding in a child: it asks, waits no longer than it should, and believes nothing."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

from tts.clock import SAMPLE_RATE, Samples
from tts.media.decoder.confine import Limits
from tts.media.decoder.wire import (
    ANSWER,
    DEFECT,
    LONGEST_TEXT,
    QUESTION,
    REFUSALS,
    SAMPLES,
    Ended,
    receive,
    receive_bytes,
    send,
)
from tts.media.undecodable import Damaged, TooCostly, Undecodable

log = logging.getLogger("worker")

_PATIENCE_S = 30.0  # until the child is ready, which takes 0.2 s on an idle machine
_OVER_S = 1.0  # of sound beyond the limit: what resampling adds, for each of the files in a row
_ROOT = Path(__file__).parents[3]
# Neither `site`, which would look for packages anew, nor variables: the child is given the path that the parent has.
_RUN = "import sys; *given, path = sys.argv[1:]; sys.path[:] = path.split(':'); "
_RUN += "from tts.media.decoder.child import main; main(given)"
_VARIABLES = {"OPENBLAS_NUM_THREADS": "1"}  # who forks has no threads
_TOO_SLOW = "decoding it takes more time than a recording needs"
_BREAKS = "it breaks the decoder"


class ChildFailed(RuntimeError):
    """The child is gone, or doesn't start, for no reason that lies in a recording."""


class Child:
    """The process that decodes, which gets a socket for every recording over another one.

    Args:
        limits: of one recording.
        module: whose `decode` it calls.

    Attributes:
        usable: whether it can be given another recording.
    """

    def __init__(self, limits: Limits, module: str) -> None:
        self._limits = limits
        self.usable = True
        self._owes = True  # a word: that it is ready, or how the last copy ended
        self._control, theirs = socket.socketpair()
        arguments = [theirs.fileno(), module, limits.memory, limits.cpu_s, limits.wall_s]
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _RUN, *map(str, arguments), _path()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                cwd="/",
                env=_VARIABLES,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def decode(self, data: bytes, max_s: float) -> Samples:
        """Have a file decoded.

        Raises:
            Undecodable: it can't be, or not within the limits.
            ChildFailed: the child was of no use before it had the file.
        """
        self._settle()
        with self._hand_over() as connection:
            try:
                return _ask(connection, data, max_s, time.monotonic() + self._limits.wall_s)
            except TimeoutError as error:
                self.usable = False
                raise TooCostly(_TOO_SLOW) from error
            except Ended as error:
                raise self._why() from error

    def end(self) -> None:
        """Kill the child and its copies; hanging up ends them too, where they are another user's."""
        self._control.close()
        with suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _hand_over(self) -> socket.socket:
        """Return this end of a socket whose other end a new copy of the child has."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"\0"], [theirs.fileno()])
            except OSError as error:
                ours.close()
                self.usable = False
                raise ChildFailed("the process that decodes recordings is gone") from error
        self._owes = True
        return ours

    def _settle(self) -> int:
        """Return what the child owes: 0, or the signal that ended the last copy."""
        if not self._owes:
            return 0
        try:
            (word,) = receive_bytes(self._control, 1, time.monotonic() + _PATIENCE_S)
        except (Ended, TimeoutError) as error:
            self.usable = False
            raise ChildFailed("the process that decodes recordings ended") from error
        self._owes = False
        return word

    def _why(self) -> Undecodable:
        """Return why there is no answer."""
        try:
            ended_by = self._settle()
        except ChildFailed:
            return Damaged(_BREAKS)
        log.warning("a recording ended its decoder: %s", signal.Signals(ended_by).name if ended_by else "no signal")
        if ended_by in (signal.SIGXCPU, signal.SIGALRM):
            return TooCostly(_TOO_SLOW)
        if ended_by == signal.SIGKILL:  # by the system, which is short of memory
            return TooCostly("decoding it takes more memory than there is")
        return Damaged(_BREAKS)


def _path() -> str:
    """Return where the child finds this program and its packages: where the parent does."""
    return ":".join([str(_ROOT), *(str(Path(place).absolute()) for place in sys.path)])


def _ask(connection: socket.socket, data: bytes, max_s: float, deadline: float) -> Samples:
    """Return the sound of a file.

    Raises:
        Undecodable: the answer says so, or is none.
        Ended: there is no answer.
        TimeoutError: there is none yet.
    """
    send(connection, QUESTION.pack(max_s, len(data)), deadline)
    send(connection, data, deadline)
    kind, size = ANSWER.unpack(receive_bytes(connection, ANSWER.size, deadline))
    if kind == SAMPLES and size % 4 == 0 and size <= 4 * SAMPLE_RATE * (max_s + _OVER_S):
        samples = np.empty(size // 4, np.float32)
        receive(connection, samples.view(np.uint8).data, deadline)
        if np.isfinite(samples).all():
            return samples
    elif kind in (DEFECT, *REFUSALS) and size <= LONGEST_TEXT:
        words = receive_bytes(connection, size, deadline).decode(errors="replace")
        if kind in REFUSALS:
            raise REFUSALS[kind](words)
        log.error("decoding a recording failed: %s", words)
    raise Damaged("decoding it fails")
