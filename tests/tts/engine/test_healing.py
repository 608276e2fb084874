"""What fails on the device is mended where it can be, and told as what it is where it can't."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
import torch

from tests.support.jobs import LONG, TEXT, answer, samples
from tts.engine.faults import outlives_its_job, ran_out_of_memory
from tts.model.dit import DiT
from tts.model.text_embedding import TextEmbedding
from tts.model.vocos import Vocos
from tts.worker import Worker
from warmup.environment.examine import examine
from warmup.environment.settings import Settings
from warmup.start import ready, start

CPU = torch.device("cpu")
LASTING = torch.AcceleratorError("CUDA error: an illegal memory access was encountered\nand more")
SCARCE = [
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB"),
    torch.AcceleratorError("CUDA error: out of memory"),
    RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    RuntimeError("[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory"),
    MemoryError(),
]
Break = Callable[[Callable[[torch.Tensor], torch.Tensor]], None]


@pytest.fixture(scope="module")
def sound() -> Worker:
    return ready(Settings(model="demo", on_runpod=True))


@pytest.fixture
def fresh() -> Worker:
    """A worker whose device may be broken for good."""
    return ready(Settings(model="demo", on_runpod=True, concurrency=4))


@pytest.fixture
def break_network(monkeypatch: pytest.MonkeyPatch) -> Break:
    """Put something between the network and what it returns at every step."""

    def apply(fault: Callable[[torch.Tensor], torch.Tensor]) -> None:
        forward = DiT.forward
        monkeypatch.setattr(DiT, "forward", lambda network, *given: fault(forward(network, *given)))

    return apply


def fails_once(error: BaseException) -> Callable[[torch.Tensor], torch.Tensor]:
    left = [error]

    def fault(velocity: torch.Tensor) -> torch.Tensor:
        if left:
            raise left.pop()
        return velocity

    return fault


def fails(error: BaseException) -> Callable[[torch.Tensor], torch.Tensor]:
    def fault(velocity: torch.Tensor) -> torch.Tensor:
        raise error

    return fault


def health(worker: Worker) -> dict[str, Any]:
    return asyncio.run(worker.handle({"id": "h", "input": {"action": "health"}}))


@pytest.mark.parametrize("error", [LASTING, SystemExit("told to end")], ids=["an error that lasts", "a dead thread"])
def test_a_device_that_fails_answers_all_that_wait_and_all_that_come(
    fresh: Worker, break_network: Break, error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    async def crowd() -> list[dict[str, Any]]:
        jobs = ({"id": str(n), "input": {"text": LONG, "steps": 4, "seed": n}} for n in range(4))
        return list(await asyncio.gather(*map(fresh.handle, jobs)))

    assert "failure" not in health(fresh)
    break_network(fails(error))
    assert [reply["error"]["code"] for reply in asyncio.run(crowd())] == ["retry"] * 4
    assert answer(fresh, text=TEXT)["error"]["code"] == "retry"
    assert health(fresh)["failure"]
    assert "another worker" in answer(fresh, text=TEXT)["error"]["hint"]
    assert caplog.text.count("the device failed, and this worker with it") == 1


def test_an_error_that_ends_with_its_job_breaks_nothing(sound: Worker, break_network: Break) -> None:
    break_network(fails_once(RuntimeError("shape '[2, 3]' is invalid for input of size 5")))
    assert answer(sound, text=TEXT)["error"]["code"] == "internal"
    assert "audio" in answer(sound, text=TEXT)
    assert "failure" not in health(sound)


def test_a_step_that_never_ends_is_answered_for(
    fresh: Worker, break_network: Break, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Event()

    def hangs(velocity: torch.Tensor) -> torch.Tensor:
        held.wait()
        return velocity

    monkeypatch.setattr("tts.engine.watchdog.FIRST_S", 0.2)
    monkeypatch.setattr("tts.engine.watchdog.LEAST_S", 0.2)
    break_network(hangs)
    assert answer(fresh, text=TEXT)["error"]["code"] == "retry"
    assert "didn't end within" in health(fresh)["failure"]
    held.set()


@pytest.mark.parametrize("error", SCARCE, ids=lambda error: f"{type(error).__name__} {str(error)[:20]}")
def test_one_chunk_that_runs_out_of_memory_is_tried_once_more_with_empty_caches(
    sound: Worker, break_network: Break, error: BaseException
) -> None:
    whole = samples(answer(sound, text=TEXT))
    break_network(fails_once(error))
    assert abs(samples(answer(sound, text=TEXT)) - whole).max() <= 1e-5


@pytest.mark.parametrize("error", SCARCE, ids=lambda error: f"{type(error).__name__} {str(error)[:20]}")
def test_memory_that_stays_out_is_told_as_that(sound: Worker, break_network: Break, error: BaseException) -> None:
    break_network(fails(error))
    assert answer(sound, text=TEXT)["error"]["code"] == "out_of_memory"
    assert "failure" not in health(sound)


def test_the_vocoder_and_the_context_are_tried_once_more_too(sound: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = samples(answer(sound, text=TEXT))
    for part in (Vocos, TextEmbedding):
        work, left = part.forward, [torch.OutOfMemoryError("CUDA out of memory")]

        def scarce(*given: Any, work: Any = work, left: Any = left, **named: Any) -> Any:
            if left:
                raise left.pop()
            return work(*given, **named)

        monkeypatch.setattr(part, "forward", scarce)
        assert abs(samples(answer(sound, text=TEXT)) - whole).max() <= 1e-5
        assert not left


def test_a_chunk_that_is_not_finite_is_made_again_alone(
    sound: Worker, break_network: Break, caplog: pytest.LogCaptureFixture
) -> None:
    whole = samples(answer(sound, text=LONG))
    calls = 0

    def overflows_early(velocity: torch.Tensor) -> torch.Tensor:
        nonlocal calls
        calls += 1
        if calls == 6:
            velocity[-1] = float("inf")
        return velocity

    break_network(overflows_early)
    assert abs(samples(answer(sound, text=LONG)) - whole).max() <= 1e-5
    assert "chunk 2 is not finite in torch.float32; it is made again in torch.float32" in caplog.text


def test_a_chunk_that_is_never_finite_fails_its_job_with_its_number_in_the_log(
    sound: Worker, break_network: Break, caplog: pytest.LogCaptureFixture
) -> None:
    break_network(lambda velocity: velocity.fill_(float("nan")))
    assert answer(sound, text=TEXT)["error"]["code"] == "internal"
    assert "NotFinite: chunk 1 is not finite in torch.float32" in caplog.text


def test_a_host_where_the_device_fails_at_the_start_is_told_by_its_fitness_check(break_network: Break) -> None:
    break_network(fails(LASTING))
    done = start(examine({"TTS_MODEL": "demo"}, torch.__version__), quiet=True)
    assert "illegal memory access" in done.report.problem
    failing = []
    for check in done.fitness_checks():
        try:
            check()
        except Exception as error:
            failing.append((check.__name__, str(error)))
    assert failing == [("warm_up", "the first synthesis failed: AcceleratorError: " + str(LASTING).partition("\n")[0])]


def test_errors_are_told_apart() -> None:
    assert all(ran_out_of_memory(error) and not outlives_its_job(error, CPU) for error in SCARCE)
    assert outlives_its_job(LASTING, CPU)
    for harmless in (RuntimeError("shapes"), FloatingPointError(), KeyError("x")):
        assert not outlives_its_job(harmless, CPU)
        assert not ran_out_of_memory(harmless)
