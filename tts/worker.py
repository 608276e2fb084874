"""Jobs in, replies out: the contract around a model, and the one place that catches everything."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from tts.api import ACTIONS, HealthReply, Job, Progress, SynthesizeReply, parse
from tts.errors import Internal, RequestError, Retry, WorkerUnusable
from tts.limits import TEXT_LIMIT
from tts.once import Once

if TYPE_CHECKING:
    from tts.synthesizer import Synthesizer
    from tts.voice.registry import Voices

log = logging.getLogger("worker")


class Worker:
    """Answers jobs. Safe to use from many tasks of one event loop.

    Args:
        synthesizer: the loaded model; None: this worker can't serve.
        max_text_chars: longest text of a job.
        warmup: returns the report of the start, for `health`.
        failure: why there is no model.
    """

    def __init__(
        self,
        synthesizer: Synthesizer | None,
        max_text_chars: int = TEXT_LIMIT,
        *,
        warmup: Callable[[], dict[str, Any]] = dict,
        failure: str = "",
    ) -> None:
        self.counters: Counter[str] = Counter(jobs_done=0, jobs_failed=0)
        self.audio_s = 0.0
        self._synthesizer = synthesizer
        self._max_text_chars = max_text_chars
        self._warmup = warmup
        self._failure = failure
        self._once = Once()

    async def handle(self, job: dict[str, Any], progress: Progress | None = None) -> dict[str, Any]:
        """Return the reply to a job, or `{"error": {...}}`, which the platform shows as FAILED.

        Args:
            job: `{"id": ..., "input": {...}}`, as the SDK hands it over, with `s3Config` if it brings a bucket along.
            progress: is told of steps as they are taken.
        """
        asked = Job(str(job.get("id", "job")), progress, job.get("s3Config"))
        try:
            return await self._answer(asked, job.get("input"))
        except RequestError as error:
            log.warning("job %s refused: %s", asked.id, error.code)
            error.__traceback__ = None  # or the recording stays, in frames that tasks refer to, until it is garbage
            return self._failed(error)
        except Exception:  # the one place where a defect becomes a reply
            log.exception("job %s failed", asked.id)
            return self._failed(Internal("the worker failed", f"report it with the job's id, {asked.id}"))

    @property
    def synthesizer(self) -> Synthesizer:
        """The loaded model.

        Raises:
            WorkerUnusable: there is none.
            Retry: its device has failed.
        """
        if self._synthesizer is None:
            hint = "nothing in the job can mend this; the endpoint's settings, or its image, can"
            raise WorkerUnusable(f"this worker can't serve: {self._failure}", hint)
        if self.failure:
            raise Retry("this worker's device has failed", "send the job again; another worker will take it")
        return self._synthesizer

    @property
    def failure(self) -> str:
        """Why a worker that served can't any longer; empty while it can."""
        return "" if self._synthesizer is None else self._synthesizer.failure

    async def health(self) -> HealthReply:
        """Tell what serves here, what the start found, and what was done since."""
        loaded = self._synthesizer
        about = {} if loaded is None else loaded.about()
        names, damaged = ([], []) if loaded is None else await asyncio.to_thread(_voices, loaded.voices)
        return HealthReply(
            model=about.get("model"),
            attention=about.get("attention"),
            device=about.get("device"),
            dtype=about.get("dtype"),
            failure=self.failure or None,
            voices=names,
            damaged_voices=damaged,
            warmup=self._warmup(),
            counters={**self.counters, "jobs_repeated": self._once.repeated, "audio_s": round(self.audio_s, 3)},
        )

    async def _answer(self, job: Job, given: Any) -> dict[str, Any]:
        request = parse(given, self._max_text_chars)
        action = ACTIONS[request.action]

        async def work() -> dict[str, Any]:
            reply = await action.answer(self, request, job)
            self._count(job, reply)
            return reply.model_dump(exclude_none=True)

        if not action.kept:
            return await work()
        key = getattr(request, "idempotency_key", None)
        return await self._once.answer(job.id, request, key, work, job.s3_config)

    def _count(self, job: Job, reply: BaseModel) -> None:
        if isinstance(reply, SynthesizeReply):
            self.counters["jobs_done"] += 1
            self.audio_s += reply.audio.duration_s
            log.info("job %s done: %.2f s of audio in %.2f s", job.id, reply.audio.duration_s, reply.timing.total_s)

    def _failed(self, error: RequestError) -> dict[str, Any]:
        self.counters["jobs_failed"] += 1
        return {"error": error.as_dict()}


def _voices(voices: Voices) -> tuple[list[str], list[str]]:
    """Return the names of voices, and what is wrong with those that can't be used."""
    try:
        damaged = [*voices.entries()[1], *voices.by_hand()[1]]
        return voices.names(), [f"{each.name}: {each.problem}" for each in damaged]
    except RequestError as error:  # a volume that is gone; the built-in ones are there
        return list(voices.built_in), [error.message]
