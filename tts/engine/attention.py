"""Attention within each of several packed sequences, by whichever kernel the machine has.

A backend is built for the sequence lengths and then called with query, key and value, all
(frames, heads, dim_head); it returns the same shape. No padding enters any of them, so what shares a
batch never changes a result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from tts.choice import Choice
from tts.errors import ModelError

Attend = Callable[[Tensor, Tensor, Tensor], Tensor]
Backend = Callable[[Sequence[int], torch.device], Attend]
_TRIED = (3, 5)  # frames of the sequences that a kernel has to keep apart before it is used
_TOLERANCE = 0.03  # of bfloat16 results around 1


def sdpa(lengths: Sequence[int], device: torch.device) -> Attend:
    """Use torch's scaled dot-product attention, one call for each sequence (one for all if equally long)."""
    del device

    def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        if len(set(lengths)) == 1:
            return _batched(query, key, value, len(lengths))
        parts = zip(*(tensor.split(list(lengths)) for tensor in (query, key, value)), strict=True)
        return torch.cat([_batched(q, k, v, 1) for q, k, v in parts])

    return attend


def _batched(query: Tensor, key: Tensor, value: Tensor, sequences: int) -> Tensor:
    query, key, value = (tensor.unflatten(0, (sequences, -1)).transpose(1, 2) for tensor in (query, key, value))
    return F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(0, 1)


def flash_attn(lengths: Sequence[int], device: torch.device) -> Attend:
    """Use FlashAttention-2's variable-length kernel: all sequences in one call, half precision only."""
    return _variable_length(import_module("flash_attn").flash_attn_varlen_func, lengths, device)


def torch_varlen(lengths: Sequence[int], device: torch.device) -> Attend:
    """Use torch's own variable-length FlashAttention-2 kernel, half precision only."""
    return _variable_length(_torch_kernel(), lengths, device)


def _torch_kernel() -> Callable[..., Any]:
    """Return torch's kernel, called as flash_attn's is: 2.10 has a function for it, 2.8 and 2.9 the operator alone."""
    try:
        return import_module("torch.nn.attention.varlen").varlen_attn  # type: ignore[no-any-return]
    except ImportError:
        operator = torch.ops.aten._flash_attention_forward

    def attend(query: Tensor, key: Tensor, value: Tensor, *bounds: Any) -> Tensor:
        result: tuple[Tensor, ...] = operator(query, key, value, *bounds, 0.0, False, False)  # no dropout, not causal
        return result[0]

    return attend


def _variable_length(kernel: Callable[..., Any], lengths: Sequence[int], device: torch.device) -> Attend:
    ends = torch.tensor([0, *lengths], dtype=torch.int32).cumsum(0, dtype=torch.int32).to(device)
    longest = max(lengths)

    def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        return kernel(query, key, value, ends, ends, longest, longest)  # type: ignore[no-any-return]

    return attend


BACKENDS: dict[str, Backend] = {"sdpa": sdpa, "flash_attn": flash_attn, "torch_varlen": torch_varlen}
PREFERRED = ("flash_attn", "torch_varlen")  # by `auto`, where they run; bench/attention.py compares them


def choose_backend(wanted: str, device: torch.device, dtype: torch.dtype, refused: str = "") -> Choice[str]:
    """Choose a backend by its name; `wanted` is `auto` or a name of `BACKENDS`.

    `auto` takes a variable-length kernel if one runs here, else SDPA.

    Args:
        wanted: what the operator asks for.
        device: where to compute.
        dtype: the network's precision.
        refused: why flash_attn isn't even imported: a build that failed its probe may end the process, or load here
            and compute something else.

    Raises:
        ModelError: the backend asked for doesn't run here.
    """
    problems: dict[str, str] = {}
    for name in PREFERRED if wanted == "auto" else (wanted,):
        why = (name == "flash_attn" and refused) or problem(name, device, dtype)
        if not why:
            passed_over = "".join(f"; not {other}: {said}" for other, said in problems.items())
            return Choice(name, (f"TTS_ATTENTION={wanted}" if wanted != "auto" else "it runs here") + passed_over)
        problems[name] = why
    if wanted == "auto":
        return Choice("sdpa", "; ".join(f"{name}: {said}" for name, said in problems.items()))
    raise ModelError(f"TTS_ATTENTION={wanted} can't be used here: {problems[wanted]}; auto or sdpa can")


def problem(name: str, device: torch.device, dtype: torch.dtype) -> str:
    """Return why a backend doesn't run here, found by running it; empty if it does."""
    if name == "sdpa":
        return ""
    if not _runs_here(device, dtype):
        return "it needs a GPU and half precision"
    generator = torch.Generator().manual_seed(0)
    query, key, value = torch.randn(3, sum(_TRIED), 2, 64, generator=generator).to(device, dtype)
    try:
        found = BACKENDS[name](_TRIED, device)(query, key, value)
    except (ImportError, OSError, AttributeError, RuntimeError, TypeError) as error:
        return str(error).partition("\n")[0]
    off = (found - sdpa(_TRIED, device)(query, key, value)).abs().max().item()
    return "" if off <= _TOLERANCE else f"its results are {off:.3g} off torch's attention"


def _runs_here(device: torch.device, dtype: torch.dtype) -> bool:
    return device.type == "cuda" and dtype != torch.float32
