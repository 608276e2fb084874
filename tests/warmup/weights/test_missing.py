"""What is missing is told once, with every place that was looked at, what was found broken, and what it costs."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.places import CONTENT, MODEL, PLACES, POINTER, VOCODER, Machine, stand_in
from tests.support.servers import files
from tts.errors import ModelError
from warmup.storage import Storage
from warmup.weights.find import look

CACHED = PLACES["RunPod's cached model"]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return stand_in(tmp_path, monkeypatch)


def test_what_is_not_there_is_told_with_every_place_that_was_looked_at(machine: Machine) -> None:
    other = machine.put("volume/a/hub", replace(MODEL, repo="somebody/else"), b"x")
    (machine.root / "volume/ComfyUI/models").mkdir(parents=True)
    with pytest.raises(ModelError) as error:
        machine.find(allow_download=False)
    said = str(error.value)
    assert said.startswith(
        f"{MODEL.repo}/{MODEL.file} is not on this machine and TTS_ALLOW_DOWNLOAD is false; looked in "
    )
    known = [folder for source, folder in PLACES.items() if source != "volume"]
    for place in (*known, "volume/ComfyUI/models"):
        assert re.search(rf"{machine.root / place}(,| \(not there\))", said), place
    assert f"{other.parents[4]}," in said
    assert f"{machine.root}/baked/hub (not there)" in said
    assert said.endswith("allow it, or set TTS_MODEL to a file, or choose SWivid/F5-TTS in the endpoint's settings")


def test_nobody_is_told_to_choose_the_model_that_they_chose(machine: Machine) -> None:
    machine.write(machine.root / CACHED / "models--swivid--f5-tts/snapshots/a/README.md", b"#")
    with pytest.raises(ModelError) as error:
        machine.find(allow_download=False)
    assert "endpoint's settings" not in str(error.value)


def test_a_missing_vocoder_is_told_with_what_names_one_and_what_was_found(machine: Machine) -> None:
    model = machine.put("home/hub")
    with pytest.raises(ModelError) as error:
        machine.find(vocoder=None, offline=True)
    said = str(error.value)
    assert said.startswith(
        "charactr/vocos (config.yaml, pytorch_model.bin) is not on this machine and HF_HUB_OFFLINE is"
    )
    assert "set TTS_VOCODER to a folder" in said
    there = look(replace(machine.settings, vocoder=None, offline=True), Storage(machine.root / "keep", True))
    assert [origin.path for origin in there.origins if origin.role == "model"] == [model]


def test_all_that_is_missing_is_told_at_once(machine: Machine) -> None:
    broken = machine.put("home/hub", VOCODER, POINTER)
    with pytest.raises(ModelError) as error:
        machine.find(vocoder=None, offline=True)
    model, vocoder = f"{MODEL.repo}/{MODEL.file}", "charactr/vocos (config.yaml, pytorch_model.bin)"
    what = f"{model} is not on this machine; no copy of {vocoder} on this machine can be used and HF_HUB_OFFLINE is set"
    assert str(error.value).startswith(f"{what}; {broken} is a Git LFS pointer")
    assert str(error.value).count("looked in") == 1


def test_a_demo_in_place_of_a_broken_copy_says_so(machine: Machine) -> None:
    broken = machine.put("home/hub", content=POINTER)
    found = machine.find(model="auto")
    assert (found.name, [finding.subject for finding in found.findings]) == ("demo", [str(broken)])


@pytest.mark.parametrize(
    ("lasting", "hub_cache", "on_runpod", "told"),
    [
        (False, "home/hub", True, True),
        (True, "home/hub", True, False),
        (False, "volume/hub", True, False),
        (False, "home/hub", False, False),
    ],
    ids=["nothing keeps it", "the worker's cache keeps it", "HF_HOME is on the volume", "a developer's own machine"],
)
def test_a_download_at_each_start_is_told_with_its_price(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, lasting: bool, hub_cache: str, on_runpod: bool, told: bool
) -> None:
    (machine.root / "volume").mkdir()
    with files() as server:
        template = "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", server.url(template))
        for remote, content in CONTENT.items():
            server.put(f"/{remote.repo}/resolve/{remote.revision}/{remote.file}", content)
        found = machine.find(lasting, hub_cache=str(machine.root / hub_cache), vocoder=None, on_runpod=on_runpod)
    size_gb = sum(map(len, CONTENT.values())) / 1e9
    assert [finding.problem for finding in found.findings] == [
        f"{size_gb:.2f} GB are downloaded at each cold start: no volume keeps SWivid/F5-TTS and charactr/vocos"
    ] * told
    again = machine.find(lasting, hub_cache=str(machine.root / hub_cache), vocoder=None, on_runpod=on_runpod)
    assert again.findings == (), "what is there costs nothing"
