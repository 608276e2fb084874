"""Which Whisper is taken, by what is on the machine, what may be downloaded, and what answers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from huggingface_hub import constants

from tests.support.places import PLACES, Machine, stand_in
from tests.support.servers import Cut, FileServer, Status
from tts.asr.heard import Weights
from tts.errors import ModelError
from warmup.weights import whisper
from warmup.weights.hub import Remote
from warmup.weights.places import Places

SMALL, TURBO = "Systran/faster-whisper-small", "dropbox-dash/faster-whisper-large-v3-turbo"
CONTENT = {"config.json": b"{}", "tokenizer.json": b"{ }", "vocabulary.txt": b"a", "model.bin": b"\x01" * 50_000}
CACHES = [place for place in PLACES if place != "TTS_CACHE_DIR without hub"]


def remotes(repo: str) -> tuple[Remote, ...]:
    return tuple(
        Remote(repo, "f00d" * 10, name, hashlib.sha256(data).hexdigest(), len(data)) for name, data in CONTENT.items()
    )


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    for repo in (SMALL, TURBO):
        assert whisper.PUBLISHED[repo][-1].file == "model.bin"
        monkeypatch.setitem(whisper.PUBLISHED, repo, remotes(repo))
    return stand_in(tmp_path, monkeypatch)


@pytest.fixture
def server(hub_server: FileServer, monkeypatch: pytest.MonkeyPatch) -> FileServer:
    monkeypatch.setattr(constants, "ENDPOINT", hub_server.url())
    for repo in (SMALL, TURBO):
        for name, data in CONTENT.items():
            hub_server.put(f"/{repo}/resolve/{'f00d' * 10}/{name}", data)
    return hub_server


def put(machine: Machine, place: str, repo: str, **other: bytes) -> Path:
    for remote in remotes(repo):
        path = machine.put(PLACES[place], remote, other.get(remote.file.partition(".")[0], CONTENT[remote.file]))
    return path.parent


def bring(machine: Machine, device: str = "cpu", **changes: Any) -> Weights:
    return whisper.bring(Places(replace(machine.settings, **changes), machine.keep), device)


@pytest.mark.parametrize("place", CACHES)
@pytest.mark.parametrize("asked", ["auto", "small", SMALL])
def test_a_model_is_used_where_it_is(machine: Machine, place: str, asked: str) -> None:
    folder = put(machine, place, SMALL)
    assert bring(machine, asr_model=asked, allow_download=False).folder == folder


@pytest.mark.parametrize(("device", "name"), [("cpu", "small"), ("cuda:0", "large-v3-turbo")])
def test_auto_prefers_the_model_of_the_device_and_takes_any(machine: Machine, device: str, name: str) -> None:
    folders = {repo.rpartition("whisper-")[2]: put(machine, "worker's cache", repo) for repo in (SMALL, TURBO)}
    assert bring(machine, device) == Weights(name, folders[name])
    other = put(machine, "baked in the image", "someone/faster-whisper-base.en")
    for repo in (SMALL, TURBO):
        (machine.root / PLACES["worker's cache"] / f"models--{repo.replace('/', '--')}").rename(machine.root / repo[:4])
    assert bring(machine, device) == Weights("base.en", other)


def test_the_larger_model_is_known_by_its_former_name_too(machine: Machine) -> None:
    folder = put(machine, "RunPod's cached model", "mobiuslabsgmbh/faster-whisper-large-v3-turbo")
    assert bring(machine, "cuda", asr_model="turbo", offline=True).folder == folder


@pytest.mark.parametrize(("device", "repo"), [("cpu", SMALL), ("cuda:1", TURBO)])
def test_auto_downloads_the_model_of_the_device_once(
    machine: Machine, server: FileServer, device: str, repo: str
) -> None:
    server.fault(f"/{repo}/resolve/{'f00d' * 10}/model.bin", Cut(20_000))
    found = bring(machine, device)
    assert {path.name: path.read_bytes() for path in found.folder.iterdir() if path.name in CONTENT} == CONTENT
    asked = len(server.requests)
    assert bring(machine, device) == found
    assert len(server.requests) == asked


@pytest.mark.parametrize("changes", [{"allow_download": False}, {"offline": True}], ids=str)
def test_without_downloads_the_model_of_the_package_hears(
    machine: Machine, server: FileServer, changes: dict[str, bool]
) -> None:
    found = bring(machine, **changes)
    assert (found, found.name) == (whisper.embedded(), "tiny.en")
    assert (found.folder / "model.bin").stat().st_size > 70_000_000
    assert server.requests == []


def test_a_hub_that_does_not_answer_is_not_waited_for(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(url: str, timeout: float) -> None:
        assert timeout <= 5
        raise httpx.ConnectTimeout("no route")

    def never(*_: object) -> Path:
        raise AssertionError("a download was begun, whose pauses are longer than a request should wait")

    monkeypatch.setattr(httpx, "head", unreachable)
    monkeypatch.setattr(whisper, "download", never)
    assert bring(machine) == whisper.embedded()


def test_a_download_that_fails_leaves_the_model_of_the_package(
    machine: Machine, server: FileServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING", logger="worker")
    server.fault(f"/{SMALL}/resolve/{'f00d' * 10}/config.json", *[Status(403)] * 9)
    assert bring(machine) == whisper.embedded()
    assert "the embedded model hears instead" in caplog.text


def test_a_size_that_nothing_pins_is_what_the_hub_lists_now(machine: Machine, server: FileServer) -> None:
    repo, sizes = "Systran/faster-whisper-base.en", {name: len(data) for name, data in CONTENT.items()}
    lfs = {"sha256": hashlib.sha256(CONTENT["model.bin"]).hexdigest(), "size": sizes["model.bin"], "pointerSize": 1}
    siblings = [
        {"rfilename": name, "size": size, **({"lfs": lfs} if name == "model.bin" else {})}
        for name, size in {**sizes, ".gitattributes": 3, "pytorch_model.bin": 10**9}.items()
    ]
    listing = {"id": repo, "modelId": repo, "sha": "beef" * 10, "siblings": siblings}
    server.put(f"/api/models/{repo}?blobs=true", json.dumps(listing).encode())
    for name, data in CONTENT.items():
        server.put(f"/{repo}/resolve/{'beef' * 10}/{name}", data)
    found = bring(machine, asr_model="base.en")
    assert found.name == "base.en"
    assert {path.name for path in found.folder.iterdir()} >= set(CONTENT)
    assert found.folder.name == "beef" * 10
    assert not server.asked(f"/{repo}/resolve/{'beef' * 10}/pytorch_model.bin")
    server.put(f"/{repo}/resolve/{'beef' * 10}/model.bin", b"\x02" * 50_000)
    (found.folder / "model.bin").unlink()
    with pytest.raises(Exception, match="sha256"):
        bring(machine, asr_model="base.en")


def test_a_name_that_the_hub_does_not_know_is_the_operators_mistake(machine: Machine, server: FileServer) -> None:
    with pytest.raises(ModelError, match="no/such can't be had"):
        bring(machine, asr_model="no/such")
    with pytest.raises(ModelError, match="no/such is not on this machine, and may not be downloaded"):
        bring(machine, asr_model="no/such", offline=True)


def test_a_folder_is_used_as_it_stands_or_refused_with_what_it_lacks(machine: Machine) -> None:
    folder = machine.root / "mine"
    for name, data in CONTENT.items():
        machine.write(folder / name, data)
    assert bring(machine, asr_model=str(folder)) == Weights("mine", folder)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"tokenizer\.json doesn't exist"):
        bring(machine, asr_model=str(folder))


@pytest.mark.parametrize("broken", ["model", "config", "tokenizer"])
def test_a_model_that_is_not_whole_is_passed_over(machine: Machine, broken: str) -> None:
    put(machine, "baked in the image", SMALL, **{broken: b""})
    sound = put(machine, "worker's cache", SMALL)
    assert bring(machine).folder == sound
