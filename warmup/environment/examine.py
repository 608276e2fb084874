"""An environment to settings, findings and repairs, before anything is imported that it could break.

Every variable that the worker, torch, the Hugging Face hub or the SDK reads is looked at here.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from warmup.environment.kinds import Flag
from warmup.environment.settings import TABLE, Settings
from warmup.environment.variables import FOREIGN, allocator, judge, relations, unknown
from warmup.report import Finding


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
