"""An input that is wrong to the one error that tells all that is wrong with it."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from tts.api.actions import ACTIONS, DEFAULT
from tts.api.problems import Problem, crowded, quoted, told, too_long
from tts.api.requests import Request
from tts.api.strangers import holds_text, nearest_action, renamed
from tts.api.values import shown, wrong
from tts.errors import InvalidInput, RequestError

_ANY = "?"  # stands for a required field that is missing or wrong, so that the others can be compared


def explained(given: Any, max_text_chars: int) -> RequestError:
    """Return the error that tells all that is wrong with an input, which something is."""
    if not isinstance(given, dict):
        return _no_object(given)
    if crowd := crowded(given):
        return told([crowd])
    action = DEFAULT if given.get("action") is None else given["action"]
    if not isinstance(action, str) or action not in ACTIONS:
        return _no_action(action)
    kind = ACTIONS[action].request
    meant, problems = renamed(given, kind.model_fields)
    request, wrong_values = _validated(kind, meant, max_text_chars)
    problems += [problem for problem in wrong_values if not (problem.missing and holds_text(given))]
    wrong_fields = {problem.field for problem in wrong_values}
    contradictions = [each for each in request.contradictions() if wrong_fields.isdisjoint(each.lacks)]
    return told([*problems, *contradictions])


def _no_object(given: Any) -> InvalidInput:
    if isinstance(given, str):
        hint = 'send {"input": {"text": "..."}}'
        if given.lstrip().startswith("{"):
            hint = "send the object itself, not a string that holds it"
        return InvalidInput("input is a string, not an object", hint)
    came = {"NoneType": "missing or null", "list": "a list"}.get(type(given).__name__, "a value")
    return InvalidInput(f"input is {came}, not an object", 'send {"input": {"text": "...", ...}}')


def _no_action(action: Any) -> InvalidInput:
    if isinstance(action, dict | list):
        return InvalidInput(f"action is {shown(action)}", f"send one of {', '.join(ACTIONS)}", "action")
    said = quoted(action) if isinstance(action, str) else shown(action)
    return InvalidInput(f"there is no action {said!r}", nearest_action(str(action), list(ACTIONS)), "action")


def _validated(kind: type[Request], given: dict[str, Any], max_text_chars: int) -> tuple[Request, list[Problem]]:
    """Return the request, and what is wrong with single fields; those are at their defaults then."""
    long = too_long(given.get("text"), max_text_chars)
    try:
        return kind.model_validate(given), long
    except ValidationError as error:
        errors = error.errors(include_url=False)
    bad = {each["loc"][0] for each in errors}
    good = {name: value for name, value in given.items() if name not in bad and value is not None}
    required = {name: _ANY for name, field in kind.model_fields.items() if field.is_required()}
    told_by_length = [each for each in errors if not (long and each["loc"] == ("text",))]
    return kind.model_construct(**required | good), [*long, *(wrong(each, kind) for each in told_by_length)]
