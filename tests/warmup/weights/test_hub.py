"""Downloads into a Hugging Face cache: once, resumed, checked, and only where they are allowed."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import pytest
from huggingface_hub import constants, try_to_load_from_cache

from tests.support.places import CONFIG, CONTENT, MODEL, PLACES, POINTER, SAFETENSORS, VOCODER, Machine, stand_in
from tests.support.servers import Cut, FileServer, Slow, Status, Wrong, python
from tests.warmup.weights.conftest import address
from tts.errors import ModelError
from warmup.report import HostProblem
from warmup.weights.hub import Remote

KEPT = PLACES["worker's cache"]
DOWNLOAD = """
import sys, httpx, filelock, huggingface_hub
from pathlib import Path
from warmup.weights.hub import Remote, download
print("ready", flush=True)
input()
print(download(Remote(*sys.argv[1:5]), Path(sys.argv[5])))
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    return stand_in(tmp_path, monkeypatch)


def known_to_the_hub(cache: Path, remote: Remote) -> object:
    return try_to_load_from_cache(remote.repo, remote.file, cache_dir=cache, revision=remote.revision)


@pytest.mark.parametrize(
    ("lasting", "place"), [(True, KEPT), (False, PLACES["Hugging Face cache"])], ids=["lasting", "fleeting"]
)
def test_what_is_missing_is_downloaded_once_to_where_the_hub_finds_it(
    machine: Machine, server: FileServer, lasting: bool, place: str
) -> None:
    found = machine.find(lasting, vocoder=None)
    paths = (found.checkpoint, found.vocoder_config, found.vocoder_weights)
    for remote, path in zip((MODEL, CONFIG, VOCODER), paths, strict=True):
        assert path.read_bytes() == CONTENT[remote]
        assert known_to_the_hub(machine.root / place, remote) == str(path)
    downloaded = [origin.role for origin in found.origins if origin.source == "downloaded"]
    assert downloaded == ["model", "vocoder configuration", "vocoder"]
    again = machine.find(lasting, vocoder=None, allow_download=False)
    assert (again.checkpoint, again.origins[0].source) == (
        found.checkpoint,
        {True: "worker's cache"}.get(lasting, "Hugging Face cache"),
    )
    assert sorted(request.path for request in server.requests) == sorted(map(address, CONTENT))


@pytest.mark.parametrize("cuts", [5, 12])
def test_a_download_that_is_cut_again_and_again_arrives(machine: Machine, server: FileServer, cuts: int) -> None:
    server.fault(address(MODEL), *[Cut(15_000)] * cuts)
    assert machine.find().checkpoint.read_bytes() == SAFETENSORS
    assert len(server.requests) == cuts + 1


def test_the_hub_is_asked_with_the_token(machine: Machine, server: FileServer) -> None:
    machine.find()
    assert [request.authorization for request in server.requests] == ["Bearer hf_secret"]


def test_a_token_that_the_hub_refuses_is_left_out(machine: Machine, server: FileServer) -> None:
    server.fault(address(MODEL), Status(401))
    assert machine.find().checkpoint.read_bytes() == SAFETENSORS
    assert [request.authorization for request in server.requests] == ["Bearer hf_secret", None]


def test_a_cut_download_is_resumed(machine: Machine, server: FileServer) -> None:
    server.fault(address(MODEL), Cut(120_000))
    assert machine.find().checkpoint.read_bytes() == SAFETENSORS
    assert [request.range for request in server.requests] == [None, "bytes=120000-"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Wrong(SAFETENSORS[:-1] + b"!"), "has the sha256 .* instead of"),
        (Wrong(POINTER), r"has \d+ bytes instead of"),
    ],
    ids=["other content", "a Git LFS pointer"],
)
def test_a_download_that_fails_is_a_problem_of_this_host_and_the_next_start_recovers(
    machine: Machine, server: FileServer, fault: Wrong, words: str
) -> None:
    server.fault(address(MODEL), fault)
    with pytest.raises(HostProblem, match=words) as error:
        machine.find()
    assert error.value.check == "weights"
    assert machine.find().checkpoint.read_bytes() == SAFETENSORS


