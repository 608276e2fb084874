"""What is wrong with an input: one short sentence each, and one about what to do; all of them make one error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from tts.errors import InvalidInput, RequestError, TextTooLong

MOST = 12  # problems that an error tells; a client that sends more than that has the documents to read first
SLIP = 0.75  # likeness from which one word is taken for a slip of another
LONGEST = 80  # characters of a name or value that an error repeats
MOST_FIELDS, MOST_INSIDE = 100, 2000  # of an input, and values of one field: with more, nobody guesses what each means


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong."""

    field: str | None
    message: str  # what is wrong; names the field
    hint: str  # what to do about it
    kind: type[RequestError] = InvalidInput
    missing: bool = False  # whether a field isn't there at all
    lacks: tuple[str, ...] = ()  # fields of which one would mend it: of no matter where one came and is itself wrong


@dataclass(frozen=True)
class Unknown(Problem):
    """A field that the contract doesn't have."""


def unknown(name: str, hint: str) -> Unknown:
    """Return the problem of a name that no field has."""
    return Unknown(name, f"unknown field {name}", hint)


def quoted(value: str, longest: int = LONGEST) -> str:
    """Return a string as an error may repeat it: short, on one line, without halves of surrogate pairs."""
    plain = " ".join(value[: longest + 1].encode("utf-8", "replace").decode().split())
    return plain if len(value) <= longest else f"{plain[: longest - 1]}…"


def too_long(text: Any, limit: int) -> list[Problem]:
    """Return the problem of a text with more characters than the limit, if it has more."""
    if not isinstance(text, str) or len(text) <= limit:
        return []
    said = f"the text has {len(text)} characters, the limit is {limit}"
    return [Problem("text", said, "send it in several jobs", TextTooLong)]


def crowded(given: Any) -> Problem | None:
    """Return the problem of an input that holds more than can be looked at while other jobs wait."""
    if not isinstance(given, dict):
        return None
    if len(given) > MOST_FIELDS:
        return Problem(None, f"input has {len(given)} fields, the limit is {MOST_FIELDS}", "see docs/api.md for them")
    for name, value in given.items():
        if isinstance(value, dict | list) and len(value) > MOST_INSIDE:
            field = quoted(str(name))
            return Problem(field, f"{field} holds {len(value)} values, the limit is {MOST_INSIDE}", "send fewer")
    return None


def told(problems: Sequence[Problem]) -> RequestError:
    """Return the one error that tells of all problems; the first one's field is the error's."""
    first, *others = problems
    if not others:
        return first.kind(first.message, first.hint, first.field)
    shown, left = problems[:MOST], len(problems) - MOST
    messages = _messages(shown) + ([f"and {left} more"] if left > 0 else [])
    kinds = {problem.kind for problem in problems}
    kind = kinds.pop() if len(kinds) == 1 else InvalidInput
    return kind("; ".join(messages), _sentences(_hints(shown)), first.field)


def _messages(problems: Sequence[Problem]) -> list[str]:
    strangers = [str(problem.field) for problem in problems if isinstance(problem, Unknown)]
    rest = [problem.message for problem in problems if not isinstance(problem, Unknown)]
    if not strangers:
        return rest
    return [f"unknown field{'s' if len(strangers) > 1 else ''} {', '.join(strangers)}", *rest]


def _hints(problems: Sequence[Problem]) -> Iterable[str]:
    """Tell each hint once, with the fields that it is for."""
    order = {problem.hint: position for position, problem in reversed(list(enumerate(problems)))}
    for hint, same in groupby(sorted(problems, key=lambda problem: order[problem.hint]), lambda problem: problem.hint):
        yield f"{', '.join(problem.field or 'input' for problem in same)}: {hint}"


def _sentences(hints: Iterable[str]) -> str:
    """Join hints, some of which are questions."""
    return "".join(f"{hint} " if hint.endswith("?") else f"{hint}; " for hint in hints).rstrip("; ")
