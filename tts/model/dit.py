"""The F5-TTS diffusion transformer, inference only, over packed sequences.

The same network as upstream's `DiT` (arXiv 2410.06885, `f5_tts/model/backbones/dit.py`) and the same
parameters, arranged so that work that does not change from step to step is done once: `modulations` for a
schedule, `context` for a chunk. Several sequences lie end to end in one tensor, without padding.

Letters in shapes: frames counts the mel frames of all packed sequences together; a layout says where each
one begins and ends.
"""

from __future__ import annotations

import math
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tts.clock import MELS
from tts.model.config import Architecture
from tts.model.linear import Linear
from tts.model.rotary import rotate
from tts.model.text_embedding import TextEmbedding

_EPS = 1e-6
_TIME_FREQUENCIES = 256


class Layout(Protocol):
    """Where the packed sequences lie, and how their frames see each other."""

    item: Tensor  # (frames,) int64, whose table of modulations a frame follows, where there are several
    rotary: Tensor  # (frames, dim_head / 2) complex64, rotation of every frame within its sequence
    spread: Tensor  # (frames,) int64, places of the frames once zeros stand between the sequences
    gaps: Tensor  # (frames + gaps,) bool, True in a gap

    def attend(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """Attention within every sequence; all (frames, heads, dim_head)."""


class DiT(nn.Module):
    """Predicts the velocity that carries noise towards the mel frames of speech."""

    def __init__(self, arch: Architecture, vocab_size: int) -> None:
        super().__init__()
        self.arch = arch
        self.time_embed = TimeEmbedding(arch.dim)
        self.text_embed = TextEmbedding(arch, vocab_size)
        self.input_embed = InputEmbedding(arch)
        self.transformer_blocks = nn.ModuleList(Block(arch) for _ in range(arch.depth))
        self.norm_out = AdaptiveNorm(arch.dim, 2)
        self.proj_out = Linear(arch.dim, MELS)

    @property
    def dtype(self) -> torch.dtype:
        """Precision of the matrix products."""
        return self.proj_out.weight.dtype

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.proj_out.weight.device

    @torch.inference_mode()
    def modulations(self, times: Tensor) -> Tensor:
        """Return what the time steps do to every normalisation: (steps, 6 * depth + 2, dim).

        Rows of a block: shift, 1 + scale and gate of the attention, then of the feed-forward layer. Last
        two rows: 1 + scale and shift of the output. `times` is (steps,) float32 in 0..1.
        """
        time = F.silu(self.time_embed(times))
        norms = [*(block.get_submodule("attn_norm") for block in self.transformer_blocks), self.norm_out]
        table = torch.cat([norm(time) for norm in norms], dim=1)
        scales = [6 * layer + row for layer in range(self.arch.depth) for row in (1, 4)] + [6 * self.arch.depth]
        table[:, scales] += 1
        return table.to(self.dtype)

    @torch.inference_mode()
    def context(self, reference: Tensor | None, tokens: Tensor, frames: int) -> Tensor:
        """Return the constant part of a sequence's input projection, (frames, dim).

        Args:
            reference: (reference frames, 100) mel of the voice; None for the null condition, which drops
                the text as well.
            tokens: (tokens,) int64, text of the reference and of the chunk.
            frames: length of the sequence, reference included.
        """
        text = self.text_embed(tokens, frames, drop=reference is None)
        speech = torch.zeros(frames, MELS, dtype=self.dtype, device=self.device)
        if reference is not None:
            speech[: len(reference)] = reference
        return self.input_embed.constant(speech, text)

    def forward(self, noisy: Tensor, context: Tensor, modulation: Tensor, layout: Layout) -> Tensor:
        """Return the velocity of every frame.

        Args:
            noisy: (states, 100) states of the ODE. What of `frames` goes beyond them are the first ones again:
                guidance has the same state twice, in two contexts.
            context: (frames, dim), every sequence's `context`, packed.
            modulation: (6 * depth + 2, dim), the step's row of `modulations`, or several of them,
                (items, 6 * depth + 2, dim).
            layout: where the sequences lie.

        Returns:
            (frames, 100) in the dtype of the weights.
        """
        hidden = self.input_embed(noisy.to(self.dtype), context, layout)
        rows = modulation.unbind(-2)
        for index, block in enumerate(self.transformer_blocks):
            hidden = block(hidden, rows[6 * index : 6 * index + 6], layout)
        scale, shift = rows[-2:]
        return self.proj_out(_modulated(hidden, shift, scale, layout))  # type: ignore[no-any-return]


class TimeEmbedding(nn.Module):
    """Sinusoids of the time step through a two-layer MLP, always in float32."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.time_mlp = nn.Sequential(nn.Linear(_TIME_FREQUENCIES, dim), nn.SiLU(), nn.Linear(dim, dim))

    def forward(self, times: Tensor) -> Tensor:
        """Map (steps,) to (steps, dim) float32."""
        half = _TIME_FREQUENCIES // 2
        decay = math.log(10000) / (half - 1)
        rates = torch.exp(torch.arange(half, device=times.device).float() * -decay)
        angles = 1000 * times[:, None] * rates[None, :]
        hidden = _linear32(torch.cat([angles.sin(), angles.cos()], dim=-1), self.time_mlp[0])
        return _linear32(F.silu(hidden), self.time_mlp[2])


class AdaptiveNorm(nn.Module):
    """The rows by which a time step shifts, scales and gates a block."""

    def __init__(self, dim: int, rows: int) -> None:
        super().__init__()
        self.rows = rows
        self.linear = nn.Linear(dim, rows * dim)

    def forward(self, time: Tensor) -> Tensor:
        """Map (steps, dim) to (steps, rows, dim) float32."""
        table: Tensor = _linear32(time, self.linear).unflatten(1, (self.rows, -1))
        return table


class InputEmbedding(nn.Module):
    """Noisy speech, reference and text to the width of the transformer, plus a convolution for position."""

    def __init__(self, arch: Architecture) -> None:
        super().__init__()
        self.proj = nn.Linear(2 * MELS + arch.text_dim, arch.dim)
        self.conv_pos_embed = PositionConvolution(arch.dim)

    def constant(self, speech: Tensor, text: Tensor) -> Tensor:
        """Return the share of the projection that no step changes, (frames, dim)."""
        return F.linear(torch.cat([speech, text], dim=-1), self.proj.weight[:, MELS:], self.proj.bias)

    def forward(self, noisy: Tensor, context: Tensor, layout: Layout) -> Tensor:
        """Map (states, 100) and (frames, dim) to (frames, dim)."""
        share = F.linear(noisy, self.proj.weight[:, :MELS])  # one product serves both passes of guidance
        hidden = torch.cat([share, share[: len(context) - len(share)]]).add_(context)
        return self.conv_pos_embed(hidden, layout).add_(hidden)  # type: ignore[no-any-return]


class PositionConvolution(nn.Module):
    """Two grouped convolutions, kept from reaching across sequences by zeros between them."""

    KERNEL = 31
    GAP = KERNEL // 2  # zeros that separate two sequences

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.conv1d = nn.Sequential(self._conv(dim), nn.Mish(), self._conv(dim), nn.Mish())

    def _conv(self, dim: int) -> nn.Conv1d:
        return nn.Conv1d(dim, dim, self.KERNEL, groups=16, padding=self.GAP)

    def forward(self, hidden: Tensor, layout: Layout) -> Tensor:
        """Map (frames, dim) to the same shape."""
        first, mish, second, _ = self.conv1d
        spread = hidden.new_zeros(len(layout.gaps), hidden.shape[1])
        spread[layout.spread] = hidden
        # Filled, not multiplied by 0: NaN * 0 is NaN, which the second convolution carries into the neighbour.
        inner = mish(first(spread.T[None])).masked_fill_(layout.gaps, 0)
        outer: Tensor = mish(second(inner))
        return outer[0].T[layout.spread]


class Block(nn.Module):
    """Attention and feed-forward layer, each shifted, scaled and gated by the time step."""

    def __init__(self, arch: Architecture) -> None:
        super().__init__()
        self.attn_norm = AdaptiveNorm(arch.dim, 6)
        self.attn = Attention(arch)
        inner = arch.dim * arch.ff_mult
        self.ff = nn.Sequential(Linear(arch.dim, inner, gelu="tanh"), Linear(inner, arch.dim))

    def forward(self, hidden: Tensor, rows: tuple[Tensor, ...], layout: Layout) -> Tensor:
        """Map (frames, dim) to the same shape."""
        shift, scale, gate, ff_shift, ff_scale, ff_gate = rows
        attended = self.attn(_modulated(hidden, shift, scale, layout), layout)
        hidden = torch.addcmul(hidden, _of_frames(gate, layout), attended)
        inner = self.ff(_modulated(hidden, ff_shift, ff_scale, layout))
        return torch.addcmul(hidden, _of_frames(ff_gate, layout), inner)


class Attention(nn.Module):
    """Multi-head self-attention; query, key and value come from one product."""

    def __init__(self, arch: Architecture) -> None:
        super().__init__()
        inner = arch.heads * arch.dim_head
        self.heads, self.dim_head = arch.heads, arch.dim_head
        self.rotated_heads = arch.heads if arch.pe_attn_head is None else arch.pe_attn_head
        self.to_qkv = Linear(arch.dim, 3 * inner)
        self.to_out = Linear(inner, arch.dim)
        self.q_norm = nn.RMSNorm(arch.dim_head, _EPS) if arch.qk_norm else None
        self.k_norm = nn.RMSNorm(arch.dim_head, _EPS) if arch.qk_norm else None

    def forward(self, hidden: Tensor, layout: Layout) -> Tensor:
        """Map (frames, dim) to the same shape."""
        qkv = self.to_qkv(hidden).unflatten(1, (3, self.heads, self.dim_head))  # (frames, 3, heads, dim_head)
        query, key, value = qkv.unbind(1)
        if self.q_norm is not None and self.k_norm is not None:
            query.copy_(self.q_norm(query))
            key.copy_(self.k_norm(key))
        rotate(qkv[:, :2, : self.rotated_heads], layout.rotary)
        return self.to_out(layout.attend(query, key, value).flatten(1))  # type: ignore[no-any-return]


def _modulated(hidden: Tensor, shift: Tensor, scale: Tensor, layout: Layout) -> Tensor:
    """Normalise (frames, dim), then scale and shift it by one row, (dim,), or by one for each item, (items, dim)."""
    if scale.ndim == 1:  # a layer norm's own affine map: one kernel instead of three
        return F.layer_norm(hidden, scale.shape, scale, shift, _EPS)
    normed = F.layer_norm(hidden, hidden.shape[-1:], None, None, _EPS)
    return torch.addcmul(_of_frames(shift, layout), normed, _of_frames(scale, layout))


def _of_frames(row: Tensor, layout: Layout) -> Tensor:
    return row if row.ndim == 1 else row[layout.item]


def _linear32(inputs: Tensor, layer: nn.Module) -> Tensor:
    assert isinstance(layer, nn.Linear)
    return F.linear(inputs, layer.weight.float(), layer.bias.float())
