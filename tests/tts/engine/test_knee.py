"""Rows of a step: the fewest that bring nearly all the throughput, as far as memory reaches."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.support.oracle import ARCHITECTURES
from tts.engine import knee as module
from tts.engine.knee import ENOUGH, SIZES, knee, rates
from tts.model.config import Architecture
from tts.model.dit import DiT

SMALL = {**ARCHITECTURES["v1"], "depth": 1}


class Device:
    """A network and a clock: a step takes a fixed time and one for each row."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fixed_s: float, row_s: float, memory: int = 10**9) -> None:
        self.now, self.sizes = 0.0, list[int]()

        def step(network: object, packed: module.Packed, *_: object) -> None:
            rows = len(packed.context)
            if rows > memory:
                raise torch.OutOfMemoryError("CUDA out of memory")
            self.sizes.append(rows)
            self.now += fixed_s + row_s * rows

        monkeypatch.setattr(module, "step", step)

    def rates(self) -> dict[int, float]:
        network = DiT(Architecture(**SMALL), 10)
        return rates(network, "sdpa", lambda: self.now)


@given(st.dictionaries(st.sampled_from(SIZES), st.floats(1, 1e6), min_size=1))
def test_the_fewest_rows_that_reach_nearly_the_best_rate(found: dict[int, float]) -> None:
    chosen = knee(found)
    assert found[chosen] >= ENOUGH * max(found.values())
    assert all(found[rows] < ENOUGH * max(found.values()) for rows in found if rows < chosen)


def test_a_device_that_launches_slowly_wants_large_steps_and_one_that_does_not_small_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow, fast = Device(monkeypatch, 0.1, 1e-5).rates(), Device(monkeypatch, 1e-6, 1e-5).rates()
    assert knee(slow) == SIZES[-1]
    assert knee(fast) == SIZES[0]
    assert len(fast) == 2, "no larger ones are tried once they bring nothing"


def test_what_memory_does_not_hold_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert knee(Device(monkeypatch, 0.1, 1e-5, memory=5000).rates()) == SIZES[1]


def test_steps_are_as_large_as_they_are_called(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device(monkeypatch, 0.1, 1e-5)
    device.rates()
    for tried, wanted in zip(sorted(set(device.sizes)), SIZES, strict=True):
        assert 0.99 * wanted <= tried <= wanted


def test_a_real_step_is_measured() -> None:
    network = DiT(Architecture(**SMALL), 10).requires_grad_(False)
    assert all(rate > 0 for rate in rates(network, "sdpa").values())
