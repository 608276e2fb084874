"""Upstream's DiT and CFM, set up for training on prompts, and quick on a CPU.

What is changed, and computes the same: the loop that stretches text over frames is one gather; attention on a CPU is
two matrix products, which oneDNN does in bfloat16, since torch's own kernel takes a third of the step there.
What is changed, and draws differently: the prompt is one sentence instead of the ends around a random span, and
times are denser near 0, where text and timing are decided.
"""

from __future__ import annotations

from pathlib import Path
from random import random

import torch
import torch.nn.functional as F
import yaml
from f5_tts.model import CFM, DiT
from f5_tts.model.modules import Attention
from torch import Tensor
from x_transformers.x_transformers import apply_rotary_pos_emb

from tts.clock import MELS

CONFIG = Path(__file__).with_name("config.yaml")
VOCAB = Path(__file__).parents[1] / "tts" / "assets" / "demo" / "vocab.txt"
AUDIO_DROP, TEXT_DROP = 0.1, 0.1  # share of batches without prompt, and with neither prompt nor text


def vocabulary() -> dict[str, int]:
    """Return the index of every character."""
    return {character: index for index, character in enumerate(VOCAB.read_text("utf-8").split("\n")[:-1])}


def network(*, compiled: bool) -> PromptCFM:
    """Return the untrained network."""
    arch = yaml.safe_load(CONFIG.read_text("utf-8"))["model"]["arch"]
    characters = vocabulary()
    transformer = DiT(**arch, mel_dim=MELS, text_num_embeds=len(characters), dropout=0.0)
    transformer.text_embed.average_upsample_text_by_mask = stretched
    torch._dynamo.config.recompile_limit = 32  # lengths of `demo.data`, with and without prompt and text
    for block in transformer.transformer_blocks:
        if not torch.cuda.is_available():
            block.attn.processor = Products()
        if compiled:
            block.forward = torch.compile(block.forward, dynamic=False)
    if compiled:
        transformer.input_embed.forward = torch.compile(transformer.input_embed.forward, dynamic=False)
    return PromptCFM(
        transformer=transformer,
        audio_drop_prob=AUDIO_DROP,
        cond_drop_prob=TEXT_DROP,
        num_channels=MELS,
        vocab_char_map=characters,
    )


class PromptCFM(CFM):
    """Upstream's flow matching, with a prompt and times as in synthesis."""

    def forward(self, mel: Tensor, tokens: Tensor, prompt: Tensor) -> Tensor:
        """Return the loss.

        Args:
            mel: (b, n, 100), examples of equal length.
            tokens: (b, c) indices of the characters of prompt and target.
            prompt: (b,) frames that are given; the loss is that of the others.
        """
        with_text = random() >= self.cond_drop_prob
        with_prompt = with_text and random() >= self.audio_drop_prob
        target = torch.arange(mel.shape[1], device=mel.device) >= prompt[:, None] * with_prompt  # (b, n)
        noise = torch.randn_like(mel)
        time = 1 - torch.cos(torch.pi / 2 * torch.rand(len(mel), device=mel.device))  # as sway -1 spaces the steps
        t = time[:, None, None]
        flow = self.transformer(
            x=(1 - t) * noise + t * mel,
            cond=mel.masked_fill(target[..., None], 0),
            text=tokens,
            time=time,
            drop_audio_cond=not with_prompt,
            drop_text=not with_text,
        )
        return F.mse_loss(flow.float()[target], (mel - noise)[target])


class Products:
    """Attention of upstream's blocks, for a batch without padding."""

    def __call__(
        self, attn: Attention, x: Tensor, mask: None = None, rope: tuple[Tensor, float] | None = None
    ) -> Tensor:
        """Map (b, n, dim) to the same shape."""
        query, key, value = (
            project(x).unflatten(-1, (attn.heads, -1)).transpose(1, 2) for project in (attn.to_q, attn.to_k, attn.to_v)
        )  # (b, heads, n, dim_head)
        if rope is not None:
            query, key = apply_rotary_pos_emb(query, rope[0]), apply_rotary_pos_emb(key, rope[0])
        with torch.autocast(x.device.type, enabled=False):  # it would store the weights in float32
            query, key = query.to(value.dtype) * query.shape[-1] ** -0.5, key.to(value.dtype)
            weights = (query @ key.transpose(-1, -2)).softmax(-1)  # (b, heads, n, n)
            heard = (weights @ value).transpose(1, 2).flatten(2)
        return attn.to_out[0](heard)


def stretched(text: Tensor, text_mask: Tensor, target_lens: Tensor) -> Tensor:
    """Stretch the characters of (b, n, dim) over all n frames, the last ones by the remainder."""
    frames = text.shape[1]
    count = text_mask.sum(dim=1, keepdim=True)  # (b, 1)
    place = torch.arange(frames, device=text.device)[None]
    shortest = frames // count
    short = count - frames % count  # characters that last `shortest` frames, the others one more
    edge = short * shortest
    source = torch.where(place < edge, place // shortest, short + (place - edge) // (shortest + 1))
    return text.gather(1, source[..., None].expand(-1, -1, text.shape[2]))
