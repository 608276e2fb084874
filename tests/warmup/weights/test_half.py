"""Half-precision copies: what casting gives, written once, known by content, never used when they are damaged."""

from __future__ import annotations

import os
import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from tests.support.servers import python
from tts.model.checkpoint import load_dit
from tts.model.config import load_config
from tts.model.dit import DiT
from tts.text.tokens import load_vocabulary
from warmup.environment.examine import Environment
from warmup.environment.settings import Settings
from warmup.start import Start, start
from warmup.weights import half
from warmup.weights.find import DEMO
from warmup.weights.half import copy_path, write_copy

CONFIG, VOCAB = DEMO / "config.yaml", DEMO / "vocab.txt"
WRITE = """
import os, signal, sys
from pathlib import Path
import safetensors.torch
from warmup.weights.half import write_copy
save = safetensors.torch.save_file
def cut(tensors, file):
    save(tensors, file)
    os.truncate(file, os.path.getsize(file) // 2)
    os.kill(os.getpid(), signal.SIGKILL)
safetensors.torch.save_file = cut
write_copy(Path(sys.argv[1]), Path(sys.argv[2]), "bfloat16")
"""


def full(seed: int) -> dict[str, Tensor]:
    """Return the demo's tensors in float32, with bits that half precision loses."""
    generator = torch.Generator().manual_seed(seed)
    tensors = load_file(DEMO / "model.safetensors")
    return {
        name: tensor.float() * (1 + 1e-4 * torch.rand(tensor.shape, generator=generator))
        if tensor.is_floating_point()
        else tensor
        for name, tensor in tensors.items()
    }


@pytest.fixture(scope="module")
def tensors() -> dict[str, Tensor]:
    return full(0)


@pytest.fixture
def checkpoint(tmp_path: Path, tensors: dict[str, Tensor]) -> Path:
    save_file(tensors, tmp_path / "model.safetensors")
    return tmp_path / "model.safetensors"


def network(path: Path, dtype: torch.dtype) -> DiT:
    return load_dit(path, load_config(CONFIG).architecture, len(load_vocabulary(VOCAB)), torch.device("cpu"), dtype)


def bits(path: Path, dtype: torch.dtype) -> dict[str, Tensor]:
    return {name: tensor.view(torch.int16) for name, tensor in network(path, dtype).state_dict().items()}


@pytest.mark.parametrize("name", ["model.safetensors", "model.pt"])
@pytest.mark.parametrize("dtype", half.DTYPES)
def test_a_copy_loads_to_the_same_bits_as_its_checkpoint(
    checkpoint: Path, tensors: dict[str, Tensor], dtype: str, name: str
) -> None:
    if name == "model.pt":
        checkpoint = checkpoint.with_name(name)
        torch.save({"ema_model_state_dict": tensors | {"step": torch.tensor(7)}}, checkpoint)
    copy = copy_path(checkpoint.parent / "half", checkpoint, dtype)
    assert write_copy(checkpoint, copy, dtype)
    ours, theirs = bits(copy, getattr(torch, dtype)), bits(checkpoint, getattr(torch, dtype))
    assert ours.keys() == theirs.keys()
    assert [key for key in ours if not torch.equal(ours[key], theirs[key])] == []
    assert copy.stat().st_size < 0.51 * checkpoint.stat().st_size


def test_a_copy_is_written_once(checkpoint: Path) -> None:
    copy = copy_path(checkpoint.parent / "half", checkpoint, "float16")
    assert write_copy(checkpoint, copy, "float16")
    inode = copy.stat().st_ino
    assert not write_copy(checkpoint, copy, "float16")
    assert copy.stat().st_ino == inode
    assert list(copy.parent.iterdir()) == [copy]


def test_a_copy_is_on_the_disk_before_its_name_is(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = copy_path(checkpoint.parent / "half", checkpoint, "float16")
    synced: list[tuple[int, bool]] = []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append((os.fstat(number).st_size, copy.exists())))
    assert write_copy(checkpoint, copy, "float16")
    assert synced == [(copy.stat().st_size, False)]


@pytest.mark.parametrize("dtype", half.DTYPES)
def test_a_checkpoint_that_is_half_already_is_not_copied(tmp_path: Path, dtype: str) -> None:
    tensors = load_file(DEMO / "model.safetensors")
    save_file({name: tensor.to(getattr(torch, dtype)) for name, tensor in tensors.items()}, tmp_path / "x.safetensors")
    copy = copy_path(tmp_path / "half", tmp_path / "x.safetensors", "float16")
    assert not write_copy(tmp_path / "x.safetensors", copy, "float16")
    assert not copy.parent.exists()


