"""A job's input to the request that it is."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from tts.api.actions import ACTIONS, DEFAULT
from tts.api.problems import crowded, too_long
from tts.api.requests import Request
from tts.limits import TEXT_LIMIT


def parse(given: Any, max_text_chars: int = TEXT_LIMIT) -> Request:
    """Check a job's input.

    Raises:
        InvalidInput: it isn't an object, or fields are missing, unknown, of the wrong type or out of range, or
            contradict each other: all that is wrong, and what to send instead.
        TextTooLong: the text exceeds `max_text_chars`, and nothing else is wrong.
    """
    try:
        request = _request(given)
        if not [*too_long(given.get("text"), max_text_chars), *request.contradictions()]:
            return request
    except (LookupError, ValidationError):
        pass
    from tts.api.explain import explained  # with tables that only an input that is wrong needs

    raise explained(given, max_text_chars)


def _request(given: Any) -> Request:
    if crowded(given):
        raise LookupError
    action = given.get("action") if isinstance(given, dict) else ""
    if isinstance(action, dict | list):  # whose words may be many
        raise LookupError
    return ACTIONS[DEFAULT if action is None else str(action)].request.model_validate(given)
