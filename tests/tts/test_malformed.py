"""Hundreds of wrong requests, each with the one error that it must get; and inputs of any shape."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import as_file
from tests.support.malformed import UNPARSED, UNREAD, Case
from tts.api import SynthesizeRequest
from tts.clock import Samples
from tts.errors import RequestError
from tts.voice.reference import make_voice
from tts.worker import Worker


def error_of(worker: Worker, case: Case) -> dict[str, Any]:
    reply = asyncio.run(worker.handle({"id": "wrong", "input": case.given}))
    assert reply.keys() == {"error"}, case.name
    error: dict[str, Any] = json.loads(json.dumps(reply, allow_nan=False))["error"]
    return error


def told(case: Case, error: dict[str, Any]) -> dict[str, Any]:
    right = {"code": case.code, "message": case.message, "hint": error["hint"]}
    return right if case.field is None else {**right, "field": case.field}


def test_there_are_five_hundred_of_many_kinds() -> None:
    cases = [*UNPARSED, *UNREAD]
    assert len({json.dumps(case.given, sort_keys=True) for case in cases}) >= 500
    assert {case.code for case in cases} >= {"invalid_input", "text_too_long", "voice_unusable", "voice_not_found"}
    assert len(Counter(case.field for case in cases)) > 100


def test_every_wrong_request_gets_its_own_error() -> None:
    worker = Worker(None)
    errors = [(case, error_of(worker, case)) for case in UNPARSED]
    assert [(case.name, error) for case, error in errors if error != told(case, error)] == []
    assert all(error["hint"] for _, error in errors)


@pytest.mark.parametrize("case", UNREAD, ids=lambda case: case.name)
def test_what_a_loaded_worker_cannot_use_is_refused_in_words(worker: Worker, case: Case) -> None:
    error = error_of(worker, case)
    assert error == told(case, error)
    assert error["hint"]
    for secret in ("Traceback", 'File "', "/work", "/usr", "site-packages", "av.error"):
        assert secret not in json.dumps(error)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from([*SynthesizeRequest.model_fields, "ref_audio", "input", "prompt"]) | st.text(max_size=12)
LINES = [
    "WEBVTT",
    "1",
    "00:00:01,000 --> 00:00:02,000",
    "00:01.000 --> 00:02.000 align:start",
    "Start,End,Segment",
    "0,1,Two red cats.",
    '"',
    "{\n",
    '{"segments": [{"start": 0, "text": "Hi."}]}',
    "[00:01.2] Hi",
    "",
    "\ufeff",
    "NOTE",
    "<v Bob>Hi</v>",
    "{\\an8}Hi",
]
TRANSCRIPTS = st.text(max_size=400) | st.lists(st.sampled_from(LINES) | st.text(max_size=30), max_size=40).map(
    "\n".join
)


@settings(max_examples=400, deadline=10_000)
@given(JSON | st.dictionaries(NAMES, JSON, max_size=6))
def test_no_input_is_a_defect(given: Any) -> None:
    """A worker without a model reads the whole input, and says what it could say if it had one."""
    reply = asyncio.run(Worker(None, failure="none").handle({"id": "any", "input": given}))
    if "error" in reply:
        assert reply["error"]["code"] in {"invalid_input", "text_too_long", "worker_unusable"}
        assert reply["error"]["hint"]
        assert "Traceback" not in json.dumps(reply)


@settings(max_examples=100, deadline=10_000)
@given(text=TRANSCRIPTS)
def test_no_transcript_is_a_defect(speech: Samples, text: str) -> None:
    try:
        voice = make_voice(as_file(speech), text)
    except RequestError as error:
        told = error.as_dict()
    else:
        told = {"code": "", "hint": voice.text}
    assert told["code"] in {"", "invalid_input", "voice_unusable", "transcription_unavailable"}
    assert told["hint"]
