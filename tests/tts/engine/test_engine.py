"""What leaves the engine is sound, or an error, and each chunk's own, whatever shares its steps."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

import pytest
import torch

from tts.clock import Samples
from tts.engine.chunk import Chunk, Guidance
from tts.engine.engine import Engine
from warmup.environment.settings import Settings
from warmup.start import ready


@pytest.fixture(scope="module")
def engine() -> Engine:
    """The demo model with room for ten short chunks in a step."""
    return ready(Settings(model="demo", on_runpod=True, max_batch_frames=2048)).synthesizer.engine


def chunk(seed: int, frames: int = 100, **given: object) -> Chunk:
    """A chunk in a voice of its own."""
    generator = torch.Generator().manual_seed(seed)
    reference = torch.randn(30 + seed % 17, 100, generator=generator) - 2
    tokens = torch.randint(0, 30, (20 + seed % 11,), generator=generator)
    return Chunk(reference, tokens, frames + len(reference), seed, **{"guidance": Guidance(4), **given})


async def said(engine: Engine, chunks: Sequence[Chunk]) -> list[Samples]:
    async with aclosing(engine.speak(chunks)) as sounds:
        return [sound.samples async for sound in sounds]


def alone(engine: Engine, one: Chunk) -> Samples:
    return asyncio.run(said(engine, [one]))[0]


def off(ours: Samples, theirs: Samples) -> float:
    assert ours.shape == theirs.shape
    return float(abs(ours - theirs).max())


def test_64_jobs_with_64_voices_at_once_come_back_each_as_its_own(engine: Engine) -> None:
    chunks = [
        chunk(seed, 40 + 3 * (seed % 13), guidance=Guidance(4 + seed % 5, (2.0, 0.0)[seed % 3 == 0]))
        for seed in range(64)
    ]

    async def crowd() -> list[Samples]:
        return [one for (one,) in await asyncio.gather(*(said(engine, [one]) for one in chunks))]

    together = asyncio.run(crowd())
    for one, ours in zip(chunks, together, strict=True):
        assert off(ours, alone(engine, one)) <= 1e-5


def test_sounds_come_in_the_order_of_the_text_and_before_the_last_is_begun(engine: Engine) -> None:
    chunks = [chunk(seed, 700) for seed in range(3)]
    steps: list[int] = []

    async def first_of_three() -> int:
        async with aclosing(engine.speak(chunks, progress=lambda done, *_: steps.append(done))) as sounds:
            await anext(sounds)
            return len(steps)

    assert asyncio.run(first_of_three()) < 3 * 4
    sounds = asyncio.run(said(engine, chunks))
    assert [len(sound) for sound in sounds] == [699 * 256] * 3
    assert all(off(sound, alone(engine, one)) <= 1e-5 for one, sound in zip(chunks, sounds, strict=True))


@pytest.mark.parametrize("ends", ["closed", "cancelled"])
def test_who_stops_listening_takes_no_more_steps(engine: Engine, ends: str) -> None:
    steps: list[int] = []

    async def listen(first: asyncio.Event) -> None:
        chunks = [chunk(1, 60), chunk(2, 900, guidance=Guidance(64)), chunk(3, 900, guidance=Guidance(64))]
        async with aclosing(engine.speak(chunks, progress=lambda done, *_: steps.append(done))) as sounds:
            await anext(sounds)
            first.set()
            if ends == "cancelled":
                await anext(sounds)

    async def scenario() -> int:
        first = asyncio.Event()
        task = asyncio.ensure_future(listen(first))
        await first.wait()
        if ends == "cancelled":
            task.cancel()
        await asyncio.wait([task])
        at = len(steps)
        await said(engine, [chunk(4, 60)])  # and whoever comes next finds the device free
        return at

    at = asyncio.run(scenario())
    assert len(steps) <= at + 2 * 2, "two chunks, two steps each at most"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_finite_is_never_returned_as_sound(
    engine: Engine, value: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = engine.network
    forward = network.forward

    def broken(noisy: torch.Tensor, *rest: object) -> torch.Tensor:
        velocity: torch.Tensor = forward(noisy, *rest)
        velocity[-1, 3] = value
        return velocity

    monkeypatch.setattr(network, "forward", broken)
    with pytest.raises(FloatingPointError, match="chunk 1 is not finite"):
        alone(engine, chunk(1))