def test_a_hub_that_is_overloaded_may_answer_another_host(machine: Machine, server: FileServer) -> None:
    server.fault(address(MODEL), *[Status(503)] * 5)
    with pytest.raises(HostProblem, match="the server answers 503"):
        machine.find()


@pytest.mark.parametrize("code", [401, 403, 404, 410, 451])
def test_what_the_hub_refuses_no_other_host_will_get(machine: Machine, server: FileServer, code: int) -> None:
    server.fault(address(MODEL), *[Status(code)] * 2)
    with pytest.raises(ModelError, match=rf"{MODEL.file} can't be downloaded: the server answers {code}"):
        machine.find()


def test_an_address_that_leads_nowhere_is_the_same_on_every_host(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", "ftp://mirror/{repo_id}/{revision}/{filename}")
    with pytest.raises(ModelError, match=r"ftp://mirror/.* can't be downloaded: UnsupportedProtocol"):
        machine.find()


@pytest.mark.parametrize("token", ["“hf_secret”", "hf_sécret", "hf_\tsecret"])
def test_a_token_that_cannot_be_sent_is_left_out(
    machine: Machine, server: FileServer, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("HF_TOKEN", token)
    assert machine.find().checkpoint.read_bytes() == SAFETENSORS
    assert [request.authorization for request in server.requests] == [None]


def test_a_broken_file_where_a_download_goes_is_replaced_in_the_same_start(
    machine: Machine, server: FileServer
) -> None:
    broken = machine.put(KEPT, content=SAFETENSORS[:-1])
    found = machine.find()
    assert (found.checkpoint, found.origins[0].source) == (broken, "downloaded")
    assert broken.read_bytes() == SAFETENSORS


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"allow_download": False}, "TTS_ALLOW_DOWNLOAD is false"), ({"offline": True}, "HF_HUB_OFFLINE is set")],
    ids=["not allowed", "offline"],
)
def test_without_downloads_the_reason_names_what_was_found_broken(
    machine: Machine, server: FileServer, changes: dict[str, bool], why: str
) -> None:
    broken = machine.put(PLACES["RunPod's cached model"], content=POINTER)
    with pytest.raises(ModelError) as error:
        machine.find(**changes)
    name = f"{MODEL.repo}/{MODEL.file}"
    assert f"no copy of {name} on this machine can be used and {why}; {broken} is a Git LFS pointer" in str(error.value)
    assert server.requests == []


@pytest.mark.parametrize(
    ("on_runpod", "there", "name"),
    [(True, False, "F5TTS_v1_Base"), (False, True, "F5TTS_v1_Base"), (False, False, "demo")],
    ids=["on RunPod the real one is downloaded", "the real one is there", "elsewhere it is the demo"],
)
def test_auto_takes(machine: Machine, server: FileServer, on_runpod: bool, there: bool, name: str) -> None:
    if there:
        machine.put(PLACES["Hugging Face cache"])
    found = machine.find(model="auto", on_runpod=on_runpod)
    assert found.name == name
    assert len(server.requests) == int(on_runpod)


def test_four_processes_download_once(server: FileServer, tmp_path: Path) -> None:
    server.fault(address(MODEL), Slow(5_000))
    processes = [python(DOWNLOAD, *astuple(MODEL)[:4], tmp_path, HF_ENDPOINT=server.url()) for _ in range(4)]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    path = tmp_path / "models--SWivid--F5-TTS/snapshots" / MODEL.revision / MODEL.file
    assert [process.communicate()[0] for process in processes] == [f"{path}\n"] * 4
    assert path.read_bytes() == SAFETENSORS
    assert [request.path for request in server.requests] == [address(MODEL)], "nothing else is asked of the hub"


def test_the_signed_address_that_a_hub_sends_on_to_is_not_logged(server: FileServer, tmp_path: Path) -> None:
    server.redirect("/r", server.put("/x?signature=secret", b"x"))
    code = "import sys, time; from pathlib import Path; from warmup.fetch import fetch; from warmup import start; "
    code += "start.log_to_stderr('INFO'); deadline = time.monotonic() + 60; "
    code += "fetch(sys.argv[1], Path(sys.argv[2]), sha256=None, size=None, deadline=deadline)"
    said, _ = python(code, server.url("/r"), tmp_path / "x").communicate()
    assert (tmp_path / "x").read_bytes() == b"x"
    assert said == ""
