"""What public clients send: right as it is, or answered with what each name should be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import pytest

from tests.support.shapes import RIGHT, SHAPES
from tts.api import SynthesizeRequest, parse
from tts.errors import InvalidInput

FIELDS = SynthesizeRequest.model_fields


@pytest.mark.parametrize("client", RIGHT)
def test_what_is_right_is_taken(client: str) -> None:
    assert parse(RIGHT[client])


@pytest.mark.parametrize("client", SHAPES)
def test_every_name_that_is_not_ours_is_told_with_what_it_is_here(client: str) -> None:
    given, meant = SHAPES[client]
    with pytest.raises(InvalidInput) as caught:
        parse(given)
    error = caught.value
    hints = _by_name(error, meant)
    assert error.field in meant
    assert hints.keys() == meant.keys()
    for name, what in meant.items():
        assert re.search(rf"\b{name}\b", error.message)
        assert (f"did you mean {what}?" if what in FIELDS else what) in hints[name]
    assert "add text" not in error.hint


@pytest.mark.parametrize("client", SHAPES)
def test_doing_what_the_hints_say_makes_it_right(client: str) -> None:
    given, meant = SHAPES[client]
    mended = {meant.get(name, name): value for name, value in given.items() if meant.get(name, name) in FIELDS}
    mended.setdefault("text", "Hi.")
    if not {"voice_base64", "voice_url"} & mended.keys():
        mended.pop("voice_text", None)
    assert parse(_with_the_value_that_is_proposed(mended))


def _with_the_value_that_is_proposed(given: dict[str, Any]) -> dict[str, Any]:
    """Return an input whose names are right, with what the hint says to send for a value that isn't."""
    try:
        parse(given)
    except InvalidInput as error:
        said = re.match(r'send (\["\w+"\]|".*?"|[\d.]+|true|false)', error.hint)
        return given if said is None else {**given, str(error.field): json.loads(said[1])}
    return given


def _by_name(error: InvalidInput, names: Iterable[str]) -> dict[str, str]:
    """Return the hint for each name: a hint stands behind the names that it is for, unless there is only one."""
    if "; " not in error.message and ", " not in error.message:
        return {str(error.field): error.hint}
    name = "|".join(sorted(names, key=len, reverse=True))
    parts = re.split(rf"(?:^|(?<=[;?]) )((?:(?:{name})(?:, )?)+): ", error.hint)
    return {each: hint for these, hint in zip(parts[1::2], parts[2::2], strict=True) for each in these.split(", ")}
