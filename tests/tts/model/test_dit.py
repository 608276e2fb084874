"""Sequences of one batch don't reach each other, whatever stands in them."""

from __future__ import annotations

import pytest
import torch

from tests.support.oracle import PROMPT, Pair, pair
from tests.support.solve import sample
from tts.engine.chunk import Chunk, Guidance


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return pair("v1", tmp_path_factory.mktemp("weights"))


def item(model: Pair, seed: int, frames: int) -> Chunk:
    reference = torch.randn(40, 100, generator=torch.Generator().manual_seed(seed))
    return Chunk(reference, model.tokens(PROMPT), frames, seed)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e38], ids=str)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_sequence_that_overflows_changes_no_neighbour(model: Pair, value: float, place: int) -> None:
    guidance = Guidance(4)
    good = [item(model, 1, 90), item(model, 2, 130)]
    bad = item(model, 3, 70)
    bad.reference[-1] = value
    alone = [sample(model.ours, [one], guidance)[0] for one in good]
    beside = sample(model.ours, [*good[:place], bad, *good[place:]], guidance)
    assert not beside.pop(place).isfinite().all()
    for ours, solo in zip(beside, alone, strict=True):
        assert (ours - solo).abs().max() <= 1e-5
