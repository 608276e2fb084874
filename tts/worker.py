"""Jobs in, replies out: the typed contract around a synthesizer, and the one place that catches everything."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cli.terminal import StepBar, summary
from tts.api import HealthRequest, parse
from tts.errors import Internal, RequestError
from tts.synthesizer import Synthesizer

log = logging.getLogger("worker")


@dataclass
class Worker:
    """Answers jobs with a loaded model. Safe to use from many tasks of one event loop."""

    synthesizer: Synthesizer
    max_text_chars: int
    local: bool = True  # a person is watching: results are summed up on standard output
    warmup: Callable[[], dict[str, Any]] = dict  # the report of the start, for `health`

    async def handle(self, job: dict[str, Any]) -> dict[str, Any]:
        """Return the reply to a job, or `{"error": {...}}`, which the platform shows as FAILED.

        Args:
            job: `{"id": ..., "input": {...}}`, as the SDK hands it over.
        """
        job_id = str(job.get("id", "job"))
        try:
            return await self._answer(job_id, job.get("input"))
        except RequestError as error:
            log.warning("job %s refused: %s", job_id, error.code)
            return self._failed(error)
        except Exception:  # the one place where a defect becomes a reply
            log.exception("job %s failed", job_id)
            return self._failed(Internal("the worker failed", f"report it with the job's id, {job_id}"))

    async def _answer(self, job_id: str, given: Any) -> dict[str, Any]:
        request = parse(given, self.max_text_chars)
        if isinstance(request, HealthRequest):
            return self.synthesizer.health(self.warmup()).model_dump()
        with StepBar() as progress:
            reply = await self.synthesizer.synthesize(request, job_id, progress)
        if self.local:
            print(summary(reply), flush=True)
        log.info("job %s done: %.2f s of audio in %.2f s", job_id, reply.audio.duration_s, reply.timing.total_s)
        return reply.model_dump(exclude_none=True)

    def _failed(self, error: RequestError) -> dict[str, Any]:
        self.synthesizer.counters["jobs_failed"] += 1
        return {"error": error.as_dict()}
