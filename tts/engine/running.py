"""A chunk on its way through the steps, and the job that it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress

from torch import Tensor

from tts.engine.chunk import Chunk, Sound
from tts.engine.schedule import schedule
from tts.model.dit import DiT

Progress = Callable[[int, int, int], None]  # steps done, steps in all, chunks sampled to the end


class Running:
    """A chunk and where it stands. Paused or not, its state is its own."""

    def __init__(
        self, speech: Speech, chunk: Chunk, number: int, due: float, noise: Future[Tensor], network: DiT
    ) -> None:
        self.speech = speech
        self.chunk = chunk
        self.number = number  # in its job, from 1
        self.due = due
        self.rows = chunk.rows
        self.alone = chunk.alone
        self.noise = noise  # (frames, 100) float32
        self.sound: Future[Sound] = Future()
        self.device_s = 0.0
        self.shared = False  # a step with others
        self.ran_out = False  # of memory, alone in a step
        self.again = False  # made a second time
        self._start(network)

    def start_again(self, network: DiT) -> None:
        """Begin anew, alone, with another network."""
        self.again = self.alone = True
        self._start(network)

    def _start(self, network: DiT) -> None:
        self.network = network
        self.at = 0  # steps done
        self.times = schedule(self.chunk.guidance.steps, self.chunk.guidance.sway).tolist()
        self.state: Tensor | None = None  # (frames, 100) float32, once it has joined
        self.context: Tensor | None = None  # (rows, dim)

    def leave(self) -> None:
        """Free what only steps need; a job's other chunks may go on for long."""
        self.state = self.context = None
        self.noise = Future()

    @property
    def done(self) -> bool:
        """Whether all steps are."""
        return self.at == self.chunk.guidance.steps


class Speech:
    """A job's chunks."""

    def __init__(self, progress: Progress | None = None) -> None:
        self.chunks: list[Running] = []
        self._progress = progress
        self._done = 0

    @property
    def ended(self) -> bool:
        """Whether every chunk is said, failed or cancelled."""
        return all(one.sound.done() for one in self.chunks)

    def step_done(self) -> None:
        """Tell who watches that a chunk is one step further."""
        steps = sum(one.chunk.guidance.steps for one in self.chunks)
        self._done = min(self._done + 1, steps)  # a chunk that is made again has more steps than were counted
        if self._progress is not None:
            self._progress(self._done, steps, sum(one.done for one in self.chunks))

    def fail(self, error: BaseException) -> None:
        """End the job with an error: chunks that are said stay so, the others fail."""
        for one in self.chunks:
            with suppress(InvalidStateError):
                one.sound.set_exception(error)

    def cancel(self) -> None:
        """End the job; nobody waits for it any longer."""
        for one in self.chunks:
            one.sound.cancel()
