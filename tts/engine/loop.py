"""The thread that owns the device: one round after the other, chunks joining and leaving between them.

A device that fails for good (an error that lasts, a kernel that never ends, a thread that died) is noticed once: all
that wait and all that come are answered with `Retry`.
"""

from __future__ import annotations

import logging
from threading import Condition, Thread

import torch

from tts.engine.budget import Budget
from tts.engine.rounds import Rounds
from tts.engine.running import Running, Speech
from tts.engine.watchdog import Watchdog
from tts.errors import Retry
from tts.model.vocos import Vocos

log = logging.getLogger("worker")


class Loop:
    """Says what is handed in, as many chunks at once as fit the budget."""

    def __init__(self, device: torch.device, vocoder: Vocos, backend: str, budget: Budget) -> None:
        self.failure = ""  # why no more is said; empty while it is
        watchdog = Watchdog(lambda limit_s: self._fail(f"a step didn't end within {limit_s:.0f} s"))
        self._rounds = Rounds(device, vocoder, backend, budget, watchdog.over)
        self._speeches: list[Speech] = []
        self._news = Condition()  # over `failure` and `_speeches`
        # A daemon: a kernel that never ends mustn't hold the end of the process.
        Thread(target=self._run, name="device", daemon=True).start()

    def say(self, speech: Speech) -> None:
        """Take in a job; its chunks' futures tell what comes of it.

        Raises:
            Retry: the device has failed.
        """
        with self._news:
            if self.failure:
                raise _failed()
            self._speeches.append(speech)
            self._news.notify()

    def _run(self) -> None:
        try:
            with torch.inference_mode():
                while not self.failure:
                    self._rounds.round(self._living())
        except BaseException as error:  # whatever ends this thread, nobody may wait for it
            log.exception("the device's thread ends")
            self._fail(f"{type(error).__name__}: {error}".partition("\n")[0])

    def _living(self) -> list[Running]:
        """Return all chunks that somebody waits for; wait until there are some."""
        with self._news:
            while True:
                self._speeches = [speech for speech in self._speeches if not speech.ended]
                living = [one for speech in self._speeches for one in speech.chunks if not one.sound.done()]
                if living:
                    return living
                self._rounds.rest()
                self._news.wait()

    def _fail(self, why: str) -> None:
        with self._news:
            if self.failure:
                return
            self.failure = why
            left = self._speeches
        log.error("the device failed, and this worker with it: %s", why)
        for speech in left:
            speech.fail(_failed())


def _failed() -> Retry:
    return Retry("the device of this worker failed", "send the job again; another worker will take it")
