"""The worker's settings: one table, read once, before torch and the SDK are imported.

Every variable that the worker, torch, the Hugging Face hub or the SDK reads is looked at here; what isn't
ours stands in `warmup/variables.py`.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from warmup.kinds import FALSE, PATH, TRUE, Between, Choice, Flag, Kind, Pattern, Text
from warmup.report import Finding
from warmup.variables import FOREIGN, allocator, judge, relations, unknown


@dataclass(frozen=True)
class Settings:
    """What the operator decides. Field `model` is the variable `TTS_MODEL`, and so on."""

    model: str = "auto"
    model_config: str | None = None
    vocab: str | None = None
    vocoder: str | None = None
    asr_model: str | None = None
    attention: str = "auto"
    flash_attn: str = "auto"
    flash_attn_wheels: str | None = None
    dtype: str = "auto"
    device: str = "auto"
    max_batch_frames: int | None = None
    concurrency: int = 2
    cache_dir: str | None = None
    volume_dir: str = "/runpod-volume"
    allow_download: bool = True
    max_text_chars: int = 20_000
    inline_limit_mb: int = 10
    log_level: str = "INFO"
    strict_env: bool = False
    on_runpod: bool = False
    gpu_promised: bool = False  # RUNPOD_GPU_COUNT
    offline: bool = False  # HF_HUB_OFFLINE
    hub_cache: str = "~/.cache/huggingface/hub"  # of the hub's own library

    def shown(self) -> dict[str, Any]:
        """Return the settings in force, by variable."""
        values = {f"TTS_{name.upper()}": value for name, value in asdict(self).items()}
        return {name: values[name] for name in TABLE}


@dataclass(frozen=True)
class Variable:
    """One row of the table: what may stand there, and what it means."""

    kind: Kind
    meaning: str


TABLE: dict[str, Variable] = {
    "TTS_MODEL": Variable(
        Text("auto / demo / F5TTS_v1_Base / F5TTS_Base / path"),
        "Which weights. `auto`: F5TTS_v1_Base if it is on the machine, else on RunPod a download, else the demo.",
    ),
    "TTS_MODEL_CONFIG": Variable(
        PATH, "YAML in the form of `f5_tts/configs`, or a packaged name, when TTS_MODEL is a path."
    ),
    "TTS_VOCAB": Variable(PATH, "`vocab.txt` when TTS_MODEL is a path; left out: the one of the f5-tts package."),
    "TTS_VOCODER": Variable(PATH, "Folder of a Vocos (`config.yaml` and weights); left out: charactr/vocos-mel-24khz."),
    "TTS_ASR_MODEL": Variable(
        PATH, "Folder of a faster-whisper model; left out: looked for in the caches. So far only reported."
    ),
    "TTS_ATTENTION": Variable(
        Choice(("auto", "flash_attn", "torch_varlen", "sdpa"), others=(("torch", "sdpa"),)),  # as upstream has it
        "Attention kernel; `auto` takes a variable-length one if it runs here, else sdpa.",
    ),
    "TTS_FLASH_ATTN": Variable(
        Choice(("auto", "off", "require"), others=(*((no, "off") for no in FALSE), *((yes, "auto") for yes in TRUE))),
        "Whether to get the flash_attn build that fits this machine; `require`: no serving without it.",
    ),
    "TTS_FLASH_ATTN_WHEELS": Variable(
        PATH, "A manifest in the form of `warmup/wheels.json` to use instead of it, for a mirror."
    ),
    "TTS_DTYPE": Variable(
        Choice(("auto", "float16", "bfloat16", "float32"), others=(("half", "float16"), ("fp32", "float32"))),
        "Precision; `auto`: float16 on a GPU, float32 on a CPU.",
    ),
    "TTS_DEVICE": Variable(Pattern(r"auto|cpu|cuda(:\d+)?", "auto / cpu / cuda / cuda:N"), "Where to compute."),
    "TTS_MAX_BATCH_FRAMES": Variable(
        Between(4_096, 1_048_576),
        "Mel frames in the network at once; left out: 32768 on a GPU, one chunk on a CPU, where more is no faster.",
    ),
    "TTS_CONCURRENCY": Variable(Between(1, 64), "Jobs in progress at once; they share the device."),
    "TTS_CACHE_DIR": Variable(
        PATH,
        "Where downloads and half-precision copies are kept; left out: `worker-f5-tts` on the volume, else the "
        "hub's own cache and `~/.cache/worker-f5-tts`.",
    ),
    "TTS_VOLUME_DIR": Variable(PATH, "Where a network volume is mounted; on a Pod that is /workspace."),
    "TTS_ALLOW_DOWNLOAD": Variable(Flag(), "Whether missing weights and wheels may be downloaded."),
    "TTS_MAX_TEXT_CHARS": Variable(Between(1, 20_000), "Longest text of a job."),
    "TTS_INLINE_LIMIT_MB": Variable(
        Between(1, 20), "Largest reply; the platform takes 10 MB (/run) or 20 MB (/runsync)."
    ),
    "TTS_LOG_LEVEL": Variable(Choice(("DEBUG", "INFO", "WARNING", "ERROR")), "How much the log says."),
    "TTS_STRICT_ENV": Variable(
        Flag(), "Whether a wrong variable ends the start; else it is mended or left at its default, and reported."
    ),
}


@dataclass(frozen=True)
class Environment:
    """What an environment amounts to."""

    settings: Settings
    findings: tuple[Finding, ...] = ()
    changes: tuple[tuple[str, str | None], ...] = ()  # for os.environ before torch and the SDK load; None removes
    seconds: float = 0.0  # that looking took


def examine(environment: Mapping[str, str], torch_version: str) -> Environment:
    """Return settings, findings and repairs of an environment. Reads nothing else, imports nothing heavy.

    Args:
        environment: all variables.
        torch_version: of the torch that will be imported; its allocator's grammar depends on it.
    """
    values: dict[str, Any] = {}
    findings: list[Finding] = []
    changes: dict[str, str | None] = {}
    for name, variable in TABLE.items():
        default = Settings().shown()[name]
        verdict = judge(name, environment.get(name), variable.kind, None if default is None else str(default))
        findings += verdict.findings
        if verdict.text is not None:
            values[name.removeprefix("TTS_").lower()] = variable.kind.read(verdict.text)
    for name, kind in FOREIGN.items():
        verdict = judge(name, environment.get(name), kind, None)
        findings += verdict.findings
        empty = verdict.text is None and not verdict.findings
        if verdict.text != environment.get(name) and not (empty and name == "CUDA_VISIBLE_DEVICES"):  # it hides GPUs
            changes[name] = verdict.text
    mended = {name: text for name, text in {**environment, **changes}.items() if text is not None}
    for check in (allocator(environment, torch_version), relations(mended), unknown(environment, TABLE)):
        findings += check.findings
        changes |= check.changes
    in_force = {**environment, **changes}
    settings = Settings(
        **values,
        on_runpod=bool(in_force.get("RUNPOD_ENDPOINT_ID")),
        gpu_promised=(in_force.get("RUNPOD_GPU_COUNT") or "0").strip("0").isdecimal(),
        offline=_yes(in_force.get("HF_HUB_OFFLINE") or in_force.get("TRANSFORMERS_OFFLINE")),  # as the hub has it
        hub_cache=_hub_cache(in_force),
    )
    return Environment(settings, tuple(findings), tuple(changes.items()))


def _yes(text: str | None) -> bool:
    return text is not None and bool(Flag().read(text))


def _hub_cache(environment: Mapping[str, str | None]) -> str:
    """Return the folder that huggingface_hub uses, whose import takes half a second."""
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if environment.get(name):
            return os.path.expanduser(str(environment[name]))
    home = environment.get("HF_HOME") or f"{environment.get('XDG_CACHE_HOME') or '~/.cache'}/huggingface"
    return os.path.expanduser(f"{home}/hub")


def prepare() -> Environment:
    """Read this process's environment, mend what can't stand, and set what the SDK and torch read while they load.

    The SDK's default log level is DEBUG, at which it prints every request's text and audio. Threads of torch
    that wait for each other spin for milliseconds by default: on 2 cores that another process keeps busy, a job
    of 0.6 s then took 15.6 s, with the shorter spin 1.3 s (and 0.6 to 0.8 s on idle cores).

    Raises:
        SystemExit: a variable is wrong and TTS_STRICT_ENV is set; the findings are on stderr.
    """
    began = time.perf_counter()
    found = examine(os.environ, installed_torch())
    errors = [finding for finding in found.findings if finding.level == "error"]
    if errors and found.settings.strict_env:
        lines = "".join(f"\nERROR  | {finding}" for finding in errors)
        sys.exit(f"ERROR  | TTS_STRICT_ENV is set and the environment is wrong:{lines}")
    for name, text in found.changes:
        os.environ.pop(name, None)
        if text is not None:
            os.environ[name] = text
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    if "RUNPOD_DEBUG_LEVEL" not in os.environ:
        os.environ.setdefault("RUNPOD_LOG_LEVEL", "INFO")
    return replace(found, seconds=round(time.perf_counter() - began, 3))


def installed_torch() -> str:
    """Return the version of the torch that `import torch` would load, without loading it."""
    try:
        return version("torch")
    except PackageNotFoundError:
        return "0"