def test_the_same_checkpoint_under_another_path_shares_the_copy(checkpoint: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "snapshots" / "abc" / checkpoint.name
    elsewhere.parent.mkdir(parents=True)
    elsewhere.write_bytes(checkpoint.read_bytes())
    os.utime(elsewhere, (0, 0))
    assert copy_path(tmp_path, elsewhere, "float16") == copy_path(tmp_path, checkpoint, "float16")


def test_another_checkpoint_of_the_same_size_has_another_copy(checkpoint: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / checkpoint.name
    other.parent.mkdir()
    save_file(full(1), other)
    assert other.stat().st_size == checkpoint.stat().st_size
    assert copy_path(tmp_path, other, "float16") != copy_path(tmp_path, checkpoint, "float16")
    assert copy_path(tmp_path, checkpoint, "bfloat16") != copy_path(tmp_path, checkpoint, "float16")


@pytest.mark.parametrize("place", ["first", "last"])
def test_one_changed_byte_at_an_end_makes_another_checkpoint(checkpoint: Path, place: str) -> None:
    before = copy_path(checkpoint.parent, checkpoint, "float16")
    with checkpoint.open("r+b") as file:
        file.seek(0 if place == "first" else checkpoint.stat().st_size - 1)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    assert copy_path(checkpoint.parent, checkpoint, "float16") != before


def test_a_writer_killed_half_way_leaves_nothing_that_is_used(checkpoint: Path) -> None:
    copy = copy_path(checkpoint.parent / "half", checkpoint, "bfloat16")
    writer = python(WRITE, checkpoint, copy)
    said, _ = writer.communicate()
    assert (writer.returncode, said) == (-signal.SIGKILL, "")
    assert len(list(copy.parent.iterdir())) == 1, "what it had written"
    assert not copy.exists()
    assert write_copy(checkpoint, copy, "bfloat16")
    assert list(copy.parent.iterdir()) == [copy], "what was left behind is gone"


def test_a_copy_that_a_worker_of_another_container_is_writing_is_left_alone(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copy_path(checkpoint.parent / "half", checkpoint, "float16")
    save = safetensors.torch.save_file

    def while_another_starts(tensors: dict[str, torch.Tensor], fresh: Path) -> None:
        save(tensors, fresh)
        monkeypatch.setattr(safetensors.torch, "save_file", save)
        monkeypatch.setattr("socket.gethostname", lambda: "another")  # and the same process id
        assert write_copy(checkpoint, copy, "float16")
        copy.unlink()
        assert fresh.exists()

    monkeypatch.setattr(safetensors.torch, "save_file", while_another_starts)
    assert write_copy(checkpoint, copy, "float16")
    assert list(copy.parent.iterdir()) == [copy]


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_takes_no_more_is_told_and_left_clean(checkpoint: Path, caplog: pytest.LogCaptureFixture) -> None:
    copy = copy_path(checkpoint.parent / "half", checkpoint, "float16")
    with files_of_at_most(1_000_000):
        assert not write_copy(checkpoint, copy, "float16")
    assert list(copy.parent.iterdir()) == []
    assert "no half-precision copy of model.safetensors" in caplog.text


def test_a_folder_that_cannot_be_made_is_told(checkpoint: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert not write_copy(checkpoint, checkpoint / "half" / "x.safetensors", "float16")
    assert "no half-precision copy of model.safetensors: Not a directory" in caplog.text


@pytest.fixture
def settings(checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    named = {"model": checkpoint, "model_config": CONFIG, "vocab": VOCAB, "vocoder": DEMO / "vocos"}
    places = {"volume_dir": tmp_path / "volume", "hub_cache": tmp_path / "home/hub"}
    return Settings(dtype="bfloat16", device="cpu", **{name: str(path) for name, path in (named | places).items()})  # type: ignore[arg-type]


def started(settings: Settings) -> Start:
    """Start, and let what that left to the background end."""
    done = start(Environment(settings), warm_up=False, quiet=True)
    for thread in threading.enumerate():
        if thread.name == "upkeep":
            thread.join(60)
    assert not done.report.problem
    return done


def test_the_second_start_reads_the_copy_that_the_first_wrote(settings: Settings, checkpoint: Path) -> None:
    settings = replace(settings, cache_dir=str(checkpoint.parent / "cache"))
    copy = copy_path(checkpoint.parent / "cache/half", checkpoint, "bfloat16")
    read = [started(settings).report.model["read from"] for _ in range(2)]
    assert read == [str(checkpoint), str(copy)]


@pytest.mark.parametrize("damage", ["truncated", "empty", "of another model"])
def test_a_damaged_copy_is_removed_and_the_checkpoint_is_read(
    settings: Settings, checkpoint: Path, damage: str
) -> None:
    copy = copy_path(checkpoint.parent / "cache/half", checkpoint, "bfloat16")
    assert write_copy(checkpoint, copy, "bfloat16")
    if damage == "of another model":
        save_file({"other": torch.zeros(3)}, copy)
    else:
        os.truncate(copy, copy.stat().st_size // 2 if damage == "truncated" else 0)
    damaged = copy.read_bytes()
    done = started(replace(settings, cache_dir=str(checkpoint.parent / "cache")))
    assert done.report.model["read from"] == str(checkpoint)
    assert not copy.exists() or copy.read_bytes() != damaged, "removed, and written anew"


@pytest.mark.parametrize("dtype", ["bfloat16", "float32"])
def test_no_copy_is_written_without_a_lasting_place_or_a_need(settings: Settings, tmp_path: Path, dtype: str) -> None:
    changes: dict[str, Any] = {"dtype": dtype} | ({"cache_dir": str(tmp_path / "cache")} if dtype == "float32" else {})
    done = started(replace(settings, **changes))
    assert done.report.model["dtype"] == dtype
    assert list(tmp_path.rglob("*.float16.*")) == list(tmp_path.rglob("*.bfloat16.*")) == []
