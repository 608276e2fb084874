"""From an environment to a worker that is ready to serve, or to the reason why none is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from threading import Thread
from typing import TYPE_CHECKING, Any

from tts.errors import ModelError, RequestError
from warmup.ahead import read_ahead, to_read
from warmup.environment.examine import Environment
from warmup.environment.settings import Settings
from warmup.machine import detect, visible_gpus
from warmup.report import Finding, HostProblem, Phases, Report, log_to_stderr, one_line
from warmup.storage import storage
from warmup.weights.find import bring, look
from warmup.weights.upkeep import upkeep
from warmup.weights.verify import disproved

if TYPE_CHECKING:
    from tts.api import Progress
    from tts.worker import Worker
    from warmup.load import Loaded

log = logging.getLogger("worker")
_CHECKS = ("gpu", "weights", "flash_attn", "warm_up", "start")
_WARM_UP = {"text": "Ready to speak.", "steps": 4, "seed": 0, "deliver": "inline"}


class UnfitHost(Exception):
    """This host failed to start a worker. The SDK sends it, with its trace, to the caller whose job is waiting."""

    __traceback__ = None

    def __init__(self, check: str) -> None:
        super().__init__(f"the worker failed to start ({check}) and is replaced; send the job again")


@dataclass
class Start:
    """How a start ended. Without a worker, `failure` says why: a `ModelError` will be the same at the next start."""

    report: Report
    worker: Worker | None = None
    failure: ModelError | HostProblem | None = None

    async def handle(self, job: dict[str, Any], progress: Progress | None = None) -> dict[str, Any]:
        """Answer a job: by the worker, or by one without a model, which tells why there is none."""
        return await self._answering.handle(job, progress)

    @cached_property
    def _answering(self) -> Worker:
        from tts.worker import Worker

        why = self.failure.for_callers if self.failure is not None else ""
        return self.worker or Worker(None, warmup=self.report.as_dict, failure=why)

    @property
    def broken(self) -> bool:
        """Whether the worker served, and can't any longer: its device failed."""
        return self.worker is not None and bool(self.worker.failure)

    def fitness_checks(self) -> list[Callable[[], None]]:
        """Return checks for the SDK to run before the first job; a failing one has the worker replaced."""
        return [self._check(name) for name in _CHECKS]

    def demand_fit_host(self) -> None:
        """Raise if another host may serve where this one can't.

        Raises:
            UnfitHost: without trace and details; the report in the log has them.
        """
        if isinstance(self.failure, HostProblem):
            raise UnfitHost(self.failure.check)

    def _check(self, name: str) -> Callable[[], None]:
        def check() -> None:
            if isinstance(self.failure, HostProblem) and self.failure.check == name:
                raise self.failure

        check.__name__ = name  # which the SDK reports
        return check


def start(environment: Environment, *, warm_up: bool = True, quiet: bool = False) -> Start:
    """Load the model that the settings ask for, and say something with it.

    Nothing that goes wrong is raised: it is the outcome's `failure`, and its trace is in the log at DEBUG.

    Args:
        environment: as `prepare` or `examine` returns it.
        warm_up: whether a first synthesis ends the start; a process that serves a single job needs none.
        quiet: whether only problems are logged, because the caller shows the report.
    """
    settings = environment.settings
    log_to_stderr("ERROR" if quiet else settings.log_level)
    report = _opened(settings)
    report.findings += environment.findings
    report.seconds["environment"] = environment.seconds
    done = Start(report)
    try:
        done.worker = _attempt(settings, report, warm_up)
    except (ModelError, HostProblem) as error:
        done.failure = error
    report.problem = one_line(str(done.failure or ""))
    if not quiet:
        _tell(report, settings.on_runpod)
    return done


def ready(settings: Settings) -> Worker:
    """Return a worker for these settings, without a warm-up synthesis.

    Raises:
        ModelError: this machine can't serve what they ask for.
        HostProblem: it can't now.
    """
    log_to_stderr(settings.log_level)
    return _attempt(settings, _opened(settings), warm_up=False)


def _opened(settings: Settings) -> Report:
    return Report(settings.shown(), Settings().shown())


def _attempt(settings: Settings, report: Report, warm_up: bool) -> Worker:
    """Return a worker. Whatever else goes wrong is a HostProblem: a start without a reason is repeated without end."""
    try:
        return _worker(settings, report, warm_up)
    except Exception as error:
        log.debug("the start failed", exc_info=True)
        if isinstance(error, ModelError | HostProblem):
            raise
        if isinstance(error, OSError):  # a volume that is gone, a disk that can't be read
            raise HostProblem("weights", f"a file can't be used: {_first_line(error)}") from error
        raise HostProblem("start", f"the start failed: {_first_line(error)}") from error


