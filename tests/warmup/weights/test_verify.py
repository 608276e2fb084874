"""Files that look whole and aren't what was published: found out once, in the background, then passed over."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from huggingface_hub import constants

from tests.support.places import MODEL, PLACES, SAFETENSORS, Machine, stand_in
from tests.support.servers import files
from tts.errors import ModelError
from warmup.stamp import record_of, stamped
from warmup.weights import verify
from warmup.weights.verify import disproved

CACHED, HOME = PLACES["RunPod's cached model"], PLACES["Hugging Face cache"]
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "zeros from the middle on": lambda whole: whole[: len(whole) // 2].ljust(len(whole), b"\0"),
    "zeros behind the header": lambda whole: whole[:200].ljust(len(whole), b"\0"),
    "a block of zeros": lambda whole: whole[:90_000] + bytes(4_096) + whole[94_096:],
    "one bit": lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]),
}


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return stand_in(tmp_path, monkeypatch)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_copy_is_used_once_without_waiting_and_then_passed_over(
    machine: Machine, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, sound = machine.put(CACHED, content=DAMAGES[damage](SAFETENSORS)), machine.put(HOME)
    with monkeypatch.context() as first_start:
        first_start.setattr(hashlib, "file_digest", lambda *arguments: pytest.fail("hashed before it serves"))
        found = machine.find()
    assert found.checkpoint == bad
    (finding,) = disproved(found.pinned, machine.keep)
    assert (finding.level, finding.subject) == ("error", str(bad))
    assert f"instead of {MODEL.sha256[:12]}..., so it is damaged or another file" in finding.problem
    again = machine.find()
    assert again.checkpoint == sound
    assert [(finding.level, finding.subject) for finding in again.findings] == [("warning", str(bad))]
    assert disproved(again.pinned, machine.keep) == []


@pytest.mark.parametrize("content", [bytes(len(SAFETENSORS)), b"\0" * 8 + SAFETENSORS[8:]], ids=["all", "its head"])
def test_a_file_that_begins_with_zeros_is_passed_over_at_once(machine: Machine, content: bytes) -> None:
    bad, sound = machine.put(CACHED, content=content), machine.put(HOME)
    found = machine.find()
    assert found.checkpoint == sound
    assert [finding.problem for finding in found.findings] == [
        "begins with zeros: what was written never reached the disk; it is passed over"
        if not any(content)
        else "is no safetensors file; it is passed over"
    ]
    assert found.findings[0].subject == str(bad)


@pytest.mark.parametrize("content", [SAFETENSORS, DAMAGES["one bit"](SAFETENSORS)], ids=["sound", "damaged"])
@pytest.mark.parametrize("beside", [True, False], ids=["beside it", "elsewhere"])
def test_a_file_is_hashed_once(machine: Machine, content: bytes, beside: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    path = machine.put(CACHED, content=content)
    if not beside:
        record_of(path).mkdir()  # in the way of the note, for root too
    found = machine.find().pinned
    first = disproved(found, machine.keep)
    assert len(first) == (content != SAFETENSORS)
    monkeypatch.setattr(verify, "sha256_of", lambda path: pytest.fail("hashed again"))
    assert disproved(found, machine.keep) == first
    assert stamped(path, machine.keep.stamps) == hashlib.sha256(content).hexdigest()


def test_a_file_that_was_repaired_is_used_again(machine: Machine) -> None:
    bad = machine.put(CACHED, content=DAMAGES["one bit"](SAFETENSORS))
    machine.put(HOME)
    assert disproved(machine.find().pinned, machine.keep)
    bad.write_bytes(SAFETENSORS)
    assert machine.find().checkpoint == bad
    assert disproved(machine.find().pinned, machine.keep) == []


@pytest.mark.parametrize("place", [CACHED, PLACES["worker's cache"]], ids=["elsewhere", "where downloads go"])
def test_a_damaged_only_copy_gives_way_to_a_download(
    machine: Machine, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.put(place, content=DAMAGES["one bit"](SAFETENSORS))
    disproved(machine.find().pinned, machine.keep)
    with files() as server:
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", server.url("/{filename}"))
        server.put(f"/{MODEL.file}", SAFETENSORS)
        found = machine.find()
    assert (found.checkpoint.read_bytes(), found.origins[0].source) == (SAFETENSORS, "downloaded")
    assert machine.find(allow_download=False).checkpoint == found.checkpoint


def test_a_damaged_only_copy_that_nothing_may_replace_is_named_with_what_is_wrong(machine: Machine) -> None:
    bad = machine.put(CACHED, content=DAMAGES["one bit"](SAFETENSORS))
    disproved(machine.find().pinned, machine.keep)
    with pytest.raises(ModelError, match=rf"no copy of .* can be used and HF_HUB_OFFLINE is set; {bad} has the sha256"):
        machine.find(offline=True)


def test_a_downloaded_file_is_known_to_be_right(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    with files() as server:
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", server.url("/{filename}"))
        server.put(f"/{MODEL.file}", SAFETENSORS)
        found = machine.find()
    monkeypatch.setattr(verify, "sha256_of", lambda path: pytest.fail("hashed again"))
    assert disproved(found.pinned, machine.keep) == []


def test_a_file_that_is_gone_when_it_is_to_be_hashed_is_told(machine: Machine) -> None:
    found = machine.put(CACHED), machine.find().pinned
    shutil.rmtree(machine.root / CACHED)
    (finding,) = disproved(found[1], machine.keep)
    assert str(finding) == f"{found[0]}: can't be read: No such file or directory"


def test_a_model_of_the_operators_own_is_never_compared_with_what_was_published(machine: Machine) -> None:
    mine = machine.write(machine.root / "model_1250000.safetensors", DAMAGES["one bit"](SAFETENSORS))
    found = machine.find(model=str(mine), model_config="F5TTS_v1_Base")
    assert mine not in [path for path, _ in found.pinned]
    assert disproved(found.pinned, machine.keep) == []
