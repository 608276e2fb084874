"""Attention within packed sequences: SDPA everywhere, variable-length kernels where they run."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from tts.choice import Choice
from tts.engine import attention
from tts.engine.attention import BACKENDS, choose_backend
from tts.errors import ModelError

CPU = torch.device("cpu")
LENGTHS = [(7,), (5, 5), (3, 11, 1)]


def heads(frames: int, seed: int) -> Tensor:
    return torch.randn(frames, 2, 64, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def plain(query: Tensor, key: Tensor, value: Tensor, lengths: tuple[int, ...]) -> Tensor:
    """Attention as the textbook has it, one sequence after the other."""
    parts = []
    for q, k, v in zip(query.split(lengths), key.split(lengths), value.split(lengths), strict=True):
        scores = torch.einsum("qhd,khd->hqk", q, k) / 64**0.5
        parts.append(torch.einsum("hqk,khd->qhd", scores.softmax(-1), v))
    return torch.cat(parts)


@pytest.mark.parametrize("lengths", LENGTHS)
def test_sdpa_keeps_sequences_apart(lengths: tuple[int, ...]) -> None:
    query, key, value = (heads(sum(lengths), seed) for seed in (1, 2, 3))
    ours = BACKENDS["sdpa"](lengths, CPU)(query, key, value)
    assert (ours - plain(query, key, value, lengths)).abs().max() < 1e-9


def test_a_cpu_gets_sdpa_and_a_kernel_that_does_not_run_is_refused_at_start() -> None:
    lacking = "it needs a GPU and half precision"
    assert choose_backend("auto", CPU, torch.float32) == Choice(
        "sdpa", f"flash_attn: {lacking}; torch_varlen: {lacking}"
    )
    assert choose_backend("sdpa", CPU, torch.float32) == Choice("sdpa", "TTS_ATTENTION=sdpa")
    for name in ("flash_attn", "torch_varlen"):
        with pytest.raises(ModelError, match=f"TTS_ATTENTION={name} can't be used here: it needs a GPU"):
            choose_backend(name, CPU, torch.float16)


def test_a_flash_attn_that_failed_its_probe_is_not_even_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    monkeypatch.setattr(attention, "problem", lambda name, *_: tried.append(name) or "")
    assert choose_backend("auto", CPU, torch.float16).value == "flash_attn"
    other = Choice("torch_varlen", "it runs here; not flash_attn: its sums are off")
    assert choose_backend("auto", CPU, torch.float16, refused="its sums are off") == other
    with pytest.raises(ModelError, match="flash_attn can't be used here: its sums are off"):
        choose_backend("flash_attn", CPU, torch.float16, refused="its sums are off")
    assert tried == ["flash_attn", "torch_varlen"]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_torchs_own_kernel_takes_our_arguments(dtype: torch.dtype) -> None:
    """Without a GPU: on the meta device an operator checks what it is called with, and says what it would return."""
    meta = torch.device("meta")
    query, key, value = torch.empty(3, 19, 2, 64, dtype=dtype, device=meta)
    result = BACKENDS["torch_varlen"]((3, 11, 5), meta)(query, key, value)
    assert (result.shape, result.dtype) == ((19, 2, 64), dtype)


def test_a_kernel_whose_results_are_off_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    across = {"torch_varlen": lambda lengths, device: BACKENDS["sdpa"]([sum(lengths)], device)}
    monkeypatch.setattr(attention, "BACKENDS", {**BACKENDS, **across})
    monkeypatch.setattr(attention, "_runs_here", lambda device, dtype: True)
    with pytest.raises(ModelError, match=r"its results are \S+ off torch's attention"):
        choose_backend("torch_varlen", CPU, torch.bfloat16)


@pytest.mark.gpu
@pytest.mark.parametrize("lengths", LENGTHS)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_every_kernel_that_runs_on_this_gpu_agrees_with_the_textbook(
    lengths: tuple[int, ...], dtype: torch.dtype
) -> None:
    device = torch.device("cuda")
    chosen = choose_backend("auto", device, dtype).value
    query, key, value = (heads(sum(lengths), seed) for seed in (1, 2, 3))
    for name in {"sdpa", chosen}:
        ours = BACKENDS[name](lengths, device)(*(part.to(device, dtype) for part in (query, key, value)))
        assert (ours.cpu().double() - plain(query, key, value, lengths)).abs().max() < 0.03
