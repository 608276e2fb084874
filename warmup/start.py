"""From an environment to a worker that is ready to serve, or to the reason why none is."""

from __future__ import annotations

import asyncio
import logging
import resource
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from tts.errors import ModelError, RequestError, WorkerUnusable
from warmup.environment.examine import Environment
from warmup.environment.settings import Settings
from warmup.machine import detect, visible_gpus
from warmup.report import Finding, HostProblem, Phases, Report, log_to_stderr, one_line
from warmup.storage import Storage, storage
from warmup.weights import half
from warmup.weights.find import ModelFiles, find

if TYPE_CHECKING:
    from tts.worker import Worker
    from warmup.load import Loaded

log = logging.getLogger("worker")
_BLOCK = 8 << 20  # bytes
_CHECKS = ("gpu", "weights", "flash_attn", "warm_up", "start")
_WARM_UP = {"text": "Ready to speak.", "steps": 4, "seed": 0, "deliver": "inline"}


@dataclass
class Start:
    """How a start ended. Without a worker, `failure` says why: a `ModelError` will be the same at the next start."""

    report: Report
    worker: Worker | None = None
    failure: ModelError | HostProblem | None = None

    async def handle(self, job: dict[str, Any]) -> dict[str, Any]:
        """Answer a job: by the worker, or with the reason why there is none."""
        if self.worker is not None:
            return await self.worker.handle(job)
        given = job.get("input")
        if isinstance(given, dict) and given.get("action") == "health":
            return {"warmup": self.report.as_dict()}
        hint = "nothing in the job can mend this; the endpoint's settings, or its image, can"
        return {"error": WorkerUnusable(f"this worker can't serve: {self.failure}", hint).as_dict()}

    def fitness_checks(self) -> list[Callable[[], None]]:
        """Return checks for the SDK to run before the first job; a failing one has the worker replaced."""
        return [self._check(name) for name in _CHECKS]

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
    report = Report(
        settings.shown(),
        Settings().shown(),
        findings=list(environment.findings),
        seconds={"environment": environment.seconds},
    )
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
    return _attempt(settings, Report(settings.shown(), Settings().shown()), warm_up=False)


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
    files = find(settings, keep)
    report.files += files.origins
    report.findings += files.findings
    _read_ahead(_to_read(files, keep, settings))
    phases.end("files")
    with ThreadPoolExecutor(1) as background:
        asked = background.submit(visible_gpus)
        from tts.worker import Worker  # torch, while other threads read the weights and ask for the GPUs
        from warmup.load import load

        phases.end("import")
        report.platform = detect(asked.result())
    phases.end("platform")
    try:
        loaded = load(settings, files, keep, report.platform, phases)
    except RuntimeError as error:
        if not (report.platform.gpus or settings.gpu_promised):
            raise
        raise HostProblem("gpu", f"the model can't be loaded: {_first_line(error)}") from error
    _describe(loaded, report)
    worker = Worker(loaded.synthesizer, settings.max_text_chars, local=not settings.on_runpod, warmup=report.as_dict)
    if warm_up:
        _say_something(loaded)
        phases.end("warm_up")
    report.memory_gb = _memory_gb(loaded)
    if keep.lasting and loaded.dtype in half.DTYPES and loaded.checkpoint == files.checkpoint:
        copy = half.copy_path(keep.half, files.checkpoint, loaded.dtype)
        Thread(target=half.write_copy, args=(files.checkpoint, copy, loaded.dtype), daemon=True).start()
    if settings.model == "auto" and files.name == "demo":
        problem = "no F5-TTS weights on this machine: this is the embedded demo model, a toy to try the worker"
        report.findings.append(Finding("note", "TTS_MODEL", problem))
    return worker


def _to_read(files: ModelFiles, keep: Storage, settings: Settings) -> list[Path]:
    """Return what loading will read, as far as can be told before torch knows the device."""
    wanted = half.DTYPES if settings.dtype == "auto" else (settings.dtype,)
    copies = [half.copy_path(keep.half, files.checkpoint, dtype) for dtype in wanted] if keep.half.is_dir() else []
    return [next((copy for copy in copies if copy.exists()), files.checkpoint), files.vocoder_weights]


def _read_ahead(paths: Iterable[Path]) -> None:
    """Have these files in the kernel's memory by the time that they are mapped: reading waits, importing computes."""

    def read() -> None:
        block = bytearray(_BLOCK)
        for path in paths:
            with suppress(OSError), path.open("rb", buffering=0) as file:  # loading will say what is wrong
                while file.readinto(block):
                    pass

    Thread(target=read, name="read-ahead", daemon=True).start()


def _say_something(loaded: Loaded) -> None:
    """Synthesize through the real path, so that the first job finds everything loaded, compiled and allocated."""
    from tts.api import SynthesizeRequest

    synthesizer = loaded.synthesizer
    try:
        reply = asyncio.run(synthesizer.synthesize(SynthesizeRequest.model_validate(_WARM_UP), "warm-up"))
    except RequestError as error:
        raise HostProblem("warm_up", f"the first synthesis failed: {error}") from error
    except (RuntimeError, FloatingPointError, OSError, ImportError) as error:
        raise HostProblem("warm_up", f"the first synthesis failed: {_first_line(error)}") from error
    if reply.audio.duration_s <= 0:
        raise HostProblem("warm_up", "the first synthesis came out empty")
    synthesizer.reset_counters()


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
        "attention": health.engine.sampler.backend,
        "read from": str(loaded.checkpoint),
    }


def _memory_gb(loaded: Loaded) -> dict[str, float]:
    import torch

    found = {"process peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6}  # from kB
    device = loaded.synthesizer.engine.device
    if device.type == "cuda":
        free, total = torch.cuda.mem_get_info(device)
        found |= {"GPU used by torch": torch.cuda.max_memory_reserved(device) / 1e9}
        found |= {"GPU free": free / 1e9, "GPU total": total / 1e9}
    return {name: round(value, 3) for name, value in found.items()}


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
