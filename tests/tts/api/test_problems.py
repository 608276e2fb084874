"""All that is wrong with an input is told at once, shortly, with what to do about it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.root import ROOT
from tests.support.shapes import LEAST
from tts.api import ACTIONS, SynthesizeRequest, parse, schema
from tts.errors import InvalidInput, RequestError, TextTooLong

DEFECTS: dict[str, tuple[dict[str, Any], str]] = {  # by a word of the message: what causes it, and a word of the hint
    "ref_audio": ({"ref_audio": "AAAA"}, "did you mean voice_base64?"),
    "zzz": ({"zzz": 1}, "known fields"),
    "temperature": ({"temperature": 0.7}, "draws no tokens"),
    "speed is": ({"speed": "1.0"}, "send 1.0, without quotes"),
    "steps is": ({"steps": 65}, "from 4 to 64"),
    "seed is": ({"seed": -1}, "leave seed out"),
    "quality is": ({"quality": "fast"}, 'send "draft"'),
    "format is": ({"format": "mp4"}, 'send "aac"'),
    "sample_rate is": ({"sample_rate": "24000"}, "send 24000, without quotes"),
    "language is": ({"language": 5}, 'send "5"'),
    "text is blank": ({"text": " "}, "send the words to say"),
    "deliver is": ({"deliver": "base64"}, 'send "inline"'),
}


@settings(deadline=None)
@given(st.sets(st.sampled_from(sorted(DEFECTS)), min_size=1))
def test_everything_that_is_wrong_is_told_at_once(chosen: set[str]) -> None:
    wrong: dict[str, Any] = {"text": "Hi."}
    for name in sorted(chosen):
        wrong |= DEFECTS[name][0]
    with pytest.raises(InvalidInput) as caught:
        parse(wrong)
    for name in chosen:
        assert name in caught.value.message
        assert DEFECTS[name][1] in caught.value.hint
    assert caught.value.field in wrong


@pytest.mark.parametrize(
    ("wrong", "words", "never"),
    [
        ({"gen_text": "Hello.", "ref_audio": "AAAA", "ref_text": "x"}, "gen_text: did you mean text?", "add text"),
        ({"input": {"text": "Hello."}}, "unknown field input", "add text"),
        ({"text": "Hi.", "ref_audio": "AAAA"}, "did you mean voice_base64", "known fields"),
        ({"text": "Hi.", "response_format": "mp3"}, "did you mean format", "known fields"),
        ({"text": "Hi.", "speed": "1.0"}, "string", "docs/api.md"),
        ({"text": "Hi.", "speaker": "me"}, "did you mean voice?", "did you mean speed"),
        ({"voice": "demo", "zzz": "Hi."}, "text is missing", "did you mean"),
        ({"text": "Hi.", "steps": 16.0}, "send 16", "whole number"),
        ({"text": "Hi.", "captions": "SRT"}, 'send ["srt"]', "docs/api.md"),
        ({"text": "Hi.", "captions": ["txt"]}, "a list of srt, vtt, ass, json, csv", "docs/api.md"),
        ({"text": "Hi.", "duration_s": 0}, "leave duration_s out", "docs/api.md"),
        ({"text": "Hi.", "steps": "auto"}, "leave steps out", "docs/api.md"),
        ({"text": "Hi.", "steps": "null"}, "leave steps out", "docs/api.md"),
        ({"text": "Hi.", "steps": "Infinity"}, "steps is the string", "docs/api.md"),
        ({"text": "Hi.", "captions": "null"}, "captions is the string", "docs/api.md"),
        ({"text": ["Hi.", "Ho."]}, "text is a list", "docs/api.md"),
        ({"text": ["Hi."]}, 'send "Hi."', "docs/api.md"),
        ({"text": "Hi.", "voice": {"id": "x"}}, "voice is an object", "docs/api.md"),
        ({"text": "Hi.", "references": [{}], "voice_text": "So."}, "one recording", "comes without a recording"),
        (
            {"text": "Hi.", "ref_audio": "https://a.b/c.wav", "ref_text": "So."},
            "mean voice_url?",
            "without a recording",
        ),
        ({"text": "Hi.", "nfe_step": "32"}, 'steps is the string "32"', "docs/api.md"),
        ({"text": None, "gen_text": "Hi."}, "did you mean text?", "is there"),
        ({"text": None}, "text is null", "did you mean"),
        ({"action": "tts", "text": "Hi."}, "did you mean synthesize?", "known actions"),
        ({"action": "health", "text": "Hi."}, "known fields: action", "did you mean"),
    ],
)
def test_an_error_says_what_came_and_what_to_send(wrong: dict[str, Any], words: str, never: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(wrong)
    said = f"{caught.value.message} {caught.value.hint}"
    assert words in said
    assert never not in said


@pytest.mark.parametrize("action", ACTIONS)
def test_null_is_left_out_for_every_field_that_may_be(action: str) -> None:
    optional = [name for name, field in ACTIONS[action].request.model_fields.items() if not field.is_required()]
    with_nulls = {**dict.fromkeys(optional), **LEAST[action]}
    assert parse(with_nulls) == parse(LEAST[action])
    jsonschema.validate(with_nulls, schema()["request"])


@pytest.mark.parametrize("name", SynthesizeRequest.model_fields)
def test_null_for_an_unknown_name_stays_unknown(name: str) -> None:
    with pytest.raises(InvalidInput, match="unknown field"):
        parse({"text": "Hi.", f"{name}_": None})


@pytest.mark.parametrize(
    "flood",
    [
        {f"unknown_{number}": number for number in range(10_000)},
        {f"{'n' * 10_000}{number}": "v" for number in range(20)},
        {"speed": "9" * 10**6, "seed": [1] * 10**6, "quality": "q" * 10**6, "steps": {"a": 1}, "format": "x" * 10**6},
        dict.fromkeys(("gen_text", "ref_audio", "nfe_step", "speaker", "response_format", "cfg"), "w" * 10**5),
    ],
    ids=["many names", "long names", "long values", "long values under other names"],
)
def test_an_error_stays_short_whatever_was_sent(flood: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse({"text": "Hi.", **flood})
    assert len(json.dumps(caught.value.as_dict())) < 5000


def test_a_text_that_is_too_long_has_its_own_code_only_if_nothing_else_is_wrong() -> None:
    long = {"text": "a" * 20_001}
    with pytest.raises(TextTooLong):
        parse(long)
    with pytest.raises(InvalidInput, match="the limit is 20000; steps is 65"):
        parse({**long, "steps": 65})
    with pytest.raises(TextTooLong, match="30 characters, the limit is 20"):
        parse({"text": "a" * 30}, max_text_chars=20)


TEXT = st.text(st.characters(codec=None), max_size=12)  # halves of surrogate pairs too, which JSON can hold
ANY = st.recursive(st.none() | st.booleans() | st.floats() | TEXT, st.lists)


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(TEXT | st.sampled_from(sorted(SynthesizeRequest.model_fields)), ANY))
def test_whatever_is_sent_is_a_request_or_an_error_that_says_what_to_do(sent: dict[str, Any]) -> None:
    try:
        assert parse(sent)
    except RequestError as error:
        shown = error.as_dict()
        assert all(shown.values())
        assert json.dumps(shown, ensure_ascii=False).encode(), "the SDK sends it so"


def test_tables_for_what_is_wrong_are_not_loaded_for_what_is_right() -> None:
    code = "import sys; from tts.api import parse; parse({'text': 'Hi.'}); print('tts.api.names' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("crowd", "said"),
    [
        ({f"name{number}": 1 for number in range(200)}, "input has 201 fields, the limit is 100"),
        ({"words": dict.fromkeys(map(str, range(5000)), 1)}, "words holds 5000 values, the limit is 2000"),
        ({"captions": ["srt"] * 5000}, "captions holds 5000 values, the limit is 2000"),
        ({"action": ["synthesize"] * 5000}, "action holds 5000 values, the limit is 2000"),
        ({"action": [["synthesize"]]}, "action is a list"),
        ({"action": {"synthesize": 1}}, "action is an object"),
    ],
)
def test_a_crowd_of_names_or_values_is_refused_without_a_guess_at_each(
    crowd: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guesses at 200,000 names held up all other jobs for 12 s."""
    monkeypatch.setattr("tts.api.explain.renamed", None)
    with pytest.raises(InvalidInput) as caught:
        parse({"text": "Hi.", **crowd})
    assert caught.value.message == said