def _worker(settings: Settings, report: Report, warm_up: bool) -> Worker:
    phases = Phases(report.seconds)
    keep = storage(settings)
    report.findings += keep.findings
    there = look(settings, keep)
    report.files += there.origins
    report.findings += there.findings
    files = bring(there)
    read_ahead(to_read(files, keep, settings))
    phases.end("files")
    with ThreadPoolExecutor(1) as background:
        asked = background.submit(visible_gpus)
        from tts.media.decoder import shared
        from tts.worker import Worker
        from warmup.load import load_sound  # torch, while other threads read the weights and ask for the GPUs

        phases.end("import")
        report.platform = detect(asked.result())
    phases.end("platform")
    try:
        files, loaded = load_sound(settings, files, keep, report.platform, phases)
    except RuntimeError as error:
        if not (report.platform.gpus or settings.gpu_promised):
            raise
        raise HostProblem("gpu", f"the model can't be loaded: {_first_line(error)}") from error
    report.files = list(files.origins)
    report.findings += [finding for finding in files.findings if finding not in report.findings]
    report.findings += loaded.findings
    _describe(loaded, report)
    worker = Worker(loaded.synthesizer, settings.max_text_chars, warmup=report.as_dict)
    if warm_up:
        shared().start()  # a process of its own, which is there before somebody's recording is
        try:
            _say_something(loaded, measure=settings.max_batch_frames is None)
        except HostProblem:  # a damaged file may be why, and would be at every start
            report.findings += disproved(files.pinned, keep)
            raise
        phases.end("warm_up")
    report.memory_gb = loaded.memory_gb()
    left = (files, loaded.checkpoint, loaded.dtype, keep, report.findings.append)
    Thread(target=upkeep, args=left, name="upkeep", daemon=True).start()
    if settings.model == "auto" and files.name == "demo":
        problem = "no F5-TTS weights on this machine: this is the embedded demo model, a toy to try the worker"
        report.findings.append(Finding("note", "TTS_MODEL", problem))
    return worker


def _say_something(loaded: Loaded, *, measure: bool) -> None:
    """Synthesize through the real path, so that the first job finds everything loaded, compiled and allocated.

    `measure`: whether a GPU's best number of rows in a step is looked for.
    """
    from tts.api import Job, SynthesizeRequest

    synthesizer = loaded.synthesizer
    try:
        reply = asyncio.run(synthesizer.synthesize(SynthesizeRequest.model_validate(_WARM_UP), Job("warm-up")))
        if measure and synthesizer.engine.device.type == "cuda":
            synthesizer.engine.find_budget()
    except RequestError as error:
        raise HostProblem("warm_up", f"the first synthesis failed: {synthesizer.failure or error}") from error
    except (RuntimeError, FloatingPointError, OSError, ImportError) as error:
        raise HostProblem("warm_up", f"the first synthesis failed: {_first_line(error)}") from error
    if reply.audio.duration_s <= 0:
        raise HostProblem("warm_up", "the first synthesis came out empty")


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip()}".partition("\n")[0].rstrip(": ")


def _describe(loaded: Loaded, report: Report) -> None:
    health = loaded.synthesizer
    report.platform = loaded.platform
    report.flash_attn = loaded.flash_attn.reason
    report.model = {
        "name": health.model,
        "device": str(health.engine.device),
        "dtype": loaded.dtype,
        "attention": health.engine.backend,
        "read from": str(loaded.checkpoint),
    }
    report.reasons = loaded.reasons


def _tell(report: Report, on_runpod: bool) -> None:
    """Log the whole report on the platform, where nobody asks for it; only what matters elsewhere."""
    levels = {"error": logging.ERROR, "warning": logging.WARNING, "note": logging.INFO}
    if on_runpod:  # as loud as the worst of it: with TTS_LOG_LEVEL=ERROR nothing else would tell why it can't serve
        worst = max((levels[finding.level] for finding in report.findings), default=logging.INFO)
        log.log(logging.ERROR if report.problem else worst, "warm-up: %s", report.text())
        return
    for finding in report.findings:
        log.log(levels[finding.level], "%s", finding)
    if not report.problem:
        log.info("model %s in %s", ", ".join(map(str, report.model.values())), report.seconds)
