"""Token ids to one text vector per mel frame (upstream `TextEmbedding`, `f5_tts/model/backbones/dit.py`).

It runs once per chunk, not once per step, and on one chunk at a time: GRN normalises over the whole
sequence, so a padded batch would change the result.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tts.model.config import Architecture
from tts.model.linear import Linear

FILLER = 0  # embedding of frames that carry no token; real tokens are shifted up by one


class TextEmbedding(nn.Module):
    """An embedding, sinusoidal positions and a few ConvNeXt-V2 blocks."""

    def __init__(self, arch: Architecture, vocab_size: int) -> None:
        super().__init__()
        self.mask_padding = arch.text_mask_padding
        self.average_upsampling = arch.text_embedding_average_upsampling
        self.text_embed = nn.Embedding(vocab_size + 1, arch.text_dim)
        self.text_blocks = nn.Sequential(*(ConvNeXtV2Block(arch.text_dim) for _ in range(arch.conv_layers)))

    def forward(self, tokens: Tensor, frames: int, drop: bool = False) -> Tensor:
        """Return the text part of a chunk's conditioning.

        Args:
            tokens: (tokens,) int64 vocabulary indices, at most `frames` of them.
            frames: length of the chunk, reference included.
            drop: True for the null text of classifier-free guidance.

        Returns:
            (frames, text_dim) in the dtype of the weights.
        """
        ids = F.pad(tokens + 1, (0, frames - len(tokens)), value=FILLER)  # (frames,)
        filler = (ids == FILLER)[:, None]
        text = self.text_embed(torch.zeros_like(ids) if drop else ids)  # (frames, text_dim)
        if len(self.text_blocks):
            text = self._blocks(text + self._positions(frames).to(text), filler)
        return stretch(text[: len(tokens)], frames) if self.average_upsampling else text

    def _blocks(self, text: Tensor, filler: Tensor) -> Tensor:
        if not self.mask_padding:
            return self.text_blocks(text)  # type: ignore[no-any-return]
        text = text.masked_fill(filler, 0)
        for block in self.text_blocks:
            text = block(text).masked_fill(filler, 0)
        return text

    def _positions(self, frames: int) -> Tensor:
        device, half = self.text_embed.weight.device, self.text_embed.embedding_dim // 2
        rates = 1.0 / 10000 ** (torch.arange(half, device=device).float() * 2 / (half * 2))
        angles = torch.outer(torch.arange(frames, device=device).float(), rates)
        return torch.cat([angles.cos(), angles.sin()], dim=-1)  # (frames, text_dim)


def stretch(text: Tensor, frames: int) -> Tensor:
    """Repeat every token's vector so that together they fill `frames`; the last ones take the remainder."""
    tokens = len(text)
    shortest, longer = divmod(frames, tokens)
    repeats = torch.full((tokens,), shortest, device=text.device)
    repeats[tokens - longer :] += 1
    return text.repeat_interleave(repeats, dim=0, output_size=frames)


class ConvNeXtV2Block(nn.Module):
    """Depthwise convolution, then a pointwise MLP with global response normalisation (arXiv 2301.00808)."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dwconv = nn.Conv1d(dim, dim, kernel_size=7, padding=3, groups=dim)
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.pwconv1 = Linear(dim, 2 * dim, gelu="exact")
        self.grn = GlobalResponseNorm(2 * dim)
        self.pwconv2 = Linear(2 * dim, dim)

    def forward(self, text: Tensor) -> Tensor:
        """Map (frames, dim) to the same shape."""
        hidden = self.dwconv(text.T[None])[0].T
        hidden = self.grn(self.pwconv1(self.norm(hidden)))
        return text + self.pwconv2(hidden)  # type: ignore[no-any-return]


class GlobalResponseNorm(nn.Module):
    """Scale every channel by its energy over the sequence, relative to the mean channel."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(1, 1, dim))
        self.beta = nn.Parameter(torch.zeros(1, 1, dim))

    def forward(self, hidden: Tensor) -> Tensor:
        """Map (frames, dim) to the same shape."""
        energy = torch.norm(hidden, p=2, dim=0, keepdim=True)
        relative = energy / (energy.mean(dim=-1, keepdim=True) + 1e-6)
        return torch.addcmul(self.beta[0] + hidden, self.gamma[0], hidden * relative)
