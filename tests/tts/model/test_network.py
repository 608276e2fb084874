"""The network is upstream's: same weights, same numbers."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.support.oracle import ARCHITECTURES, PROMPT, V0, V1, Pair, pair
from tests.support.solve import layout
from tts.clock import Samples
from tts.model.config import load_config
from tts.model.mel import MelFrontEnd, mel_bands
from tts.model.rotary import rotations

FRAMES = 230
REFERENCE = 90


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("weights")


@pytest.fixture(params=ARCHITECTURES)
def model(request: pytest.FixtureRequest, weights: Path) -> Pair:
    return pair(request.param, weights / request.param)


def our_velocity(model: Pair, noisy: Tensor, reference: Tensor | None, tokens: Tensor, time: float) -> Tensor:
    """One pass of our network over one sequence."""
    context = model.ours.context(reference, tokens, len(noisy))
    modulation = model.ours.modulations(torch.tensor([time]))[0]
    with torch.inference_mode():
        return model.ours(noisy, context, modulation, layout(model.ours, [len(noisy)]))


@pytest.mark.parametrize("drop", [False, True], ids=["with condition", "null condition"])
@pytest.mark.parametrize("time", [0.0, 0.0012, 0.4, 0.97])
def test_one_forward_pass_equals_upstream(model: Pair, drop: bool, time: float) -> None:
    generator = torch.Generator().manual_seed(3)
    noisy, reference = torch.randn(FRAMES, 100, generator=generator), torch.randn(REFERENCE, 100, generator=generator)
    tokens = model.tokens(PROMPT + "I don't really care what you call me. 你好。")
    padded = torch.cat([reference, torch.zeros(FRAMES - REFERENCE, 100)])
    with torch.inference_mode():
        theirs = model.upstream.transformer(
            noisy[None], padded[None], tokens[None], torch.tensor(time), drop_audio_cond=drop, drop_text=drop
        )[0]
    ours = our_velocity(model, noisy, None if drop else reference, tokens, time)
    assert theirs.abs().max() > 0.5
    assert (ours - theirs).abs().max() <= 1e-4


def test_v0_and_v1_differ_on_the_same_input(weights: Path) -> None:
    """Their checkpoints look alike; only the configuration tells them apart."""
    tokens = pair("v1", weights / "v1").tokens(PROMPT)
    noisy = torch.randn(FRAMES, 100, generator=torch.Generator().manual_seed(3))
    v1, v0 = (our_velocity(pair(name, weights / name), noisy, noisy[:90], tokens, 0.4) for name in ("v1", "v0"))
    assert (v1 - v0).abs().max() > 1e-2


def test_packaged_configurations_are_read_as_upstream_means_them() -> None:
    v1, v0 = load_config("F5TTS_v1_Base").architecture, load_config("F5TTS_Base").architecture
    assert (v1.dim, v1.depth, v1.heads, v1.ff_mult, v1.text_dim, v1.conv_layers) == (1024, 22, 16, 2, 512, 4)
    assert (v1.text_mask_padding, v1.pe_attn_head) == tuple(V1.values())
    assert (v0.text_mask_padding, v0.pe_attn_head) == tuple(V0.values())


def test_half_precision_keeps_rotary_angles_exact() -> None:
    """Upstream casts its frequencies to the model's dtype: 0.35 rad off after 10 s in float16."""
    turned = rotations(1406, 64, torch.device("cpu"))
    exact = torch.outer(torch.arange(1406).double(), 10000.0 ** -(torch.arange(0, 64, 2).double() / 64))
    assert (torch.angle(turned) - torch.angle(torch.polar(torch.ones_like(exact), exact))).abs().max() < 2e-4


def test_half_precision_keeps_time_embeddings_exact(weights: Path) -> None:
    """Only the weights are rounded; upstream rounds the time and its sinusoids as well."""
    halved = deepcopy(pair("v1", weights / "v1").ours.time_embed).to(torch.bfloat16)
    times = torch.linspace(0, 1, 33)
    assert torch.equal(halved(times), deepcopy(halved).float()(times))


@pytest.mark.parametrize("seconds", [0.1, 1.0, 5.0])
def test_mel_equals_upstream(weights: Path, speech: Samples, seconds: float) -> None:
    wave = torch.from_numpy(speech[: round(seconds * 24000)])
    theirs = pair("v1", weights / "v1").upstream.mel_spec(wave[None])[0].T
    ours = MelFrontEnd()(wave)
    assert ours.shape == (1 + len(wave) // 256, 100)
    assert (ours - theirs).abs().max() <= 1e-4


def test_mel_bands_equal_torchaudio() -> None:
    import torchaudio

    theirs = torchaudio.functional.melscale_fbanks(513, 0.0, 12000.0, 100, 24000)
    assert (mel_bands() - theirs).abs().max() < 1e-5
