"""What leaves the engine is sound, or an error."""

from __future__ import annotations

import pytest
import torch

from tts.engine.engine import Engine
from tts.engine.sampler import Guidance, Item
from warmup.environment.settings import Settings
from warmup.start import ready


@pytest.fixture(scope="module")
def engine() -> Engine:
    return ready(Settings(model="demo", on_runpod=True)).synthesizer.engine


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_finite_is_never_returned_as_sound(
    engine: Engine, value: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = engine.sampler.network
    forward = network.forward

    def broken(noisy: torch.Tensor, *rest: object) -> torch.Tensor:
        velocity: torch.Tensor = forward(noisy, *rest)
        velocity[-1, 3] = value
        return velocity

    monkeypatch.setattr(network, "forward", broken)
    item = Item(torch.zeros(40, 100), torch.tensor([1, 2, 3]), 80, seed=1)
    with pytest.raises(FloatingPointError, match="not finite"):
        engine.speak([item], Guidance(4, 2.0, -1.0))
