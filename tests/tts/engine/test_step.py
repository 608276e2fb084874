"""Sampling is upstream's, step by step; what shares a batch changes nothing; the vocoder is upstream's."""

from __future__ import annotations

import math
from copy import deepcopy
from pathlib import Path
from unittest import mock

import pytest
import torch
from f5_tts.model.utils import get_epss_timesteps
from torch import Tensor

from tests.support.oracle import ARCHITECTURES, PROMPT, Pair, pair, upstream_cfm
from tests.support.solve import sample
from tts.engine.chunk import Chunk, Guidance
from tts.engine.noise import noise
from tts.engine.schedule import chunk_seed, schedule

TEXT = "I don't really care what you call me."


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("weights")


def item(model: Pair, text: str = TEXT, reference: int = 70, frames: int = 190, seed: int = 5) -> Chunk:
    mel = torch.randn(reference, 100, generator=torch.Generator().manual_seed(reference)) - 2
    return Chunk(mel, model.tokens(PROMPT + text), frames, seed)


def theirs(model: Pair, one: Chunk, guidance: Guidance) -> tuple[Tensor, Tensor]:
    """Upstream's final mel and its states, for one item, from our noise."""
    with mock.patch("torch.randn", lambda frames, *_, **__: noise(frames, one.seed)):
        final, states = model.upstream.sample(
            one.reference[None],
            one.tokens[None],
            one.frames,
            steps=guidance.steps,
            cfg_strength=guidance.cfg_strength,
            sway_sampling_coef=guidance.sway,
        )
    return final[0, len(one.reference) :], states[:, 0]


# Every architecture once, every kind of schedule, with and without guidance.
SAMPLED = [
    *((name, 7, 2.0) for name in ARCHITECTURES),
    *(("v1", steps, 2.0) for steps in (5, 16, 32)),
    *((name, 7, 0.0) for name in ("v1", "v0")),
]


@pytest.mark.parametrize(("name", "steps", "cfg_strength"), SAMPLED)
def test_every_step_equals_upstream(weights: Path, name: str, steps: int, cfg_strength: float) -> None:
    model, guidance = pair(name, weights / name), Guidance(steps, cfg_strength)
    one = item(model)
    states: list[Tensor] = []
    ours = sample(model.ours, [one], guidance, states.append)[0]
    final, upstream_states = theirs(model, one, guidance)
    scale = final.abs().max()
    assert len(states) == steps
    assert torch.equal(noise(one.frames, one.seed), upstream_states[0])
    for mine, state in zip(states, upstream_states[1:], strict=True):
        assert (mine - state).abs().max() <= 5e-4 * scale
    assert (ours - final).abs().max() <= 5e-4 * scale


def unequal(model: Pair) -> list[Chunk]:
    return [item(model, reference=40, frames=110), item(model, TEXT * 2, 70, 250), item(model, "Yes.", 60, 160)]


@pytest.mark.parametrize("name", ["v1", "v0"])
def test_every_item_of_a_batch_equals_upstream_alone(weights: Path, name: str) -> None:
    model, guidance = pair(name, weights / name), Guidance(7)
    items = unequal(model)
    for one, ours in zip(items, sample(model.ours, items, guidance), strict=True):
        their, _ = theirs(model, one, guidance)
        assert (ours - their).abs().max() <= 5e-4 * their.abs().max()


