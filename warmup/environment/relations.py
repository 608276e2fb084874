"""Variables that mean something only together: the allocator's two, and the GPUs that are left to see."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from warmup.environment.allocator import SAFE, check, repaired
from warmup.environment.foreign import ALLOCATOR
from warmup.environment.judge import Check, stripped
from warmup.report import Finding


def allocator(environment: Mapping[str, str], torch_version: str) -> Check:
    """Look at the two variables of torch's allocator; a value that torch would reject gives way to `SAFE`.

    Only the one that this torch reads is looked into: advice on both would contradict itself.
    """
    if not (found := re.match(r"(\d+)\.(\d+)", torch_version)):
        return Check()  # torch isn't installed, which its import will say
    old, new = ALLOCATOR
    changes: dict[str, str | None] = {}
    values = {name: environment[name] for name in ALLOCATOR if name in environment}
    for name in [name for name, value in values.items() if not stripped(name, value)[0]]:
        changes[name] = None
        del values[name]
    findings = []
    if new in values and old in values:
        findings.append(Finding("warning", new, f"is not read when {old} is set too", f"unset {new}"))
        changes[new] = None
    elif new in values and (int(found[1]), int(found[2])) < (2, 10):
        problem = f"is not read by the CUDA allocator of torch {torch_version}"
        findings.append(Finding("warning", new, problem, f"{old}={repaired(values[new], torch_version)}"))
        changes[new] = None
    read = next((name for name in ALLOCATOR if name in values and name not in changes), None)
    if read is None:
        return Check(tuple(findings), changes=changes)
    about, refused = _grammar(read, values[read], torch_version)
    return Check((*about, *findings), changes=changes | ({read: SAFE} if refused else {}))


def _grammar(name: str, value: str, torch_version: str) -> tuple[list[Finding], bool]:
    """Return what is wrong with a value, and whether torch would refuse it."""
    mended = f"{name}={repaired(value, torch_version)}"
    found = check(value, torch_version)
    findings = [replace(finding, subject=name, fix=finding.fix and mended) for finding in found]
    refused = any(finding.level == "error" for finding in found)
    if refused:
        findings.append(Finding("note", name, f"torch {torch_version} would reject its value; {SAFE} is used"))
    return findings, refused


def gpus(environment: Mapping[str, str]) -> Check:
    """Look whether a list of no GPUs is left to CUDA, to which it isn't unset."""
    name = "CUDA_VISIBLE_DEVICES"
    if name not in environment or stripped(name, environment[name])[0]:
        return Check()
    return Check((Finding("warning", name, "hides every GPU from this worker", f"unset {name}"),))
