"""A job's input to the request that it is, or to one error that tells all that is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from tts.api.actions import ACTIONS, DEFAULT
from tts.api.problems import Problem, quoted, told
from tts.api.requests import Request
from tts.api.strangers import holds_text, nearest_action, renamed
from tts.api.values import wrong
from tts.errors import InvalidInput, TextTooLong
from tts.limits import TEXT_LIMIT

_ANY = "?"  # stands for a required field that is missing or wrong, so that the others can be compared


def parse(given: Any, max_text_chars: int = TEXT_LIMIT) -> Request:
    """Check a job's input.

    Raises:
        InvalidInput: it isn't an object, or fields are missing, unknown, of the wrong type or out of range, or
            contradict each other: all that is wrong, and what to send instead.
        TextTooLong: the text exceeds `max_text_chars`, and nothing else is wrong.
    """
    if not isinstance(given, dict):
        raise _no_object(given)
    kind = ACTIONS[_action(given)].request
    meant, problems = renamed(given, kind.model_fields)
    request, wrong_values = _validated(kind, meant, max_text_chars)
    problems += [problem for problem in wrong_values if not (problem.missing and holds_text(given))]
    problems += request.contradictions()
    if problems:
        raise told(problems)
    return request


def _no_object(given: Any) -> InvalidInput:
    if isinstance(given, str):
        hint = 'send {"input": {"text": "..."}}'
        if given.lstrip().startswith("{"):
            hint = "send the object itself, not a string that holds it"
        return InvalidInput("input is a string, not an object", hint)
    came = {"NoneType": "missing or null", "list": "a list"}.get(type(given).__name__, "a value")
    return InvalidInput(f"input is {came}, not an object", 'send {"input": {"text": "...", ...}}')


def _action(given: Mapping[str, Any]) -> str:
    action = given.get("action")
    if action is None:
        return DEFAULT
    if isinstance(action, str) and action in ACTIONS:
        return action
    said = quoted(action) if isinstance(action, str) else json.dumps(action, default=str)[:40]
    raise InvalidInput(f"there is no action {said!r}", nearest_action(str(action), list(ACTIONS)), "action")


def _validated(kind: type[Request], given: dict[str, Any], max_text_chars: int) -> tuple[Request, list[Problem]]:
    """Return the request, and what is wrong with single fields; those are at their defaults then."""
    long = _too_long(given.get("text"), max_text_chars)
    try:
        return kind.model_validate(given), long
    except ValidationError as error:
        errors = error.errors(include_url=False)
    bad = {each["loc"][0] for each in errors}
    good = {name: value for name, value in given.items() if name not in bad and value is not None}
    required = {name: _ANY for name, field in kind.model_fields.items() if field.is_required()}
    told_by_length = [each for each in errors if not (long and each["loc"] == ("text",))]
    return kind.model_construct(**required | good), [*long, *(wrong(each, kind) for each in told_by_length)]


def _too_long(text: Any, limit: int) -> list[Problem]:
    if not isinstance(text, str) or len(text) <= limit:
        return []
    said = f"the text has {len(text)} characters, the limit is {limit}"
    return [Problem("text", said, "send it in several jobs", TextTooLong)]
