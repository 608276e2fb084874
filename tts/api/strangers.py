"""A field that the contract doesn't have: what it is called here, or what to do instead."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from tts.api.names import ACTIONS, CALLED, INSTEAD, LATER, RECORDING, STAND_IN
from tts.api.problems import LONGEST, SLIP, Problem, quoted, unknown

_UNREAD = "AAAA"  # stands for a recording that can't be taken over under its right name
_NESTED = ("input", "inputs", "openai_input")


def plain(name: str) -> str:
    """Return a name without case and separators, by which names are compared."""
    return re.sub(r"[^a-z0-9]", "", name[:LONGEST].lower())


def renamed(given: Mapping[str, Any], fields: Iterable[str]) -> tuple[dict[str, Any], list[Problem]]:
    """Return an input under the names that it has here, and a problem for every name that isn't one.

    What has no name here is left out; where a field is sent under its own name too, that one counts.
    """
    known = list(fields)
    meant = {name: value for name, value in given.items() if name in known and value is not None}
    problems: list[Problem] = []
    for name, value in given.items():
        if name in known:
            continue
        target = _target(str(name), value, known)
        problems.append(unknown(quoted(str(name)) or '""', _hint(str(name), value, target, meant, known)))
        if target in known and target != "action" and not isinstance(value, dict | list):
            meant.setdefault(target, value)
        elif "voice_base64" in problems[-1].hint and "voice_base64" in known:
            meant.setdefault("voice_base64", _UNREAD)  # or its transcript would seem to come alone
    return {**{name: None for name in known if name in given}, **meant}, problems


def holds_text(given: Mapping[str, Any]) -> bool:
    """Tell whether an input holds a text in another input, where nothing looks for it."""
    inner = [given[name] for name in _NESTED if isinstance(given.get(name), dict)]
    return any("text" in each or _called().keys() & {plain(str(key)) for key in each} for each in inner)


def nearest_action(name: str, known: list[str]) -> str:
    """Return what to send instead of an action that there isn't."""
    for action, others in ACTIONS.items():
        if plain(name) in map(plain, _listed(others)):
            return f"did you mean {action}?"
    near = difflib.get_close_matches(name[:LONGEST], known, 1, SLIP)
    return f"did you mean {near[0]}?" if near else f"known actions: {', '.join(known)}"


def _target(name: str, value: Any, known: list[str]) -> str | None:
    """Return the field that a name means, of this version or a later one."""
    near = {plain(field): field for field in known}
    if plain(name) in near:
        return near[plain(name)]
    if name in _listed(LATER):
        return name
    if target := _called().get(plain(name)):
        if target != RECORDING:
            return target if target in known else STAND_IN.get(target, target)
        return "voice_url" if isinstance(value, str) and re.match(r"\w+://", value[:10]) else "voice_base64"
    if plain(name) in _instead():
        return None
    if name in STAND_IN and STAND_IN[name] in known:
        return STAND_IN[name]
    slips = difflib.get_close_matches(plain(name), near, 1, SLIP)
    return near[slips[0]] if slips else None


def _hint(name: str, value: Any, target: str | None, meant: Mapping[str, Any], known: list[str]) -> str:
    if name in _NESTED and isinstance(value, dict):
        return "send what it holds directly in the job's input"
    if target in _listed(LATER):
        return "leave it out (it is not served by this version)"
    if target is not None and target not in known:
        return "leave it out (this action has no use for it)"
    if target == "action":
        return "leave it out, or send action, which is " + " or ".join(ACTIONS)
    if target in meant:
        return f"leave it out ({target} is there)"
    if target is not None:
        return f"did you mean {target}?"
    return _instead().get(plain(name), f"known fields: {', '.join(known)}")


def _listed(names: str) -> list[str]:
    return names.split()


@lru_cache
def _called() -> dict[str, str]:
    return {plain(other): field for field, others in CALLED.items() for other in _listed(others)}


@lru_cache
def _instead() -> dict[str, str]:
    return {plain(other): advice for advice, others in INSTEAD.items() for other in _listed(others)}
