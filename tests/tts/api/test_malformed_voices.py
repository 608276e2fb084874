"""What every malformed voice request is answered, word for word: `malformed_voices.yaml`.

`python -m tests.tts.api.test_malformed_voices` writes it anew, to be read before it is committed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.malformed_voices import malformed
from tts.api import parse
from tts.errors import RequestError

ANSWERS = Path(__file__).with_name("malformed_voices.yaml")
MALFORMED = malformed()
LONGEST = 60  # characters of a value that the file shows


def shown(given: dict[str, Any]) -> str:
    return ", ".join(f"{name}: {ascii(value)[:LONGEST]}" for name, value in given.items())


def answer(given: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(RequestError) as refused:
        parse(given)
    return refused.value.as_dict()


def test_there_are_more_than_a_hundred_and_each_is_another_one() -> None:
    assert len({shown(given) for given in MALFORMED}) == len(MALFORMED) > 100


@pytest.mark.parametrize("given", MALFORMED, ids=shown)
def test_a_malformed_voice_request_is_answered_word_for_word(given: dict[str, Any]) -> None:
    expected = yaml.safe_load(ANSWERS.read_text("utf-8"))
    assert answer(given) == expected[shown(given)]


def test_no_answer_is_left_over() -> None:
    assert set(yaml.safe_load(ANSWERS.read_text("utf-8"))) == set(map(shown, MALFORMED))


if __name__ == "__main__":
    answers = {shown(given): answer(given) for given in MALFORMED}
    ANSWERS.write_text(yaml.safe_dump(answers, allow_unicode=True, sort_keys=False, width=118), "utf-8")
