"""Jobs through the loaded demo model: the same seed, exact lengths, cancelled and failing work, delivery."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

import numpy as np
import pytest
import soundfile
import torch

from tests.conftest import as_file
from tts.clock import Samples
from tts.engine.device import DeviceThread, Done
from tts.engine.sampler import Sampler
from tts.media.delivery import Delivery, Sink, Wanted, file_stem
from tts.worker import Worker
from warmup.environment.settings import Settings
from warmup.start import ready

T = TypeVar("T")
TEXT = "Sarah sees four blue houses."
LONG = " ".join(
    f"Sarah sees {count} blue houses, and two red cats."
    for count in ("four", "five", "six", "ten", "two", "one", "nine") * 2
)


@pytest.fixture(scope="module")
def worker() -> Worker:
    return ready(Settings(model="demo", on_runpod=True, max_batch_frames=32_768))


def answer(worker: Worker, **given: Any) -> dict[str, Any]:
    """Return the reply to one job, as the SDK would post it."""
    reply = asyncio.run(worker.handle({"id": "job", "input": {"steps": 4, "seed": 1, **given}}))
    json.dumps(reply, allow_nan=False)
    return reply


def samples(reply: dict[str, Any]) -> Samples:
    data = base64.b64decode(reply["audio"]["base64"], validate=True)
    return np.frombuffer(data[44:], "<i2").astype(np.float32) / 32768


def test_the_same_request_gives_the_same_bytes(worker: Worker) -> None:
    first, second, other = (answer(worker, text=LONG, seed=seed) for seed in (1, 1, 2))
    assert len(first["chunks"]) > 1
    assert first["audio"]["base64"] == second["audio"]["base64"] != other["audio"]["base64"]


def test_the_same_request_gives_the_same_bytes_whatever_else_runs(worker: Worker) -> None:
    """Upstream's chunks share one generator among threads: one of six repeats was equal."""

    async def crowd() -> list[dict[str, Any]]:
        jobs = [{"id": str(seed), "input": {"text": LONG, "steps": 4, "seed": seed % 2}} for seed in range(4)]
        return list(await asyncio.gather(*(worker.handle(job) for job in jobs)))

    alone = answer(worker, text=LONG, seed=1)
    crowded = asyncio.run(crowd())
    assert crowded[1]["audio"]["base64"] == crowded[3]["audio"]["base64"] == alone["audio"]["base64"]


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
    reply = answer(worker, text="Sarah sees 4 houses.")
    assert reply["warnings"] == ["the model doesn't know these characters and leaves them out: 4"]


def test_a_text_without_anything_sayable_is_refused(worker: Worker) -> None:
    assert answer(worker, text="123 🙂")["error"]["field"] == "text"


def test_a_result_over_the_limit_is_refused_with_a_smaller_format(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[int] = []
    watch(worker, monkeypatch, steps.append)
    monkeypatch.setattr(worker.synthesizer, "_delivery", Delivery(inline_limit=80_000))
    for format in ("wav", "pcm", "flac"):
        error = answer(worker, text=TEXT, format=format)["error"]
        assert error["code"] == "result_too_large"
        assert "ogg" in error["hint"]
    assert steps == [], "nothing is synthesized for it"
    for format in ("ogg", "opus"):
        audio = answer(worker, text=TEXT, format=format)["audio"]
        assert audio["format"] == format
        assert base64.b64decode(audio["base64"])[28:36] == b"OpusHead"


@pytest.mark.parametrize("given", [{"text": TEXT}, {"text": LONG}, {"text": LONG, "duration_s": 40}], ids=len)
def test_a_reply_is_as_large_as_was_reckoned_before_it_was_made(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any]
) -> None:
    reckoned: list[tuple[Wanted, int]] = []
    choose = Delivery.sink

    def seen(delivery: Delivery, deliver: str, job_id: str, wanted: Wanted, reply: int) -> Sink:
        reckoned.append((wanted, reply))
        return choose(delivery, deliver, job_id, wanted, reply)

    monkeypatch.setattr(Delivery, "sink", seen)
    reply = answer(worker, **given)
    ((wanted, rest),) = reckoned
    assert wanted.samples == len(samples(reply))
    assert wanted.in_base64 == len(reply["audio"].pop("base64"))
    assert len(json.dumps(reply)) < rest < len(json.dumps(reply)) + 20_000