@pytest.mark.parametrize("name", ["v1 without response norm", "v0 without text blocks"])
def test_a_batch_of_unequal_lengths_equals_upstream_with_masks(weights: Path, name: str) -> None:
    """In the form that upstream's own batch gets right.

    Its GRN normalises over the padding too, and v0's unmasked text blocks read it: with random weights its
    masked batch is up to 0.7 off its own single runs, at a scale of 6.
    """
    model, guidance = pair(name, weights / name), Guidance(7)
    masked = upstream_cfm(ARCHITECTURES[name], attn_mask_enabled=True)
    masked.load_state_dict(model.upstream.state_dict())
    items = unequal(model)
    with mock.patch("torch.randn", lambda frames, *_, **__: noise(frames, seed=5)):
        final, _ = masked.sample(
            torch.nn.utils.rnn.pad_sequence([one.reference for one in items], batch_first=True),
            torch.nn.utils.rnn.pad_sequence([one.tokens for one in items], batch_first=True, padding_value=-1),
            torch.tensor([one.frames for one in items]),
            lens=torch.tensor([len(one.reference) for one in items]),
            steps=guidance.steps,
            cfg_strength=guidance.cfg_strength,
            sway_sampling_coef=guidance.sway,
        )
    for one, ours, padded in zip(items, sample(model.ours, items, guidance), final, strict=True):
        their = padded[len(one.reference) : one.frames]
        assert ours.shape == their.shape
        assert (ours - their).abs().max() <= 5e-4 * final.abs().max()


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_what_shares_a_batch_changes_nothing(weights: Path, name: str) -> None:
    """Upstream's batches attend to padding: 0.2 off at a scale of 5.8 with its shipped configuration."""
    model, guidance = pair(name, weights / name), Guidance(5)
    items = [item(model, reference=40, frames=110), item(model, TEXT * 2, 70, 250, seed=6), item(model, frames=190)]
    together = sample(model.ours, items, guidance)
    for one, mine in zip(items, together, strict=True):
        assert (sample(model.ours, [one], guidance)[0] - mine).abs().max() <= 1e-5


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others(weights: Path) -> None:
    model, guidance = pair("v1", weights / "v1"), Guidance(5)
    first, second, other = (sample(model.ours, [item(model, seed=seed)], guidance)[0] for seed in (5, 5, 6))
    assert torch.equal(first, second)
    assert (first - other).abs().max() > 0.1


def test_the_last_reference_frame_does_not_leak_into_the_output(weights: Path) -> None:
    """Upstream counts samples // 256 reference frames, the mel has one more, and that one is in its output."""
    model = pair("v1", weights / "v1")
    one = item(model)
    states: list[Tensor] = []
    spoken = sample(model.ours, [one], Guidance(5), states.append)[0]
    assert len(spoken) == one.frames - len(one.reference)
    assert torch.equal(spoken, states[-1][len(one.reference) :])


@pytest.mark.parametrize("steps", range(4, 65))
def test_schedules_equal_upstream(steps: int) -> None:
    times = get_epss_timesteps(steps, device=torch.device("cpu"), dtype=torch.float32)
    for sway in (-1.0, 0.0, 0.5):
        assert torch.equal(schedule(steps, sway), times + sway * (torch.cos(torch.pi / 2 * times) - 1 + times))
    assert schedule(steps, -1.0)[0] == 0
    assert math.isclose(schedule(steps, -1.0)[-1], 1, abs_tol=1e-6)


def test_chunk_seeds_are_fixed_for_all_time_and_all_different() -> None:
    assert chunk_seed(7, 0) == 5751740483655848561
    seeds = {chunk_seed(seed, index) for seed in range(50) for index in range(50)}
    assert len(seeds) == 2500
    assert all(0 <= seed < 2**63 for seed in seeds)


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float16, 0.02), (torch.bfloat16, 0.15)], ids=str)
@pytest.mark.parametrize("name", ["v1", "v0", "qk norm"])
def test_half_precision_stays_near_float32(weights: Path, name: str, dtype: torch.dtype, tolerance: float) -> None:
    """Positions up to 22 s apart included: upstream's bfloat16 loses them after 10 s."""
    model, guidance = pair(name, weights / name), Guidance(7)
    halved = deepcopy(model.ours).to(dtype)
    one = item(model, TEXT * 3, reference=900, frames=2062)
    exact, ours = (sample(network, [one], guidance)[0] for network in (model.ours, halved))
    assert ours.dtype == torch.float32
    assert (ours - exact).square().mean().sqrt() <= tolerance * exact.square().mean().sqrt()
