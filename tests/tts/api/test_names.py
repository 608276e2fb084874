"""The table of foreign names: each once, each with an answer that is right for this contract."""

from __future__ import annotations

from collections import Counter

import pytest

from tts.api import ACTIONS, SynthesizeRequest
from tts.api.names import ACTIONS as ACTION_NAMES
from tts.api.names import CALLED, INSTEAD, LATER, MEANT, RECORDING
from tts.api.strangers import plain, renamed

FIELDS = SynthesizeRequest.model_fields
OTHERS = [name for names in (*CALLED.values(), *INSTEAD.values()) for name in names.split()]


def test_a_foreign_name_has_one_answer() -> None:
    assert [name for name, count in Counter(map(plain, OTHERS)).items() if count > 1] == []


def test_no_name_of_the_contract_is_a_foreign_one() -> None:
    ours = {plain(name) for name in (*FIELDS, *LATER.split())}
    assert ours.isdisjoint(map(plain, OTHERS))


def test_what_a_name_is_here_is_a_field_of_this_version_or_a_later_one() -> None:
    assert set(CALLED) - {RECORDING} <= set(FIELDS) | set(LATER.split())
    assert set(ACTION_NAMES) <= set(ACTIONS)
    assert not set(LATER.split()) & set(FIELDS)


@pytest.mark.parametrize(("field", "value"), [(field, value) for field in MEANT for value in MEANT[field].values()])
def test_what_a_value_is_here_is_allowed(field: str, value: str) -> None:
    assert getattr(SynthesizeRequest.model_validate({"text": "a", field: value}), field) == value


@pytest.mark.parametrize("spelling", ["gen_text", "genText", "GEN-TEXT", "Gen Text", "gentext"])
def test_a_foreign_name_is_known_in_every_spelling(spelling: str) -> None:
    meant, (problem,) = renamed({spelling: "Hi."}, FIELDS)
    assert meant == {"text": "Hi."}
    assert problem.hint == "did you mean text?"
