"""Files of weights give tensors under the model's own names; what else they hold is never read, and named."""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from tts.errors import ModelError
from tts.model.tensors import read_tensors

FOREIGN: dict[str, tuple[Any, str]] = {
    "the arguments of a training script": (argparse.Namespace(lr=1e-4), "argparse.Namespace"),
    "a numpy scalar": (np.float64(3), "numpy._core.multiarray.scalar"),
    "a numpy array": (np.zeros(3), "numpy._core.multiarray._reconstruct"),
    "a path": (Path("/data/ckpts"), "pathlib.PosixPath"),
    "a time": (datetime(2026, 1, 1), "datetime.datetime"),
    "a class": (Path, "pathlib.Path"),
    "a function": (print, "print"),
    "a namespace": (SimpleNamespace(a=1), "types.SimpleNamespace"),
    "a dictionary with a default": (defaultdict(list), "collections.defaultdict"),
    "a module": (torch.nn.Linear(2, 2), "torch.nn.modules.linear.Linear"),
}


def refusal(path: Path) -> str:
    """Return why a file isn't read, having seen that it is one plain sentence."""
    with pytest.raises(ModelError) as error:
        read_tensors(path)
    said = str(error.value)
    assert said.startswith(f"{path}: ")
    assert said.isprintable(), "no line ends, no escape codes"
    assert not said.endswith((" ", ":"))
    assert len(said) < len(str(path)) + 250
    return said


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "before torch 1.6"])
@pytest.mark.parametrize("kind", FOREIGN)
def test_what_is_no_tensor_is_named_and_not_read(kind: str, zipped: bool, tmp_path: Path) -> None:
    thing, name = FOREIGN[kind]
    document = {"ema_model_state_dict": {"a": torch.zeros(3)}, "args": thing}
    torch.save(document, tmp_path / "x.pt", _use_new_zipfile_serialization=zipped)
    assert f"holds {name.replace('print', '')}" in refusal(tmp_path / "x.pt")


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "before torch 1.6"])
def test_a_damaged_file_is_read_or_refused_in_one_sentence(zipped: bool, tmp_path: Path) -> None:
    path = tmp_path / "x.pt"
    torch.save({"a": torch.arange(100.0), "b": torch.ones(3)}, path, _use_new_zipfile_serialization=zipped)
    whole, draw = path.read_bytes(), random.Random(0)
    refused = 0
    for _ in range(150):
        damaged = bytearray(whole[: draw.choice([len(whole), draw.randrange(len(whole))])])
        for _ in range(draw.randrange(4)):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        path.write_bytes(damaged)
        try:
            read_tensors(path)
        except ModelError:
            refused += 1
            refusal(path)
    assert refused > 50


@pytest.mark.parametrize("name", ["x.pt", "x.safetensors"])
@pytest.mark.parametrize("content", [b"", b"<html>", b"\0" * 5_000, b"version https://git-lfs.github.com/spec/v1\n"])
def test_what_is_no_checkpoint_is_refused_in_one_sentence(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert "can't be read as a checkpoint" in refusal(tmp_path / name)


def test_a_file_that_is_not_there_is_refused_in_one_sentence(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "x.safetensors")


@pytest.mark.parametrize("document", [[1, 2], {"model_state_dict": 3}, {1: torch.zeros(1)}, {"a": 1}, torch.zeros(1)])
def test_a_file_of_something_else_is_refused_in_one_sentence(document: Any, tmp_path: Path) -> None:
    torch.save(document, tmp_path / "x.pt")
    assert "no model in it" in refusal(tmp_path / "x.pt")


def test_two_models_in_one_file_are_not_mixed(tmp_path: Path) -> None:
    save_file({"ema_model.a": torch.zeros(3), "a": torch.ones(3)}, tmp_path / "x.safetensors")
    assert "holds two models: a is there twice" in refusal(tmp_path / "x.safetensors")


def test_the_average_is_taken_where_training_keeps_both(tmp_path: Path) -> None:
    both = {"model_state_dict": {"a": torch.zeros(3)}, "ema_model_state_dict": {"ema_model.a": torch.ones(3)}}
    torch.save(both, tmp_path / "x.pt")
    assert torch.equal(read_tensors(tmp_path / "x.pt")["a"], torch.ones(3))
