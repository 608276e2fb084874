"""The contract: what a job may hold, what is refused and how, and that the documents say the same."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import jsonschema
import pytest

from tests.support.root import ROOT
from tts.api import SynthesizeRequest, parse, schema
from tts.errors import InvalidInput, TextTooLong
from tts.media.encode import _ENCODERS
from tts.media.formats import FORMATS, RATES

ACCEPTED: dict[str, dict[str, Any]] = {
    "text alone": {"text": "Hello."},
    "everything": {
        "action": "synthesize",
        "text": "Hello.",
        "voice_base64": "AAAA",
        "voice_text": "Hi.",
        "language": "en",
        "speed": 1,
        "quality": "high",
        "steps": 12,
        "cfg_strength": 0,
        "sway": 0.0,
        "seed": 2**63 - 1,
        "duration_s": 3.5,
        "format": "ogg",
        "sample_rate": 48000,
        "deliver": "inline",
    },
    "opus, which ogg holds": {"text": "Hello.", "format": "opus", "sample_rate": 48000},
    "health": {"action": "health"},
    "null for what may be left out": {"text": "Hello.", "voice": None, "seed": None, "language": None},
}
REFUSED: dict[str, tuple[Any, str | None, str]] = {
    "not an object": ("hello", None, 'send {"input": {"text": "..."}}'),
    "an object in a string": ('{"text": "Hi."}', None, "send the object itself"),
    "a list": ([{"text": "a"}], None, "a list, not an object"),
    "nothing": (None, None, "missing or null, not an object"),
    "no text": ({"voice": "demo"}, "text", "text is missing"),
    "empty text": ({"text": ""}, "text", "text has 0 characters"),
    "blank text": ({"text": " \n "}, "text", "blank"),
    "text of another type": ({"text": 5}, "text", 'send "5"'),
    "text that is null": ({"text": None}, "text", "text is null send a string"),
    "unknown field": ({"text": "a", "sped": 2}, "sped", "did you mean speed"),
    "unlike any field": ({"text": "a", "zzz": 2}, "zzz", "known fields: action, text"),
    "field of a later version": ({"text": "a", "max_wer": 0.1}, "max_wer", "not served by this version"),
    "unknown action": ({"action": "synthesise", "text": "a"}, "action", "did you mean synthesize"),
    "action of another type": ({"action": ["health"]}, "action", "action is a list"),
    "too slow": ({"text": "a", "speed": 0.1}, "speed", "from 0.3 to 3.0"),
    "speed as text": ({"text": "a", "speed": "1.0"}, "speed", "send 1.0, without quotes"),
    "speed as a truth value": ({"text": "a", "speed": True}, "speed", "speed is true send a number"),
    "speed not a number": ({"text": "a", "speed": float("nan")}, "speed", "NaN"),
    "unknown quality": ({"text": "a", "quality": "best"}, "quality", 'send "high"'),
    "a quality like none": ({"text": "a", "quality": 3}, "quality", "one of draft, standard, high"),
    "too many steps": ({"text": "a", "steps": 65}, "steps", "a whole number from 4 to 64"),
    "negative seed": ({"text": "a", "seed": -1}, "seed", "leave seed out for a random one"),
    "unknown format": ({"text": "a", "format": "wma"}, "format", "one of wav, flac, mp3, ogg, opus, aac, pcm"),
    "odd sample rate": ({"text": "a", "sample_rate": 11025}, "sample_rate", "8000"),
    "Opus at 44.1 kHz": ({"text": "a", "format": "ogg", "sample_rate": 44100}, "sample_rate", "8000, 16000, 24000"),
    "two voices": ({"text": "a", "voice": "demo", "voice_base64": "AA"}, "voice_base64", "exclude each other"),
    "transcript without a recording": ({"text": "a", "voice_text": "b"}, "voice_text", "without a recording"),
    "half a character pair": ({"text": "a", "voice_base64": "AA", "voice_text": "\ud800"}, "voice_text", "unicode"),
    "voice name of a book's length": ({"text": "a", "voice": "v" * 201}, "voice", "at most 200"),
    "an address for a voice": ({"text": "a", "voice": "https://a.b/c.wav"}, "voice", "is an address"),
    "an address for a recording": ({"text": "a", "voice_base64": "HTTPS://a.b"}, "voice_base64", "is an address"),
    "a file for a recording": ({"text": "a", "voice_base64": "/data/me.wav"}, "voice_base64", "the file's bytes"),
    "a pause beyond all": ({"text": "Hi.", "pauses": {"sentence_s": 11}}, "pauses.sentence_s", "from 0 to 10"),
    "a pause behind something else": ({"text": "Hi.", "pauses": {"word_s": 1}}, "pauses.word_s", "sentence_s or"),
    "a word that is said as nothing": ({"text": "Hi.", "words": {"a": " "}}, "words", "no text"),
    "a word that is said as a number": ({"text": "Hi.", "words": {"a": 5}}, "words.a", "send a string"),
    "too many words": ({"text": "Hi.", "words": {f"w{i}": "a" for i in range(1001)}}, "words", "limit is 1000"),
    "an unknown language": ({"text": "Hi.", "language": "xx"}, "language", "send one of af, "),
    "a language by its name": ({"text": "Hi.", "language": "German"}, "language", 'send "de"'),
    "two lengths": ({"text": "a", "speed": 2.0, "duration_s": 3.0}, "speed", "exclude each other"),
    "no length": ({"text": "a", "duration_s": 0}, "duration_s", "over 0, up to 3600"),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_a_valid_input_is_read(case: str) -> None:
    request = parse(ACCEPTED[case])
    for name, value in ACCEPTED[case].items():
        assert getattr(request, name) == value


@pytest.mark.parametrize("case", REFUSED)
def test_an_invalid_input_is_refused_with_its_field_and_what_to_do(case: str) -> None:
    given, field, words = REFUSED[case]
    with pytest.raises(InvalidInput) as caught:
        parse(given)
    error = caught.value.as_dict()
    assert error["code"] == "invalid_input"
    assert error.get("field") == field
    assert words in f"{error['message']} {error['hint']}"
    assert error["hint"]


@pytest.mark.parametrize("given", [{"action": "a" * 10**6}, {"text": "a", "b" * 10**6: 1}], ids=["action", "field"])
def test_a_wrong_name_is_not_repeated_whole(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(given)
    assert len(str(caught.value.as_dict())) < 1000


def test_formats_and_rates_are_those_that_can_be_encoded() -> None:
    properties = SynthesizeRequest.model_json_schema()["properties"]
    allowed = {name: properties[name]["anyOf"][0]["enum"] for name in ("format", "sample_rate")}
    assert allowed == {"format": list(FORMATS), "sample_rate": list(RATES)}
    assert list(_ENCODERS) == list(FORMATS)


def test_a_text_over_the_limit_is_refused_with_its_length() -> None:
    assert parse({"text": "a" * 20_000})
    with pytest.raises(TextTooLong, match="20001 characters, the limit is 20000"):
        parse({"text": "a" * 20_001})
    with pytest.raises(TextTooLong, match="the limit is 10"):
        parse({"text": "a" * 11}, max_text_chars=10)


def test_quality_means_steps_and_steps_override_it() -> None:
    assert [SynthesizeRequest(text="a", quality=name).solver_steps for name in ("draft", "standard", "high")] == [
        7,
        16,
        32,
    ]
    assert SynthesizeRequest(text="a", quality="high", steps=5).solver_steps == 5


@pytest.mark.parametrize("case", ACCEPTED)
def test_the_schema_takes_what_the_worker_takes(case: str) -> None:
    jsonschema.validate(ACCEPTED[case], schema()["request"])


@pytest.mark.parametrize(
    "case",
    ["no text", "unknown field", "too slow", "unknown quality", "too many steps", "unknown format", "negative seed"],
)
def test_the_schema_refuses_what_the_worker_refuses(case: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(REFUSED[case][0], schema()["request"])


def test_the_documents_are_in_step_with_the_code() -> None:
    done = subprocess.run([sys.executable, "-m", "docs.generate", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
