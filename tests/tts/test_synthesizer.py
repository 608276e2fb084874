"""The steps of a job: where its result goes, its turn on the device, cancelled work, memory that runs out."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import soundfile
import torch

from tests.support.jobs import LONG, TEXT, answer, samples, watch
from tts.clock import SAMPLE_RATE
from tts.engine.chunk import Sound
from tts.media.delivery import Chosen, Delivery, Wanted, file_stem
from tts.worker import Worker

Speak = Callable[..., AsyncGenerator[Sound, None]]


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


@pytest.mark.parametrize(
    "given",
    [{"text": TEXT}, {"text": LONG}, {"text": LONG, "duration_s": 40}],
    ids=["one chunk", "several chunks", "a length asked for"],
)
def test_a_reply_is_no_larger_than_was_reckoned_before_it_was_made(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any]
) -> None:
    reckoned: list[tuple[Wanted, int]] = []
    choose = Delivery.choose

    def seen(delivery: Delivery, deliver: str, job_id: str, wanted: Wanted, reply: int, config: Any) -> Chosen:
        reckoned.append((wanted, reply))
        return choose(delivery, deliver, job_id, wanted, reply, config)

    monkeypatch.setattr(Delivery, "choose", seen)
    reply = answer(worker, **given)
    ((wanted, rest),) = reckoned
    assert wanted.samples - 0.5 * SAMPLE_RATE < len(samples(reply)) <= wanted.samples
    assert wanted.in_base64 - 30_000 < len(reply["audio"].pop("base64")) <= wanted.in_base64
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


def test_a_cancelled_job_leaves_at_the_next_step_and_the_device_goes_on_with_others(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[int] = []

    async def cancelled() -> int:
        task = asyncio.ensure_future(worker.handle({"id": "c", "input": {"text": LONG, "steps": 64, "seed": 1}}))
        while not steps:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        at = len(steps)
        assert "audio" in await worker.handle({"id": "next", "input": {"text": TEXT, "steps": 4, "seed": 1}})
        return at

    watch(worker, monkeypatch, lambda _: steps.append(1))
    at = asyncio.run(cancelled())
    assert len(steps) <= at + 2 + 4, "two more steps at most, then the other job's"


def test_when_memory_runs_out_the_batch_is_halved_and_the_result_is_the_same(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = answer(worker, text=LONG)
    chunks = len(whole["chunks"])

    def scarce(frames: int) -> None:
        if frames > 2500:
            raise torch.OutOfMemoryError("CUDA out of memory")

    budget = worker.synthesizer.engine.budget.frames
    monkeypatch.setattr(worker.synthesizer.engine.budget, "_frames", budget)
    watch(worker, monkeypatch, scarce)
    halved = answer(worker, text=LONG)
    assert chunks > 1
    assert halved["audio"]["base64"] == whole["audio"]["base64"]
    assert worker.synthesizer.engine.budget.frames < budget


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
    def slow(steps: Speak) -> Speak:
        async def speak(*given: Any, **named: Any) -> AsyncGenerator[Sound, None]:
            nonlocal now
            async for sound in steps(*given, **named):
                now += 1005
                yield replace(sound, device_s=5.0)

        return speak

    now = 0.0
    monkeypatch.setattr("tts.stopwatch.time.perf_counter", lambda: now)
    monkeypatch.setattr(worker.synthesizer.engine, "speak", slow(worker.synthesizer.engine.speak))
    reply = answer(worker, text=TEXT)
    timing = reply["timing"]
    assert (timing["queue_s"], timing["synthesis_s"]) == (1000, 5)
    assert timing["real_time_factor"] == pytest.approx(5 / reply["audio"]["duration_s"], abs=1e-3)
    assert timing["total_s"] == 1005
