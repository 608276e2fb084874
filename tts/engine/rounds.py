"""What is done in one round with the chunks that are on their way, and what is done when it fails.

Memory that runs out is tried again with less in a step; an error in a shared step is found again by steps alone; a
chunk that isn't finite begins anew in a wider precision. What can't be mended is told to the one job that it concerns.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import InvalidStateError
from contextlib import AbstractContextManager, nullcontext, suppress

import torch

from tts.clock import Samples
from tts.engine.arena import Arena
from tts.engine.budget import Budget
from tts.engine.chunk import Sound
from tts.engine.faults import outlives_its_job, ran_out_of_memory
from tts.engine.prepared import Prepared
from tts.engine.running import Running
from tts.engine.sound import NotFinite, sound, wider
from tts.engine.step import step
from tts.engine.turns import turn
from tts.errors import OutOfMemory
from tts.model.vocos import Vocos

Watch = Callable[[], AbstractContextManager[None]]  # over a piece of work that has to end
_IN_FLIGHT = 2  # steps that the device may be behind: joining, leaving and progress speak of what is computed
log = logging.getLogger("worker")


class Rounds:
    """Steps and sounds. Its methods run on the one thread that owns the device."""

    def __init__(
        self, device: torch.device, vocoder: Vocos, backend: str, budget: Budget, watch: Watch = nullcontext
    ) -> None:
        self._device = device
        self._vocoder = vocoder
        self._budget = budget
        self._watch = watch
        self._arena = Arena(backend)
        self._prepared = Prepared()
        self._in_flight: deque[torch.cuda.Event] = deque()  # where steps end that the device may still be at

    def round(self, living: Sequence[Running]) -> None:
        """Make the sound of a chunk whose steps are done; if there is none, take a step.

        Raises:
            RuntimeError: the device is beyond use.
        """
        done = next((one for one in living if one.done), None)
        if done is not None:
            return self._finish(done)
        chosen = turn(living, self._budget.frames)
        if self._attempt(chosen, lambda: self._step(chosen)):
            for one in chosen:
                one.at += 1
                one.shared |= len(chosen) > 1
                _tell(one)

    def rest(self) -> None:
        """Free what is kept for a next step: nothing goes on from the last one."""
        self._arena.forget()

    def _step(self, chosen: Sequence[Running]) -> None:
        for one in chosen:
            if one.state is None:
                self._prepared.join(one)
        packed = self._arena.pack(chosen)
        step(chosen[0].network, packed, self._prepared.modulation(packed.chunks), self._prepared.pace(packed.chunks))
        self._keep_pace()

    def _keep_pace(self) -> None:
        """Wait for the step before the last, or all would be handed to the device at once."""
        if self._device.type == "cuda":
            self._in_flight.append(torch.cuda.Event())
            self._in_flight[-1].record()
            if len(self._in_flight) > _IN_FLIGHT:
                self._in_flight.popleft().synchronize()

    def _finish(self, one: Running) -> None:
        made: list[Samples] = []
        if self._attempt([one], lambda: made.append(self._sound(one))):
            with suppress(InvalidStateError):  # cancelled meanwhile
                one.sound.set_result(Sound(made[0], one.device_s, one.shared))
            one.leave()

    def _sound(self, one: Running) -> Samples:
        return sound(self._vocoder, one)

    def _attempt(self, chosen: Sequence[Running], work: Callable[[], None]) -> bool:
        """Do work for some chunks, whose time it is; return whether it succeeded. If not, it is mended, or told."""
        began = time.perf_counter()
        problem: Exception | None = None
        try:
            with self._watch():
                work()
        except Exception as error:
            # With the trace go the tensors that its frames hold.
            problem = error.with_traceback(None) if ran_out_of_memory(error) else error
        took, rows = time.perf_counter() - began, sum(one.rows for one in chosen)
        for one in chosen:
            one.device_s += took * one.rows / rows
        if problem is not None:
            self._mend(chosen, problem)
            return False
        for one in chosen:
            one.ran_out = False
        return True

    def _mend(self, chosen: Sequence[Running], error: Exception) -> None:
        if outlives_its_job(error, self._device):
            raise error
        if ran_out_of_memory(error):
            self._make_room(chosen)
        elif len(chosen) > 1:
            for one in chosen:  # whose error it is shows when everyone goes on alone
                one.alone = True
        elif isinstance(error, NotFinite) and not chosen[0].again:
            self._attempt(chosen, lambda: _make_again(chosen[0], error))
        else:
            chosen[0].speech.fail(error)

    def _make_room(self, chosen: Sequence[Running]) -> None:
        self._arena.forget()
        self._prepared.forget()
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        if len(chosen) > 1:
            self._budget.ran_out(sum(one.rows for one in chosen))
        elif chosen[0].ran_out:
            chosen[0].speech.fail(_too_little_memory())
        else:
            chosen[0].ran_out = True


def _make_again(one: Running, error: NotFinite) -> None:
    network = wider(one.network)
    log.warning("%s; it is made again in %s", error, network.dtype)
    one.start_again(network)


def _tell(one: Running) -> None:
    try:
        one.speech.step_done()
    except Exception as error:  # of who watches
        one.speech.fail(error)


def _too_little_memory() -> OutOfMemory:
    return OutOfMemory(
        "the device has too little memory for one chunk of this text",
        "use a shorter reference recording, or a worker with more GPU memory",
    )