def test_a_local_run_writes_a_file_and_never_outside_its_folder(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(worker.synthesizer, "_delivery", Delivery(10**7, tmp_path))
    reply = asyncio.run(worker.handle({"id": "../../etc/passwd", "input": {"text": TEXT, "steps": 4}}))
    path = Path(reply["audio"]["path"])
    assert path.resolve().parent == tmp_path
    assert soundfile.info(path).duration == pytest.approx(reply["audio"]["duration_s"], abs=1e-3)
    assert file_stem("..") == "_"


def test_a_cancelled_job_stops_at_the_next_step_and_frees_the_device(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[int] = []
    ended: list[bool] = []
    speak = worker.synthesizer.engine.speak

    def watched(*given: Any) -> list[Samples]:
        try:
            return speak(*given)
        finally:
            ended.append(True)

    async def cancelled() -> None:
        task = asyncio.ensure_future(worker.handle({"id": "c", "input": {"text": LONG, "steps": 64, "seed": 1}}))
        while not steps:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended == [True], "the job's slot is free only when the device is"

    watch(worker, monkeypatch, lambda _: steps.append(1))
    monkeypatch.setattr(worker.synthesizer.engine, "speak", watched)
    asyncio.run(cancelled())
    assert len(steps) < 10
    assert "audio" in answer(worker, text=TEXT)


def watch(worker: Worker, monkeypatch: pytest.MonkeyPatch, look: Callable[[int], object]) -> None:
    """Call `look` with the number of frames at every step of the real network."""
    network = worker.synthesizer.engine.sampler.network
    forward = network.forward

    def watched(noisy: torch.Tensor, *rest: Any) -> torch.Tensor:
        look(len(noisy))
        return forward(noisy, *rest)

    monkeypatch.setattr(network, "forward", watched)


def test_when_memory_runs_out_the_batch_is_halved_and_the_result_is_the_same(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = answer(worker, text=LONG)
    chunks = len(whole["chunks"])

    def scarce(frames: int) -> None:
        if frames > 2500:
            raise torch.OutOfMemoryError("CUDA out of memory")

    budget = worker.synthesizer.engine.max_batch_frames
    watch(worker, monkeypatch, scarce)
    halved = answer(worker, text=LONG)
    assert chunks > 1
    assert halved["audio"]["base64"] == whole["audio"]["base64"]
    assert worker.synthesizer.engine.max_batch_frames < budget
    worker.synthesizer.engine.max_batch_frames = budget


def test_when_one_chunk_alone_exceeds_the_memory_the_job_fails_with_that_reason(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(frames: int) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    watch(worker, monkeypatch, none_left)
    assert answer(worker, text=TEXT)["error"]["code"] == "out_of_memory"


def test_the_wait_for_the_device_is_told_apart_from_the_synthesis(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Busy(DeviceThread):
        async def run(self, work: Callable[[Event], T]) -> Done[T]:
            return replace(await super().run(work), waited_s=1000.0, worked_s=5.0)

    monkeypatch.setattr(worker.synthesizer, "_device", Busy())
    reply = answer(worker, text=TEXT)
    timing = reply["timing"]
    assert (timing["queue_s"], timing["synthesis_s"]) == (1000, 5)
    assert timing["real_time_factor"] == pytest.approx(5 / reply["audio"]["duration_s"], abs=1e-3)
    assert timing["total_s"] < 1000


def test_a_defect_is_reported_without_its_trace(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise KeyError("/secret/path")

    monkeypatch.setattr(Sampler, "sample", broken)
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
