"""An environment to settings, findings and repairs, before anything is imported that it could break.

Every variable that the worker, torch, the Hugging Face hub, the SDK or the network reads is looked at here.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from io import TextIOWrapper
from typing import Any

from warmup import bucket
from warmup.environment.foreign import FOREIGN
from warmup.environment.judge import Check, expanded, judge
from warmup.environment.kinds import Flag
from warmup.environment.names import unread
from warmup.environment.relations import allocator, gpus
from warmup.environment.settings import TABLE, Settings, field_of
from warmup.report import Finding

# What the SDK and torch read while they load, where the operator says nothing.
DEFAULTS = {
    # Threads of torch that wait for each other spin for milliseconds by default: on 2 cores that another process keeps
    # busy, a job of 0.6 s then took 15.6 s, with the shorter spin 1.3 s (and 0.6 to 0.8 s on idle cores).
    "GOMP_SPINCOUNT": "1000",
    # Else SDK 2 answers the job that waits for a failed start with its trace and the last 16 KB of the log.
    "RUNPOD_LOG_CAPTURE": "off",
}


@dataclass(frozen=True)
class Environment:
    """What an environment amounts to."""

    settings: Settings
    findings: tuple[Finding, ...] = ()
    changes: tuple[tuple[str, str | None], ...] = ()  # for os.environ before torch and the SDK load; None removes
    seconds: float = 0.0  # that looking took


def examine(environment: Mapping[str, str], torch_version: str) -> Environment:
    """Return settings, findings and repairs of an environment.

    Looks at nothing else but files that variables name and that have to be there, and imports nothing heavy.

    Args:
        environment: all variables.
        torch_version: of the torch that will be imported; its allocator's grammar depends on it.
    """
    foreign, changes = _foreign(environment)
    mended = _after(environment, changes)
    ours, values = _ours(mended)
    together = (
        allocator(environment, torch_version),
        gpus(mended),
        bucket.together(values, mended),
        unread(environment, TABLE),
    )
    for check in together:
        changes |= check.changes
    findings = [finding for check in (*ours, *foreign, *together) for finding in check.findings]
    in_force = _after(environment, changes)
    settings = Settings(
        **values,
        on_runpod=bool(in_force.get("RUNPOD_ENDPOINT_ID")),
        gpu_promised=in_force.get("RUNPOD_GPU_COUNT", "0").strip("0").isdecimal(),
        offline=_yes(in_force.get("HF_HUB_OFFLINE") or in_force.get("TRANSFORMERS_OFFLINE")),  # as the hub has it
        hub_cache=_hub_cache(in_force),
    )
    return Environment(settings, tuple(findings), tuple(changes.items()))


def _foreign(environment: Mapping[str, str]) -> tuple[list[Check], dict[str, str | None]]:
    """Judge what others read; return what is to be changed of it, too."""
    checks: list[Check] = []
    changes: dict[str, str | None] = {}
    mended = dict(environment)  # what a later one may refer to
    for name, kind in FOREIGN.items():
        if name not in environment:
            continue
        check = judge(name, environment[name], kind, None, mended)
        checks.append(check)
        hides_gpus = name == "CUDA_VISIBLE_DEVICES" and check == Check()  # empty is not unset to CUDA
        if check.text != environment[name] and not hides_gpus:
            changes[name] = check.text
            mended = _after(environment, changes)
    return checks, changes


def _ours(environment: Mapping[str, str]) -> tuple[list[Check], dict[str, Any]]:
    """Judge the worker's own settings; return the values of those that are set, by field."""
    checks: list[Check] = []
    values: dict[str, Any] = {}
    defaults = Settings().shown()
    for name, variable in TABLE.items():
        if name not in environment:
            continue
        default = None if defaults[name] is None else str(defaults[name])
        check = judge(name, environment[name], variable.kind, default, environment)
        checks.append(check)
        if check.text is not None:
            values[field_of(name)] = check.value
    return checks, values


def _after(environment: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    return {name: text for name, text in {**environment, **changes}.items() if text is not None}


def _yes(text: str | None) -> bool:
    return text is not None and bool(Flag().read(text))


def _hub_cache(environment: Mapping[str, str]) -> str:
    """Return the folder that huggingface_hub uses, whose import takes half a second."""
    home = environment.get("HF_HOME") or f"{environment.get('XDG_CACHE_HOME') or '~/.cache'}/huggingface"
    named = [environment[name] for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") if name in environment]
    return expanded(next(iter(named), f"{home}/hub"), environment)


def prepare() -> Environment:
    """Read this process's environment, mend what can't stand, and set what the SDK and torch read while they load.

    The SDK's default log level is DEBUG, at which it prints every request's text and audio.

    Raises:
        SystemExit: a variable is wrong and TTS_STRICT_ENV is set; the findings are on stderr.
    """
    began = time.perf_counter()
    if isinstance(sys.stdout, TextIOWrapper):  # of a container without a locale, which has no letters but ASCII
        sys.stdout.reconfigure(errors="backslashreplace")
    found = examine(os.environ, installed_torch())
    errors = [finding for finding in found.findings if finding.level == "error"]
    if errors and found.settings.strict_env:
        lines = "".join(f"\nERROR  | {finding}" for finding in errors)
        sys.exit(f"ERROR  | TTS_STRICT_ENV is set and the environment is wrong:{lines}")
    for name, text in found.changes:
        os.environ.pop(name, None)
        if text is not None:
            os.environ[name] = text
    for name, text in DEFAULTS.items():
        os.environ.setdefault(name, text)
    if "RUNPOD_DEBUG_LEVEL" not in os.environ:
        os.environ.setdefault("RUNPOD_LOG_LEVEL", "INFO")
    return replace(found, seconds=round(time.perf_counter() - began, 3))


def installed_torch() -> str:
    """Return the version of the torch that `import torch` would load, without loading it."""
    try:
        return version("torch")
    except PackageNotFoundError:
        return "0"
