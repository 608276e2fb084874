"""Checkpoints in every published layout load; anything else is refused with the name of what is wrong."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor
from vocos import Vocos as UpstreamVocos

from tests.support.oracle import SMALL, V0, V1, config_file, published, randomise, upstream_cfm
from tts.clock import Samples
from tts.errors import ModelError
from tts.model.checkpoint import load_dit, load_vocos, published_shapes
from tts.model.config import Architecture, load_config
from tts.model.dit import DiT
from tts.model.mel import MelFrontEnd
from tts.model.vocos import load_vocos_config
from warmup.weights.find import DEMO

CPU = torch.device("cpu")
ARCH = Architecture(**(SMALL | V1))
VOCAB_SIZE = 2545
MEL_KEYS = {
    "ema_model.mel_spec.mel_stft.mel_scale.fb": torch.zeros(513, 100),
    "ema_model.mel_spec.mel_stft.spectrogram.window": torch.zeros(1024),
}


@pytest.fixture(scope="module")
def tensors() -> dict[str, Tensor]:
    model = upstream_cfm(SMALL | V1)
    randomise(model)
    return published(model)


def plain(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    kept = {name: tensor for name, tensor in tensors.items() if name.startswith("ema_model.")}
    return {name.removeprefix("ema_model."): tensor for name, tensor in kept.items()}


def wrapped(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {prefix + name: tensor for name, tensor in plain(tensors).items()}


# As DistributedDataParallel, torch.compile, FSDP and ema_pytorch name what they wrap.
WRAPPERS = [
    "module.",
    "_orig_mod.",
    "module._orig_mod.",
    "_orig_mod.module.",
    "ema_model.module.",
    "ema_model._orig_mod.",
    "ema_model._orig_mod.module.",
    "_fsdp_wrapped_module.",
]
LAYOUTS: dict[str, tuple[str, Any]] = {
    "published safetensors": ("model.safetensors", lambda tensors: tensors),
    "old safetensors with mel keys": ("model.safetensors", lambda tensors: tensors | MEL_KEYS),
    "safetensors without prefix": ("model.safetensors", plain),
    "pruned pt": ("model.pt", lambda tensors: {"ema_model_state_dict": tensors}),
    "training pt": (
        "model.pt",
        lambda tensors: {
            "model_state_dict": {name: tensor * 0 for name, tensor in plain(tensors).items()},
            "ema_model_state_dict": tensors | {"update": torch.tensor(1)},
            "optimizer_state_dict": {"state": {}, "param_groups": [{"lr": 1e-4}]},
            "scheduler_state_dict": {},
            "update": 7,
        },
    ),
    "pt without moving average": ("model.pt", lambda tensors: {"model_state_dict": plain(tensors)}),
    "old pt": ("old.pt", lambda tensors: {"ema_model_state_dict": tensors}),
    "moving average beside what it averages": (
        "model.safetensors",
        lambda tensors: tensors | {f"online_model.{name}": tensor * 0 for name, tensor in plain(tensors).items()},
    ),
    "network compiled alone": (
        "model.safetensors",
        lambda tensors: {name.replace("transformer.", "transformer._orig_mod.", 1): t for name, t in tensors.items()},
    ),
}
for prefix in WRAPPERS:
    LAYOUTS[f"{prefix} in safetensors"] = "model.safetensors", partial(wrapped, prefix=prefix)
    LAYOUTS[f"{prefix} in pt"] = "model.pt", lambda t, prefix=prefix: {"model_state_dict": wrapped(t, prefix)}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_loads_the_same_network(layout: str, tensors: dict[str, Tensor], tmp_path: Path) -> None:
    name, arrange = LAYOUTS[layout]
    path = tmp_path / name
    if path.suffix == ".safetensors":
        save_file(arrange(tensors), path)
    else:
        torch.save(arrange(tensors), path, _use_new_zipfile_serialization=name != "old.pt")
    network = load_dit(path, ARCH, VOCAB_SIZE, CPU, torch.float32)
    query, key, value = network.transformer_blocks[1].attn.to_qkv.weight.chunk(3)
    for role, ours in zip("qkv", (query, key, value), strict=True):
        assert torch.equal(ours, tensors[f"ema_model.transformer.transformer_blocks.1.attn.to_{role}.weight"])
    assert torch.equal(network.proj_out.bias, tensors["ema_model.transformer.proj_out.bias"])


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_weights_have_the_asked_precision(dtype: torch.dtype, tensors: dict[str, Tensor], tmp_path: Path) -> None:
    save_file(tensors, tmp_path / "model.safetensors")
    network = load_dit(tmp_path / "model.safetensors", ARCH, VOCAB_SIZE, CPU, dtype)
    assert {parameter.dtype for parameter in network.parameters()} == {dtype}


def test_the_published_key_list_is_the_one_this_network_needs() -> None:
    """Names and shapes of F5TTS_v1_Base, from the published file: 364 tensors, 337,096,836 numbers."""
    with torch.device("meta"):
        shapes = published_shapes(DiT(load_config("F5TTS_v1_Base").architecture, VOCAB_SIZE))
    assert len(shapes) == 364
    assert sum(torch.Size(shape).numel() for shape in shapes.values()) == 337_096_836
    assert shapes["transformer.text_embed.text_embed.weight"] == (2546, 512)
    assert shapes["transformer.transformer_blocks.21.ff.ff.0.0.weight"] == (2048, 1024)
    assert shapes["transformer.input_embed.conv_pos_embed.conv1d.2.weight"] == (1024, 64, 31)


def without(tensors: dict[str, Tensor], name: str) -> dict[str, Tensor]:
    return {key: tensor for key, tensor in tensors.items() if key != name}


DAMAGES: dict[str, tuple[Any, str]] = {
    "missing": (
        lambda t: without(t, "ema_model.transformer.proj_out.bias"),
        r"lacks tensor transformer\.proj_out\.bias;",
    ),
    "surplus": (lambda t: t | {"ema_model.transformer.extra": torch.zeros(1)}, r"unknown tensor transformer\.extra;"),
    "mis-shaped": (
        lambda t: t | {"ema_model.transformer.proj_out.bias": torch.zeros(80)},
        r"proj_out\.bias is \(80,\), the configuration says \(100,\)",
    ),
    "several missing": (
        lambda t: {key: tensor for key, tensor in t.items() if ".to_k." not in key},
        r"lacks tensor transformer\.transformer_blocks\.0\.attn\.to_k\.bias and 5 more",
    ),
    "E2-TTS": (lambda t: {"ema_model.transformer.layers.0.1.g": torch.zeros(4)}, "looks like E2-TTS"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_tensor_that_does_not_fit_is_named(damage: str, tensors: dict[str, Tensor], tmp_path: Path) -> None:
    change, message = DAMAGES[damage]
    save_file(change(tensors), tmp_path / "model.safetensors")
    with pytest.raises(ModelError, match=message):
        load_dit(tmp_path / "model.safetensors", ARCH, VOCAB_SIZE, CPU, torch.float32)


def test_the_architecture_that_fits_is_named(tmp_path: Path) -> None:
    with torch.device("meta"):
        shapes = published_shapes(DiT(load_config("F5TTS_v1_Small").architecture, VOCAB_SIZE))
    save_file(
        {name: torch.zeros(shape, dtype=torch.int8) for name, shape in shapes.items()}, tmp_path / "small.safetensors"
    )
    with pytest.raises(ModelError, match="fit F5TTS_Small or F5TTS_v1_Small"):
        load_dit(
            tmp_path / "small.safetensors", load_config("F5TTS_v1_Base").architecture, VOCAB_SIZE, CPU, torch.float32
        )


def test_a_vocabulary_of_another_size_is_refused(tensors: dict[str, Tensor], tmp_path: Path) -> None:
    save_file(tensors, tmp_path / "model.safetensors")
    with pytest.raises(ModelError, match=r"knows 2545 tokens, the vocabulary has 60.*vocab\.txt"):
        load_dit(tmp_path / "model.safetensors", ARCH, 60, CPU, torch.float32)


@pytest.mark.parametrize("name", ["model.safetensors", "model.pt"])
@pytest.mark.parametrize("content", [b"", b"<html>", b"version https://git-lfs.github.com/spec/v1\n"])
def test_a_file_that_is_no_checkpoint_is_refused(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError, match="can't be read as a checkpoint"):
        load_dit(tmp_path / name, ARCH, VOCAB_SIZE, CPU, torch.float32)


def test_a_damaged_file_loads_or_is_refused_but_raises_nothing_else(tensors: dict[str, Tensor], tmp_path: Path) -> None:
    torch.save({"ema_model_state_dict": tensors}, tmp_path / "model.pt")
    whole = (tmp_path / "model.pt").read_bytes()
    for place in range(0, 2000, 100):
        (tmp_path / "model.pt").write_bytes(whole[:place] + b"\xff" * 40 + whole[place + 40 :])
        with contextlib.suppress(ModelError):
            load_dit(tmp_path / "model.pt", ARCH, VOCAB_SIZE, CPU, torch.float32)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    torch.save({"ema_model_state_dict": [1, 2]}, tmp_path / "model.pt")
    with pytest.raises(ModelError, match="no model in it"):
        load_dit(tmp_path / "model.pt", ARCH, VOCAB_SIZE, CPU, torch.float32)


CONFIGS: dict[str, tuple[dict[str, Any], str]] = {
    "unknown key": (SMALL | {"depht": 3}, "depht"),
    "unknown norm": (SMALL | {"qk_norm": "layer"}, "qk_norm"),
    "long skip": (SMALL | {"long_skip_connection": True}, "long_skip"),
    "no dim": ({"depth": 3}, "dim"),
    "upsampling without masks": (SMALL | V0 | {"text_embedding_average_upsampling": True}, "text_mask_padding"),
}


@pytest.mark.parametrize("case", CONFIGS)
def test_a_configuration_that_is_not_served_is_refused(case: str, tmp_path: Path) -> None:
    arch, message = CONFIGS[case]
    with pytest.raises(ModelError, match=message):
        load_config(config_file(tmp_path, arch))


@pytest.mark.parametrize("source", ["F5TTS_v2", "missing.yaml", "E2TTS_Base"])
def test_a_configuration_that_is_not_there_is_refused(source: str) -> None:
    with pytest.raises(ModelError, match=source):
        load_config(source)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.safetensors"])
def test_the_vocoder_equals_upstream(name: str, tmp_path: Path, speech: Samples) -> None:
    upstream = UpstreamVocos.from_hparams(str(DEMO / "vocos" / "config.yaml")).eval()
    for parameter in upstream.parameters():
        parameter.data += 0.02 * torch.randn(
            parameter.shape, generator=torch.Generator().manual_seed(parameter.numel())
        )
    state = {key: tensor.clone() for key, tensor in upstream.state_dict().items()}
    save_file(state, tmp_path / name) if name.endswith("safetensors") else torch.save(state, tmp_path / name)
    ours = load_vocos(tmp_path / name, load_vocos_config(DEMO / "vocos" / "config.yaml"), CPU)
    mel = MelFrontEnd()(torch.from_numpy(speech))
    with torch.inference_mode():
        theirs = upstream.decode(mel.T[None])[0]
    assert theirs.abs().max() > 0.01
    assert ours(mel).shape == ((len(mel) - 1) * 256,)
    assert (ours(mel) - theirs).abs().max() <= 1e-4
