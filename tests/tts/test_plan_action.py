"""The action `plan`: what the same input would come to, with nothing said and the device untouched."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.support.jobs import LONG, TEXT, answer, watch
from tts.media.delivery import Delivery
from tts.media.formats import FORMATS
from tts.worker import Worker

TWO = LONG[: len(LONG) // 3]
GIVEN: dict[str, dict[str, Any]] = {
    "one chunk": {"text": TEXT},
    "two chunks": {"text": TWO},
    "a length asked for": {"text": TWO, "duration_s": 20},
    "another rate and format": {"text": TEXT, "format": "pcm", "sample_rate": 8000},
}
REFUSED: dict[str, dict[str, Any]] = {
    "an unknown field": {"text": TEXT, "sped": 2},
    "no text": {},
    "an unknown voice": {"text": TEXT, "voice": "nobody"},
    "a length out of reach": {"text": TEXT, "duration_s": 500},
    "nothing sayable": {"text": "🙂"},
    "a bucket that is missing": {"text": TEXT, "deliver": "url"},
    "a voice that is no audio": {"text": TEXT, "voice_base64": "AAAA", "voice_text": "Hi."},
}


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
def test_a_plan_tells_what_the_same_input_comes_to(worker: Worker, given: dict[str, Any]) -> None:
    planned, said = answer(worker, action="plan", **given), answer(worker, **given)
    assert [chunk["text"] for chunk in planned["chunks"]] == [chunk["text"] for chunk in said["chunks"]]
    assert planned["warnings"] == said["warnings"]
    promised, made = planned["audio"], said["audio"]
    assert (promised["format"], promised["sample_rate"]) == (made["format"], made["sample_rate"])
    assert promised["delivered"] == "inline"
    assert promised["bytes"] >= made["bytes"]
    silence = promised["duration_s"] - made["duration_s"]  # at the ends, which goes unless a length was asked for
    assert silence == 0 if "duration_s" in given else 0 <= silence < 1


def test_a_plan_tells_the_bytes_of_every_format(worker: Worker) -> None:
    sizes = answer(worker, action="plan", text=TEXT)["sizes"]
    assert sizes.keys() == set(FORMATS) - {"opus", "pcm"}
    for format, size in sizes.items():
        assert answer(worker, text=TEXT, format=format)["audio"]["bytes"] <= size


def test_a_plan_leaves_the_device_alone_and_counts_as_no_job(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    def touched(*_: Any) -> None:
        raise AssertionError

    steps: list[int] = []
    watch(worker, monkeypatch, steps.append)
    monkeypatch.setattr(worker.synthesizer.engine, "speak", touched)
    monkeypatch.setattr(worker.synthesizer.engine, "mel", touched)
    before = dict(worker.counters)
    assert "audio" in answer(worker, action="plan", text=LONG)
    assert steps == []
    assert dict(worker.counters) == before


@pytest.mark.parametrize("given", REFUSED.values(), ids=REFUSED)
def test_a_plan_fails_as_the_job_would(worker: Worker, given: dict[str, Any]) -> None:
    planned, said = answer(worker, action="plan", **given), answer(worker, **given)
    assert planned == said
    assert planned["error"]["code"]


def test_a_result_that_fits_nowhere_is_refused_in_a_plan_too(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker.synthesizer, "_delivery", Delivery(80_000))
    planned, said = answer(worker, action="plan", text=TEXT), answer(worker, text=TEXT)
    assert planned == said
    assert planned["error"]["code"] == "result_too_large"


@pytest.mark.parametrize("deliver", ["fit", {"fit": True}], ids=repr)
def test_a_format_that_was_taken_instead_is_planned_made_and_told(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, deliver: Any
) -> None:
    monkeypatch.setattr(worker.synthesizer, "_delivery", Delivery(80_000))
    given = {"text": TEXT, "deliver": deliver, "sample_rate": 44100}
    planned, said = answer(worker, action="plan", **given), answer(worker, **given)
    assert planned["audio"]["format"] == said["audio"]["format"] == "ogg"
    assert planned["audio"]["sample_rate"] == said["audio"]["sample_rate"] == 24000
    (warning,) = said["warnings"]
    assert "ogg (sample_rate 24000) was taken" in warning
    assert planned["warnings"] == said["warnings"]


def test_fit_turned_off_is_auto(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker.synthesizer, "_delivery", Delivery(80_000))
    assert answer(worker, text=TEXT, deliver={"fit": False})["error"]["code"] == "result_too_large"


def test_a_seed_plays_no_part_in_a_plan(worker: Worker) -> None:
    plans = [answer(worker, action="plan", text=LONG, seed=seed) for seed in (1, 2, None)]
    assert plans[0] == plans[1] == plans[2]


def test_progress_is_told_in_steps_chunks_and_seconds(worker: Worker) -> None:
    told: list[Any] = []
    job = {"id": "told", "input": {"text": TWO, "steps": 4, "seed": 1}}
    reply = asyncio.run(worker.handle(job, told.append))
    assert [each.steps for each in told] == list(range(1, told[-1].of_steps + 1))
    assert (told[-1].chunks, told[-1].of_chunks) == (len(reply["chunks"]),) * 2
    assert told[-1].seconds == told[-1].of_seconds == pytest.approx(reply["audio"]["duration_s"], abs=0.01)
    assert [each.chunks for each in told] == sorted(each.chunks for each in told)
    assert told[0].chunks == 0
