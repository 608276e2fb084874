"""Noise by a stated algorithm: the same bits as its paper's, normal, and the same for ever."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pytest
import torch
from scipy import stats

from tts.engine.noise import noise

MASK = 2**64 - 1


def philox(counter: int, key: int) -> list[int]:
    """Philox-4x64-10 as the paper has it, in integers of any size."""
    words, keys = [counter, 0, 0, 0], [key, 0]
    for _ in range(10):
        high0, low0 = divmod(0xD2E7470EE14C6C93 * words[0], 2**64)
        high1, low1 = divmod(0xCA5A826395121157 * words[2], 2**64)
        words = [high1 ^ words[1] ^ keys[0], low1, high0 ^ words[3] ^ keys[1], low0]
        keys = [(keys[0] + 0x9E3779B97F4A7C15) & MASK, (keys[1] + 0xBB67AE8584CAA73B) & MASK]
    return words


def stated(frames: int, seed: int) -> list[float]:
    """What the module says that it does, with Python's own numbers."""
    bits = [word for block in range(frames * 25) for word in philox(block + 1, seed)]
    uniform = [((word >> 11) + 0.5) / 2**53 for word in bits]
    found = []
    for one, other in zip(uniform[0::2], uniform[1::2], strict=True):
        radius = math.sqrt(-2 * math.log(one))
        found += [radius * math.cos(2 * math.pi * other), radius * math.sin(2 * math.pi * other)]
    return found


def test_philox_of_this_test_is_the_papers() -> None:
    """Known answers of its reference implementation, Random123's kat_vectors."""
    assert philox(0, 0) == [0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B]


@pytest.mark.parametrize("seed", [0, 1, 5751740483655848561, 2**63 - 1])
def test_noise_is_what_is_stated(seed: int) -> None:
    ours, theirs = noise(3, seed), torch.tensor(stated(3, seed), dtype=torch.float64).reshape(3, 100)
    assert ours.dtype == torch.float32
    assert (ours - theirs).abs().max() <= 3e-7, "rounded to float32, by less than 4 * 2^-24"


def test_a_seed_means_the_same_for_ever() -> None:
    first = noise(1, 7)[0, :4].tolist()
    assert first == pytest.approx([-0.1471279, 0.5021122, -1.0911010, 0.7375870], abs=1e-7)
    assert hashlib.sha256(np.round(noise(50, 7).numpy(), 4).tobytes()).hexdigest()[:16] == "05becd54e6aa42fd"


def test_longer_noise_begins_as_shorter_does() -> None:
    assert torch.equal(noise(40, 3)[:17], noise(17, 3))


def test_noise_is_normal_and_seeds_have_nothing_in_common() -> None:
    several = [noise(400, seed).flatten().double().numpy() for seed in (0, 1, 2**62)]
    for one in several:
        assert stats.kstest(one, "norm").pvalue > 1e-4
        assert abs(np.corrcoef(one[:-1], one[1:])[0, 1]) < 0.02
    assert np.abs(np.corrcoef(several) - np.eye(3)).max() < 0.02
