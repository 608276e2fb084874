"""RunPod entry: read the settings, load the model, then serve one job after the other.

`python handler.py` alone runs test_input.json; `--test_input '{"input": {...}}'` runs a job from the command
line; `--rp_serve_api` serves the SDK's local HTTP API.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

from warmup.environment import SettingError, Settings, prepare

try:
    SETTINGS = prepare()  # before the SDK and torch, which read the environment while they load
except SettingError as error:
    sys.exit(f"ERROR  | {error}")

import runpod

from tts.api import HealthReply, HealthRequest, SynthesizeReply, parse
from tts.errors import Internal, ModelError, RequestError
from tts.synthesizer import Synthesizer
from tts.terminal import StepBar, summary
from warmup.start import Phases, log_to_stderr, start

log = logging.getLogger("worker")


class Worker:
    """Answers jobs with a loaded model."""

    def __init__(self, settings: Settings, synthesizer: Synthesizer, phases: Phases) -> None:
        self._settings = settings
        self._synthesizer = synthesizer
        self._phases = phases

    async def handle(self, job: dict[str, Any]) -> dict[str, Any]:
        """Return the reply to a job, or `{"error": {...}}`, which the platform shows as FAILED."""
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
        request = parse(given, self._settings.max_text_chars)
        if isinstance(request, HealthRequest):
            return self._health().model_dump()
        with StepBar() as progress:
            reply = await self._synthesizer.synthesize(request, job_id, progress)
        self._note(job_id, reply)
        return reply.model_dump(exclude_none=True)

    def _note(self, job_id: str, reply: SynthesizeReply) -> None:
        if self._settings.on_runpod:
            log.info("job %s done: %.2f s of audio, %s", job_id, reply.audio.duration_s, reply.timing)
        else:
            print(summary(reply), flush=True)

    def _failed(self, error: RequestError) -> dict[str, Any]:
        self._synthesizer.counters["jobs_failed"] += 1
        return {"error": error.as_dict()}

    def _health(self) -> HealthReply:
        return self._synthesizer.health(self._settings.shown(), self._phases.seconds)


def main() -> None:
    """Load the model and hand jobs from the SDK to it."""
    log_to_stderr(SETTINGS.log_level)
    try:
        worker = Worker(SETTINGS, *start(SETTINGS))
    except ModelError as error:
        sys.exit(f"ERROR  | {error}")
    runpod.serverless.start({"handler": worker.handle, "concurrency_modifier": lambda _: SETTINGS.concurrency})


if __name__ == "__main__":
    main()
