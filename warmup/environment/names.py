"""Names that nobody reads: unknown settings of ours, slips in anyone's, and what has no effect here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from warmup.environment.foreign import ALLOCATOR, FOREIGN, IDLE, INJECTED, MISNAMED
from warmup.environment.judge import Check, shown, stripped
from warmup.report import Finding

_OURS = "TTS_"
_NEAR = 0.75  # similarity of a setting's name without TTS_, by which it is known to be meant for us


def unread(environment: Mapping[str, str], ours: Collection[str]) -> Check:
    """Look for variables that have no effect.

    Args:
        environment: as it was given.
        ours: names of the worker's settings.
    """
    known = {*ours, *FOREIGN, *ALLOCATOR, *INJECTED}
    findings = [_idle(name, environment) for name in IDLE if stripped(name, environment.get(name, ""))[0]]
    for name in sorted(environment.keys() - known - IDLE.keys()):
        if name.lower() in FOREIGN:  # proxies, in any case
            continue
        near = meant(name, ours)
        if near and stripped(name, environment[name])[0]:
            findings.append(_misspelt(name, near, environment))
        elif name.upper().startswith(_OURS):
            findings.append(Finding("warning", name, "is no setting of this worker", f"unset {name}"))
    return Check(tuple(findings))


def meant(name: str, ours: Collection[str]) -> str:
    """Return the name that an unknown one was meant to be; nothing unless it is for us, or only a slip away."""
    written = name.upper()
    if written.startswith(_OURS):
        # All of ours begin alike, which would make any two of them similar.
        ends = {other.removeprefix(_OURS): other for other in ours}
        near = get_close_matches(written.removeprefix(_OURS), ends, 1, _NEAR)
        return ends[near[0]] if near else ""
    return MISNAMED.get(written) or _slipped(written, (*ours, *FOREIGN, *ALLOCATOR))


def _slipped(written: str, names: Iterable[str]) -> str:
    """Return the name that has one letter less, more or other, or two exchanged; the first is hardly ever wrong."""
    for name in names:
        if name[0] != written[:1] or abs(len(name) - len(written)) > 1:
            continue
        start = _alike(name, written)
        left, right = name[start:], written[start:]
        end = _alike(left[::-1], right[::-1])
        left, right = left[: len(left) - end], right[: len(right) - end]
        if max(len(left), len(right)) <= 1 or (len(left) == 2 and left == right[::-1]):
            return name
    return ""


def _alike(one: str, other: str) -> int:
    """Return how many letters two words share before they differ."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _misspelt(name: str, near: str, environment: Mapping[str, str]) -> Finding:
    value = stripped(name, environment[name])[0]
    fix = f"unset {name}" if near in environment else f"{near}={shown(f'{name.upper()} {near}', value)}"
    return Finding("warning", name, f"is read by nobody; did you mean {near}?", fix)


def _idle(name: str, environment: Mapping[str, str]) -> Finding:
    return Finding("warning", name, f"has no effect: {IDLE[name]}", f"unset {name}")
