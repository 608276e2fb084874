"""One variable looked at: what is read of it, what is wrong with it, and what a finding may show of it.

A secret's value never enters a finding, nor does a login.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from warmup.environment.kinds import Kind
from warmup.report import Finding

_SECRET = re.compile(r"TOKEN(?!_PATH)|KEY(?!LOG)|SECRET|PASSW|CREDENTIAL|AUTH|WEBHOOK")
_LOGIN = re.compile(r"(?<=//).*@|^(?!\w+://)[^/]*:.*@", re.DOTALL)  # a password may hold "/" and "@" itself
_QUOTES = "\"'`“”„‟‘’‚‛«»"
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"  # what copying from a page brings along
_COMMENT = re.compile(r"(^|\s+)#(\s.*)?$", re.DOTALL)
_REFERENCE = re.compile(r"\$(\w+|\{[^}]*\})", re.ASCII)
# A template's mark anywhere, else the whole value: ours in findings, a shell's, a Compose file's, a batch file's.
_PLACEHOLDER = re.compile(r".*\{\{.*\}\}.*|<[^<>]+>|\$(\w+|\{\w+\}|\(\w+\))|%\w+%", re.DOTALL | re.ASCII)


@dataclass(frozen=True)
class Check:
    """What a look at a variable, or at several together, gave."""

    findings: tuple[Finding, ...] = ()
    text: str | None = None  # of the one variable: what is to stand there, None is unset
    value: Any = None  # of the one variable: what is read of it
    changes: Mapping[str, str | None] = field(default_factory=dict)


def judge(name: str, given: str | None, kind: Kind, default: str | None, others: Mapping[str, str]) -> Check:
    """Look at one variable. Empty and "None" count as unset; a value that isn't allowed gives way to the default.

    Args:
        name: of the variable.
        given: what stands there.
        kind: what may stand there.
        default: what is used instead, for people; None: it counts as unset.
        others: the environment that `$NAME` in it refers to.
    """
    bare, around = stripped(name, given or "")
    if not bare:
        return Check()
    instead = "it counts as unset" if default is None else f"{default} is used"
    if problem := _unresolved(bare, kind, others):
        fix = f"{name}=<your value>" if _SECRET.search(name) else f"unset {name}"
        return Check((Finding("error", name, f"{problem}; {instead}", fix),))
    text = kind.mend(bare)
    read = expanded(text, others) if kind.expands else text
    try:
        value = kind.read(read)
    except ValueError:
        meant = kind.suggest(bare)
        fix = f"unset {name}" if meant is None else f"{name}={shown(name, kind.mend(meant))}"
        problem = f"{shown(name, bare)} is not allowed; it is {kind.allowed}; {instead}"
        return Check((Finding("error", name, problem, fix),))
    return Check(_remarks(name, bare, text, around, kind, kind.doubt(read)), read, value)


def _remarks(name: str, bare: str, text: str, around: str, kind: Kind, doubt: str) -> tuple[Finding, ...]:
    """Return at most one finding about an allowed value, so that its fix is the only one."""
    if doubt:
        return (Finding("warning", name, doubt, f"unset {name}"),)
    fix = f"{name}={shown(name, text)}"
    if text != bare:
        why = f": {kind.why}" if kind.why else ""
        return (Finding("warning", name, f"{shown(name, bare)} is taken as {shown(name, text)}{why}", fix),)
    if around:
        return (Finding("warning", name, f"has {around}, which other programs take as part of it", fix),)
    return ()


def stripped(name: str, given: str) -> tuple[str, str]:
    """Return a value without what stands around it, and what that was; nothing if the value says nothing."""
    bare = given
    around: list[str] = []
    while bare:
        less = bare.strip().strip(_INVISIBLE).strip()
        if less != bare:
            what = "blanks around its value"
        elif (less := _COMMENT.sub("", bare)) != bare:
            what = "a comment behind its value"
        elif (less := bare.strip(_QUOTES)) != bare:
            what = "quotes around its value"
        elif (less := bare.removeprefix(f"{name}=")) != bare:
            what = "its own name before its value"
        else:
            break
        bare, around = less, [*around, what]
    telling = [what for what in dict.fromkeys(around) if not what.startswith("blanks")] or around[:1]
    return "" if bare == "None" else bare, " and ".join(telling)


def expanded(text: str, environment: Mapping[str, str]) -> str:
    """Return a path as the hub reads it: `~` first, then `$NAME` and `${NAME}`; unset ones and secrets stay."""

    def value(found: re.Match[str]) -> str:
        name = found[1].strip("{}")
        return found[0] if _SECRET.search(name) else environment.get(name, found[0])

    return _REFERENCE.sub(value, os.path.expanduser(text))


def _unresolved(bare: str, kind: Kind, others: Mapping[str, str]) -> str:
    """Return what is wrong with a value that stands for another one which isn't there."""
    if kind.expands:
        missing = _REFERENCE.search(expanded(bare, others))
        if missing:
            return f"refers to {missing[1].strip('{}')}, which is not set, or secret"
    elif _PLACEHOLDER.fullmatch(bare):
        return "is a placeholder that nothing has filled in"
    return "is a placeholder that nothing has filled in" if "{{" in bare and "}}" in bare else ""


def shown(name: str, text: str) -> str:
    """Return a value as a finding may show it; `name` is all that hints at what it is."""
    if _SECRET.search(name):
        return "<your value>"
    return _LOGIN.sub("<login>@", text)
