"""A value that a field can't take: what came, and what to send instead."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from tts.api.names import MEANT
from tts.api.problems import LONGEST, SLIP, Problem, quoted

_NOTHING = {"", "-1", "0", "0.0", "-1.0", "none", "null", "auto", "random", "default", "undefined"}
_STRICT = ConfigDict(strict=True)


def wrong(error: ErrorDetails, model: type[BaseModel]) -> Problem:
    """Return what an error of pydantic means to someone who never heard of pydantic."""
    inner = _inner(error, model)
    if inner is not None:
        return inner
    name = ".".join(str(part) for part in error["loc"])[:LONGEST]
    field = model.model_fields.get(str(error["loc"][0])) if error["loc"] else None
    if field is None or error["type"] == "value_error":
        rule = error["msg"].removeprefix("Value error, ")
        return Problem(name, f"{name} {rule}", f"see {name} in docs/api.md")
    if error["type"] == "string_unicode":  # of pydantic itself, where a length is asked for
        said = f"{name} holds half of a surrogate pair, which is no unicode character"
        return Problem(name, said, f"see {name} in docs/api.md")
    value, allowed = error["input"], _allowed(model, str(error["loc"][0]))
    if error["type"] == "missing":
        return Problem(name, f"{name} is missing", f"add {name} to the input", missing=True)
    if error["type"] in ("string_too_long", "string_too_short"):
        return Problem(name, f"{name} has {len(value)} characters", f"send {allowed}")
    return Problem(name, f"{name} is {shown(value)}", _instead(name, value, field, allowed))


def _inner(error: ErrorDetails, model: type[BaseModel]) -> Problem | None:
    """Return what is wrong within a field that is an object; None: the error is about a field itself, or a list."""
    if len(error["loc"]) < 2 or isinstance(error["loc"][1], int):
        return None
    outer, *rest = error["loc"]
    field = model.model_fields[str(outer)]
    kinds = [kind for kind in (field.annotation, *_choices(field)) if isinstance(kind, type)]
    below = next((kind for kind in kinds if issubclass(kind, BaseModel)), None)
    path = quoted(".".join(map(str, error["loc"])))
    if below is None:
        instead = _allowed(model, str(outer)) if isinstance(rest[0], int) else "a string"
        return Problem(path, f"{path} is {shown(error['input'])}", f"send {instead}")
    if error["type"] == "extra_forbidden":
        return Problem(path, f"{outer} has no {quoted(str(rest[0]))}", f"send {' or '.join(below.model_fields)}")
    told = wrong({**error, "loc": tuple(rest)}, below)
    return Problem(path, f"{outer}.{told.message}", told.hint)


def _instead(name: str, value: Any, field: FieldInfo, allowed: str) -> str:
    """Return what to send instead of a value."""
    for candidate in _candidates(name, value, field):
        if _fits(field, candidate):
            quotes = ", without quotes" if isinstance(value, str) and not isinstance(candidate, str) else ""
            return f"send {json.dumps(candidate, ensure_ascii=False)}{quotes}"
    if not field.is_required() and isinstance(value, str | int | float) and str(value).strip().lower() in _NOTHING:
        return f"leave {name} out{' for a random one' if name == 'seed' else ''}, or send {allowed}"
    return f"send {allowed}"


def _candidates(name: str, value: Any, field: FieldInfo) -> Iterator[Any]:
    """Guess what a value was meant to be, the likeliest first."""
    if isinstance(value, str):
        plain = value.strip().lower()
        with suppress(ValueError, TypeError, OverflowError, RecursionError):  # "null" and "Infinity" are JSON, too
            number = json.loads(plain)
            yield number
            yield int(number)
        yield from (plain, [plain])
        yield MEANT.get(name, {}).get(plain)
        yield re.sub(r"[^a-z0-9_-]+", "_", _without_accents(plain[:LONGEST])).strip("_-")
        choices = [choice for choice in _choices(field) if isinstance(choice, str)]
        yield from (part for part in re.split(r"[^a-z0-9]+", plain[:LONGEST]) if part in choices)
        yield from difflib.get_close_matches(plain[:LONGEST], choices, 1, SLIP)
    elif isinstance(value, float) and value.is_integer():
        yield int(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield f"{value}"
    elif isinstance(value, list) and len(value) == 1:
        yield value[0]


def _without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


def _fits(field: FieldInfo, value: Any) -> bool:
    if value is None:
        return False
    shape: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    try:
        _adapter(shape).validate_python(value)
    except ValidationError:
        return False
    return True


@lru_cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape, config=_STRICT)


def _choices(field: FieldInfo) -> tuple[Any, ...]:
    return tuple(getattr(field.annotation, "__args__", ()))


def shown(value: Any) -> str:
    """Return a value as an error may repeat it."""
    if isinstance(value, str):
        return f'the string "{quoted(value, 40)}"'
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    return quoted(json.dumps(value, default=lambda other: type(other).__name__), 40)


def _allowed(model: type[BaseModel], name: str) -> str:
    """Return what a field takes, in words."""
    shape = _properties(model).get(name, {})
    shape = next((part for part in shape.get("anyOf", []) if part.get("type") != "null"), shape)
    if "const" in shape:
        return str(shape["const"])
    if "enum" in shape:
        return f"one of {', '.join(map(str, shape['enum']))}"
    if shape.get("type") == "string":
        letters = " of a-z, 0-9, _ and -" if "pattern" in shape else ""
        return f"a string{letters}{_length(shape)}"
    if "enum" in shape.get("items", {}):
        return f"a list of {', '.join(shape['items']['enum'])}"
    kind = {"integer": "a whole number", "number": "a number", "boolean": "true or false", "array": "a list"}
    return f"{kind.get(shape.get('type'), 'an object')}{_range(shape)}"


@lru_cache
def _properties(model: type[BaseModel]) -> dict[str, Any]:
    properties: dict[str, Any] = model.model_json_schema()["properties"]
    return properties


def _length(shape: dict[str, Any]) -> str:
    longest = shape.get("maxLength")
    if longest and "pattern" in shape:
        return f", at most {longest}, a letter or digit first"
    return f" of at most {longest} characters" if longest else ""


def _range(shape: dict[str, Any]) -> str:
    if "minimum" in shape:
        return f" from {shape['minimum']} to {shape['maximum']}"
    if "exclusiveMinimum" in shape:
        return f" over {shape['exclusiveMinimum']}, up to {shape['maximum']}"
    return ""
