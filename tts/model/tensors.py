"""A file of weights to its tensors by name: `.safetensors`, or `.pt` and `.bin` as torch writes them.

Files are memory-mapped where their format allows. Nothing in them is executed: whatever isn't a tensor, a
number or a plain container is refused.
"""

from __future__ import annotations

import pickle
import re
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from tts.errors import ModelError

# What torch and safetensors raise on damaged files.
_UNREADABLE = (
    OSError,
    SafetensorError,
    pickle.UnpicklingError,
    struct.error,
    RuntimeError,
    EOFError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    AssertionError,
)
# What training wraps a model in: a moving average, DistributedDataParallel, torch.compile, FSDP.
_WRAPPERS = {"ema_model", "module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"}


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Return the tensors of a file by their names in the model itself, without those of its wrappers.

    Raises:
        ModelError: the file is missing, damaged, or holds something else than tensors.
    """
    try:
        found = load_file(path) if path.suffix == ".safetensors" else _state_dict(path, _unpickle(path))
    except _UNREADABLE as error:
        raise ModelError(f"{path}: {_reason(error)}") from error
    tensors: dict[str, Tensor] = {}
    for name, tensor in found.items():
        plain = ".".join(part for part in name.split(".") if part not in _WRAPPERS)
        if plain in tensors:
            raise ModelError(f"{path}: holds two models: {plain} is there twice, once as {name}")
        tensors[plain] = tensor
    return tensors


def _unpickle(path: Path) -> Any:
    try:
        return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except RuntimeError:  # the format before torch 1.6 can't be mapped
        return torch.load(path, map_location="cpu", weights_only=True)


def _state_dict(path: Path, document: Any) -> Mapping[str, Tensor]:
    if isinstance(document, dict):
        for key in ("ema_model_state_dict", "model_state_dict"):
            inner = document.get(key)
            document = inner if isinstance(inner, dict) else document
        if all(isinstance(name, str) and isinstance(value, Tensor) for name, value in document.items()):
            return dict(document)
    raise ModelError(f"{path}: no model in it; expected `ema_model_state_dict`, `model_state_dict` or plain tensors")


def _reason(error: Exception) -> str:
    """Return why a file can't be read, in one sentence: torch explains at length, in bold, how to run its code."""
    said = str(error).rpartition("WeightsUnpickler error: ")[2]
    foreign = re.search(r"GLOBAL (.+?) was not an allowed global", said, re.DOTALL)
    if foreign:
        reason = f"holds {foreign[1]}; what isn't a tensor could run code and is never read; save its tensors alone"
    else:
        first = re.split(r"\n|(?<=\w)\. ", said)[0] or type(error).__name__
        reason = f"can't be read as a checkpoint: {first}"
    return "".join(letter if letter.isprintable() else "?" for letter in reason)
