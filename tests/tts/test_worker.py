"""Jobs through the loaded demo model: the same seed, exact lengths, failing work, what is told and logged."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import numpy as np
import pytest

from tests.conftest import as_file
from tests.support.jobs import LONG, TEXT, answer, samples, watch
from tts.clock import Samples
from tts.worker import Worker


def test_the_same_request_gives_the_same_bytes(worker: Worker) -> None:
    first, second, other = (answer(worker, text=LONG, seed=seed) for seed in (1, 1, 2))
    assert len(first["chunks"]) > 1
    assert first["audio"]["base64"] == second["audio"]["base64"] != other["audio"]["base64"]


@pytest.mark.parametrize("reproducible", [True, False], ids=["to the byte", "to rounding"])
def test_the_same_request_gives_the_same_whatever_else_runs(worker: Worker, reproducible: bool) -> None:
    """Upstream's chunks share one generator among threads: one of six repeats was equal."""

    async def crowd() -> list[dict[str, Any]]:
        wanted = {"text": TEXT, "steps": 4}
        jobs = [{"id": str(n), "input": {**wanted, "seed": n % 2, "reproducible": reproducible}} for n in range(4)]
        others = [{"id": "other", "input": {**wanted, "text": TEXT * 2, "seed": 1}} for _ in range(2)]
        return list(await asyncio.gather(*map(worker.handle, jobs + others)))

    alone = answer(worker, text=TEXT, seed=1, reproducible=reproducible)
    crowded = [reply for reply in asyncio.run(crowd())[:4] if reply["seed"] == 1]
    assert all(reply["reproducible"] for reply in crowded) or not reproducible
    for reply in crowded:
        assert abs(samples(reply) - samples(alone)).max() <= 2 / 32768
        if reply["reproducible"]:  # which one that didn't ask for it may be too, by chance
            assert reply["audio"]["base64"] == alone["audio"]["base64"]


def test_a_seed_that_was_drawn_reproduces_the_recording(worker: Worker) -> None:
    drawn = answer(worker, text=TEXT, seed=None)
    again = answer(worker, text=TEXT, seed=drawn["seed"])
    assert again["audio"]["base64"] == drawn["audio"]["base64"]


@pytest.mark.parametrize("text", [TEXT, LONG], ids=["one chunk", "several chunks"])
def test_a_length_asked_for_is_met_to_the_sample(worker: Worker, text: str) -> None:
    natural = answer(worker, text=text)["audio"]["duration_s"]
    wanted = round(natural * 1.2, 2)
    reply = answer(worker, text=text, duration_s=wanted)
    assert len(samples(reply)) == round(wanted * 24000)
    assert reply["chunks"][-1]["end_s"] == pytest.approx(wanted, abs=0.001)


def test_speed_counts_for_short_texts_too(worker: Worker) -> None:
    """Upstream sets speed 0.3 below ten bytes, whatever the caller asks."""
    slow, fast = (answer(worker, text="Cats.", speed=speed)["audio"]["duration_s"] for speed in (0.5, 2.0))
    assert slow == pytest.approx(4 * fast, rel=0.1)


def test_chunks_follow_each_other_without_gaps(worker: Worker) -> None:
    reply = answer(worker, text=LONG)
    edges = [0.0, *(chunk["end_s"] for chunk in reply["chunks"])]
    assert [chunk["start_s"] for chunk in reply["chunks"]] == edges[:-1]
    assert edges[-1] == pytest.approx(reply["audio"]["duration_s"], abs=0.001)
    assert " ".join(chunk["text"] for chunk in reply["chunks"]) == LONG


def test_a_quiet_reference_gives_a_quiet_result_not_an_empty_one(
    worker: Worker, speech: Samples, speech_text: str
) -> None:
    """Upstream turns a reference below -50 dBFS into 50 ms of silence."""
    levels = []
    for gain in (0.1, 0.02):
        recording = base64.b64encode(as_file(gain * speech, subtype="PCM_24")).decode()
        reply = answer(worker, text=TEXT, voice_base64=recording, voice_text=speech_text)
        levels.append(np.sqrt(np.square(samples(reply)).mean()))
    assert levels[0] == pytest.approx(5 * levels[1], rel=0.05)


def test_characters_the_model_lacks_are_named_in_the_reply(worker: Worker) -> None:
    reply = answer(worker, text="Sarah sees 4 houses.", normalize=False)
    assert reply["warnings"] == ["the model doesn't know these characters and leaves them out: 4"]


def test_a_text_without_anything_sayable_is_refused(worker: Worker) -> None:
    assert answer(worker, text="🙂")["error"]["field"] == "text"


def test_a_defect_is_reported_without_its_trace(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise KeyError("/secret/path")

    watch(worker, monkeypatch, broken)
    reply = answer(worker, text=TEXT)
    assert reply["error"]["code"] == "internal"
    assert "secret" not in json.dumps(reply)
    assert "/secret/path" in caplog.text
    assert "job" in reply["error"]["hint"]


def test_neither_text_nor_transcript_reaches_the_log(worker: Worker, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    answer(worker, text="Sarah sees nothing.", voice="nobody")
    answer(worker, text="Sarah sees nothing.")
    assert "job" in caplog.text
    assert "Sarah" not in caplog.text


def test_health_tells_what_serves_and_counts(worker: Worker) -> None:
    before = asyncio.run(worker.handle({"id": "h", "input": {"action": "health"}}))
    answer(worker, text=TEXT)
    answer(worker, text="")
    after = asyncio.run(worker.handle({"id": "h", "input": {"action": "health"}}))
    assert (after["model"], after["attention"], after["device"], after["dtype"]) == ("demo", "sdpa", "cpu", "float32")
    assert {"demo", "demo_low", "demo_mid", "basic_en", "basic_zh", "main", "town", "country"} <= set(after["voices"])
    assert after["warmup"]["settings"]["TTS_MODEL"] == "demo"
    assert after["warmup"]["seconds"]["weights"] >= 0
    grown = {name: after["counters"][name] - before["counters"][name] for name in after["counters"]}
    assert (grown["jobs_done"], grown["jobs_failed"]) == (1, 1)
    assert grown["audio_s"] > 0.5
