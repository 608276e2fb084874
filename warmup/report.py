"""What the warm-up found: findings with their fixes, and the whole report, for people and for machines.

No text of a report shows a login: addresses come in settings, in paths and in what libraries say of them.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from warmup.machine import Platform

Level = Literal["error", "warning", "note"]
_LEVELS: tuple[Level, ...] = ("error", "warning", "note")  # the worst first
_LOGIN = re.compile(r"(?<=//)\S*@|(?<![^\s=])[^\s/=]+:(?!//)\S*@")  # with a scheme or without one
_COLOURS = {"error": "31;1", "warning": "33", "note": "36", "title": "1", "good": "32"}


@dataclass(frozen=True)
class Finding:
    """One thing that an operator should know, in one line."""

    level: Level  # error: not usable as it stands; warning: works, but not as meant; note: good to know
    subject: str  # the variable, file or device
    problem: str  # what is wrong; never a secret's value
    fix: str = ""  # what to paste or do

    def __str__(self) -> str:
        return one_line(f"{self.subject}: {self.problem}" + (f" -> {self.fix}" if self.fix else ""))


@dataclass(frozen=True)
class Origin:
    """Where one file came from."""

    role: str
    path: Path
    source: str
    seconds: float  # that finding or downloading it took
    size_mb: float  # 10^6 bytes


class HostProblem(Exception):
    """Something that another try, or another host, may not have. `check` names the fitness check that it fails.

    Its text is the operator's, with paths and variables; `for_callers` holds neither.
    """

    for_callers = "its host failed it; the worker is replaced"

    def __init__(self, check: str, problem: str) -> None:
        super().__init__(problem)
        self.check = check


def without_logins(text: str) -> str:
    """Return a text without the user names and passwords of addresses in it."""
    return _LOGIN.sub("<login>@", text)


def one_line(text: str) -> str:
    """Return a text as one line of a report, whatever is in it."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in without_logins(text))


class Phases:
    """A stopwatch over the phases of a start."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self.seconds = seconds  # by phase, in the order of their ends
        self._last = time.perf_counter()

    def end(self, phase: str) -> None:
        """Note that a phase ends now."""
        now = time.perf_counter()
        self.seconds[phase] = round(now - self._last, 3)
        self._last = now


def log_to_stderr(level: str) -> None:
    """Send this program's log to stderr, whatever handlers imported libraries have installed."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)-7s| %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("httpx").setLevel("WARNING")  # or it logs the address of every request, signed ones too


@dataclass
class Report:
    """Everything that a start found out, filled in while it goes on."""

    settings: dict[str, Any] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)  # of the settings
    problem: str = ""  # why this worker can't serve; empty if it can
    platform: Platform | None = None
    model: dict[str, Any] = field(default_factory=dict)  # name, device, dtype, attention
    reasons: dict[str, str] = field(default_factory=dict)  # for what was chosen of these
    flash_attn: str = ""  # the decision in a sentence
    files: list[Origin] = field(default_factory=list)
    memory_gb: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)  # of every phase of the start
    findings: list[Finding] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON takes it."""
        found: dict[str, Any] = _clean(
            {
                "serving": not self.problem,
                "problem": self.problem or None,
                "platform": None if self.platform is None else asdict(self.platform),
                "model": self.model,
                "reasons": self.reasons,
                "flash_attn": self.flash_attn,
                "files": [
                    {
                        "role": origin.role,
                        "path": str(origin.path),
                        "source": origin.source,
                        "size_mb": origin.size_mb,
                        "seconds": origin.seconds,
                    }
                    for origin in self.files
                ],
                "memory_gb": self.memory_gb,
                "seconds": self.seconds,
                "settings": self.settings,
                "findings": [asdict(finding) for finding in self.findings],
            }
        )
        return found

    def text(self, colours: bool = False) -> str:
        """Return the report as people read it."""
        return "\n".join(self._lines(colours))

    def _lines(self, colours: bool) -> Iterator[str]:
        def paint(text: str, colour: str) -> str:
            return f"\033[{_COLOURS[colour]}m{text}\033[0m" if colours else text

        yield paint(self._verdict(), "error" if self.problem else "good")
        if self.findings:
            yield paint("findings", "title")
            for finding in sorted(self.findings, key=lambda finding: _LEVELS.index(finding.level)):
                yield f"  {paint(f'{finding.level:7}', finding.level)}  {finding}"
        for title, rows in self._tables():
            if rows:
                yield paint(title, "title")
                width = max(len(name) for name, _ in rows)
                yield from (f"  {name:{width}}  {one_line(value)}" for name, value in rows)

    def _verdict(self) -> str:
        """Say whether this worker can serve, and how much there is to mend."""
        levels = [finding.level for finding in self.findings]
        counts = [(level, levels.count(level)) for level in ("error", "warning")]
        told = ", ".join(f"{count} {level}{'s' * (count > 1)}" for level, count in counts if count)
        verdict = f"cannot serve: {one_line(self.problem)}" if self.problem else "ready to serve"
        return f"{verdict} ({told})" if self.problem and told else f"{verdict}, {told}" if told else verdict

    def _because(self, name: str) -> str:
        return f" ({self.reasons[name]})" if self.reasons.get(name) else ""

    def _tables(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        machine = self.platform
        if machine is not None:
            gpus = [(f"gpu {number}", _gpu(gpu)) for number, gpu in enumerate(machine.gpus)] or [("gpu", "none")]
            built = f"CUDA {machine.cuda_version}" if machine.cuda_version else "no CUDA"
            torch = f"{machine.torch_version}, {built}, C++11 ABI {int(machine.cxx11_abi)}"
            driver = [("driver", machine.driver_version)] if machine.driver_version else []
            base = f"{machine.python_tag}, {machine.libc}, {machine.machine}"
            yield "platform", [("python", base), ("torch", torch), *gpus, *driver]
        yield "model", [(name, f"{value}{self._because(name)}") for name, value in self.model.items()]
        yield "flash_attn", [("decision", self.flash_attn)] if self.flash_attn else []
        yield (
            "files",
            [
                (origin.role, f"{origin.source}, {origin.size_mb:.3f} MB, {origin.seconds:.2f} s: {origin.path}")
                for origin in self.files
            ],
        )
        yield "memory", [(name, f"{value:.2f} GB") for name, value in self.memory_gb.items()]
        yield "start-up", [(name, f"{seconds:6.2f} s") for name, seconds in self.seconds.items()]
        changed = {name: value for name, value in self.settings.items() if value != self.defaults.get(name)}
        yield "settings", [(name, str(value)) for name, value in changed.items()] or [("all", "as they are by default")]


def _gpu(gpu: Any) -> str:
    return f"{gpu.name}, {gpu.memory_gb:g} GB, compute capability {gpu.capability[0]}.{gpu.capability[1]}"


def _clean(value: Any) -> Any:
    """Return what JSON takes, without logins."""
    if isinstance(value, str):
        return without_logins(value)
    if isinstance(value, dict):
        return {name: _clean(part) for name, part in value.items()}
    return [_clean(part) for part in value] if isinstance(value, list | tuple) else value
