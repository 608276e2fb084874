"""Published checkpoints into the network, straight to the wanted precision and device.

The files are memory-mapped and the network is built without storage, so no float32 copy of the model
exists beside the loaded one. Every tensor is accounted for: a missing, surplus or mis-shaped one is an
error that names it and, where one does, the architecture that fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from tts.errors import ModelError
from tts.model.config import Architecture, load_config, packaged
from tts.model.dit import DiT
from tts.model.tensors import read_tensors
from tts.model.vocos import Vocos, VocosConfig

Shapes = dict[str, tuple[int, ...]]

_TRAINER_KEYS = {"initted", "step", "update"}  # counters of the moving average
_TRAINER_PARTS = ("mel_spec.", "online_model.")  # mel filters in old files; what the average was taken of
_VOCAB_KEY = "transformer.text_embed.text_embed.weight"


def load_dit(path: Path, arch: Architecture, vocab_size: int, device: torch.device, dtype: torch.dtype) -> DiT:
    """Load F5-TTS weights from `.safetensors`, or from a pruned or training `.pt`.

    Raises:
        ModelError: the file can't be read, or its tensors don't fit `arch` and the vocabulary.
    """
    tensors = _network_tensors(read_tensors(path))
    with without_storage():
        network = DiT(arch, vocab_size)
    _check(
        path,
        {name: tuple(tensor.shape) for name, tensor in tensors.items()},
        published_shapes(network),
        vocab_size,
    )
    loaded = {
        key: torch.cat([tensors[name].to(device) for name in names]).to(dtype)
        if len(names) > 1
        else tensors[names[0]].to(device).to(dtype)
        for key, names in ((key, published_names(key)) for key in network.state_dict())
    }
    network.load_state_dict(loaded, assign=True)
    return network.eval().requires_grad_(False)


def load_vocos(path: Path, config: VocosConfig, device: torch.device) -> Vocos:
    """Load a Vocos from `model.safetensors` or `pytorch_model.bin`, in float32.

    Raises:
        ModelError: the file can't be read, or its tensors don't fit the configuration.
    """
    tensors = {
        name: tensor
        for name, tensor in read_tensors(path).items()
        if not name.startswith("feature_extractor.")  # the mel front end is this worker's own
    }
    with without_storage():
        vocoder = Vocos(config)
    names = {_vocos_name(key): key for key in vocoder.state_dict()}
    expected = {name: tuple(vocoder.state_dict()[key].shape) for name, key in names.items()}
    _compare(path, {name: tuple(tensor.shape) for name, tensor in tensors.items()}, expected, "")
    vocoder.load_state_dict({key: tensors[name].to(device).float() for name, key in names.items()}, assign=True)
    return vocoder.eval().requires_grad_(False)


class _Uninitialised(TorchFunctionMode):
    """Skips initial values. On the meta device they would cost the import of sympy and torch._dynamo, 3 s."""

    def __torch_function__(
        self, function: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if getattr(function, "__module__", "") == "torch.nn.init":
            return kwargs.get("tensor", args[0] if args else None)
        return function(*args, **kwargs)


@contextmanager
def without_storage() -> Iterator[None]:
    """Build modules whose parameters have shapes only."""
    with torch.device("meta"), _Uninitialised():
        yield


def _network_tensors(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Leave out what training needs and the network doesn't."""
    return {
        name: tensor
        for name, tensor in tensors.items()
        if name not in _TRAINER_KEYS and not name.startswith(_TRAINER_PARTS)
    }


def published_names(key: str) -> list[str]:
    """Return the tensors of a checkpoint that make one parameter of `DiT`."""
    name = f"transformer.{key}"
    name = name.replace(".attn.to_out.", ".attn.to_out.0.")
    name = re.sub(r"\.ff\.(\d)\.", lambda part: f".ff.ff.{('0.0', '2')[int(part[1])]}.", name)
    if ".to_qkv." in name:
        return [name.replace("to_qkv", f"to_{role}") for role in "qkv"]
    return [name]


def published_shapes(network: DiT) -> Shapes:
    """Return every tensor that a checkpoint of this network must hold, with its shape."""
    shapes: Shapes = {"transformer.rotary_embed.inv_freq": (network.arch.dim_head // 2,)}
    for key, tensor in network.state_dict().items():
        names = published_names(key)
        rows, *rest = tensor.shape
        shapes |= {name: (rows // len(names), *rest) for name in names}
    return shapes


def _check(path: Path, found: Shapes, expected: Shapes, vocab_size: int) -> None:
    embedded = found.get(_VOCAB_KEY, expected[_VOCAB_KEY])
    shapes = expected | {_VOCAB_KEY: (embedded[0], *expected[_VOCAB_KEY][1:])}
    if found != shapes:
        _compare(path, found, shapes, _advice(found, embedded[0] - 1))
    if embedded[0] != vocab_size + 1:
        raise ModelError(
            f"{path}: its text embedding knows {embedded[0] - 1} tokens, the vocabulary has {vocab_size}; "
            "use the vocab.txt that was published with these weights"
        )


def _advice(found: Shapes, vocab_size: int) -> str:
    if any(".layers.0." in name for name in found):
        return "; it looks like E2-TTS, which is not served"
    fits = _fitting(found, vocab_size)
    return f"; its tensors fit {' or '.join(fits)}" if fits else "; no packaged architecture fits it"


def _compare(path: Path, found: Shapes, expected: Shapes, advice: str) -> None:
    for problem, names in (
        ("lacks", expected.keys() - found.keys()),
        ("has the unknown", found.keys() - expected.keys()),
    ):
        if names:
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            raise ModelError(f"{path}: {problem} tensor {min(names)}{more}{advice}")
    for name, shape in expected.items():
        if found[name] != shape:
            raise ModelError(f"{path}: tensor {name} is {found[name]}, the configuration says {shape}{advice}")


def _fitting(found: Shapes, vocab_size: int) -> list[str]:
    with without_storage():
        return [
            name for name in packaged() if published_shapes(DiT(load_config(name).architecture, vocab_size)) == found
        ]


def _vocos_name(key: str) -> str:
    if key.startswith("out."):
        return f"head.{key}"
    return "head.istft.window" if key == "window" else f"backbone.{key}"
