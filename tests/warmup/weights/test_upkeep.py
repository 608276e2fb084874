"""What a worker does for the next start, and starts from damaged files: told by the one, passed over by the next."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import constants

from tests.support.places import PLACES, SAFETENSORS, Machine, stand_in
from tests.support.servers import files
from tts.errors import ModelError
from tts.model.config import load_config
from warmup.environment.examine import Environment
from warmup.environment.settings import Settings
from warmup.report import Finding
from warmup.stamp import stamped
from warmup.start import Start, start
from warmup.weights import half, places
from warmup.weights.find import DEMO
from warmup.weights.hub import PUBLISHED, Remote
from warmup.weights.upkeep import upkeep

CACHED, HOME = PLACES["RunPod's cached model"], PLACES["Hugging Face cache"]
WEIGHTS = (DEMO / "model.safetensors").read_bytes()
V1 = PUBLISHED["F5TTS_v1_Base"]
REMOTE = Remote("SWivid/F5-TTS", "f00d", "demo.safetensors", hashlib.sha256(WEIGHTS).hexdigest(), len(WEIGHTS))


def one_bit_off(whole: bytes) -> bytes:
    return whole[:-1] + bytes([whole[-1] ^ 1])


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return stand_in(tmp_path, monkeypatch)


@pytest.mark.parametrize(("content", "copies"), [(one_bit_off(SAFETENSORS), 0), (SAFETENSORS, 1)])
def test_a_half_precision_copy_is_made_of_a_sound_checkpoint_alone(
    machine: Machine, content: bytes, copies: int
) -> None:
    machine.put(CACHED, content=content)
    told: list[Finding] = []
    found = machine.find()
    upkeep(found, found.checkpoint, "bfloat16", machine.keep, told.append)
    assert (len(told), len(list(machine.keep.half.glob("*")))) == (1 - copies, copies)


def test_a_checkpoint_is_not_read_for_its_hash_where_its_copy_was_read(machine: Machine) -> None:
    path = machine.put(CACHED, content=one_bit_off(SAFETENSORS))
    found = machine.find()
    half_copy = half.copy_path(machine.keep.half, path, "float16")
    upkeep(found, half_copy, "float16", machine.keep, lambda finding: pytest.fail("read"))
    assert stamped(path, machine.keep.stamps) == ""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Settings:
    """Return those of a worker for whom the embedded demo is the published model."""
    caplog.set_level(logging.root.level)  # as it is set back to when the test ends: a start sets its own
    demo = load_config(DEMO / "config.yaml")
    monkeypatch.setattr("warmup.load.load_config", lambda source: demo)
    monkeypatch.setitem(PUBLISHED, "F5TTS_v1_Base", REMOTE)
    monkeypatch.setattr(places, "BAKED", tmp_path / "baked")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "volume").mkdir()
    here = {"volume_dir": str(tmp_path / "volume"), "hub_cache": str(tmp_path / HOME)}
    parts = {"vocab": str(DEMO / "vocab.txt"), "vocoder": str(DEMO / "vocos")}
    return Settings(model="F5TTS_v1_Base", offline=True, device="cpu", **here, **parts)


def copy(root: Path, hub: str, content: bytes = WEIGHTS) -> Path:
    return Machine(root).put(hub, REMOTE, content)


def started(settings: Settings, warm_up: bool = False) -> Start:
    """Start, and let what that left to the background end."""
    done = start(Environment(settings), warm_up=warm_up, quiet=True)
    for thread in threading.enumerate():
        if thread.name == "upkeep":
            thread.join(60)
    return done


def test_a_copy_that_cannot_be_loaded_gives_way_to_the_next_in_the_same_start(
    settings: Settings, tmp_path: Path
) -> None:
    no_tensors = b"\x02\0\0\0\0\0\0\0{}".ljust(len(WEIGHTS), b"\0")
    bad, sound = copy(tmp_path, CACHED, no_tensors), copy(tmp_path, HOME)
    report = started(settings).report
    assert (report.problem, report.model["read from"]) == ("", str(sound))
    assert str(sound) in [str(origin.path) for origin in report.files]
    assert [finding.subject for finding in report.findings] == [str(bad)]


def test_an_only_copy_that_cannot_be_loaded_is_named_as_found_and_damaged(settings: Settings, tmp_path: Path) -> None:
    bad = copy(tmp_path, CACHED, b"\x02\0\0\0\0\0\0\0{}".ljust(len(WEIGHTS), b"\0"))
    done = started(settings)
    assert isinstance(done.failure, ModelError)
    assert f"HF_HUB_OFFLINE is set; {bad} has the sha256" in done.report.problem
    assert "is not on this machine" not in done.report.problem
    assert str(bad) in [str(origin.path) for origin in done.report.files]


def test_a_broken_copy_is_told_though_the_download_in_its_place_fails(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = copy(tmp_path, CACHED, bytes(len(WEIGHTS)))
    with files() as server:
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", server.url("/{filename}"))
        done = started(replace(settings, offline=False))
    assert isinstance(done.failure, ModelError)
    assert "the server answers 404" in done.report.problem
    assert [finding.subject for finding in done.report.findings] == [str(bad)]
    assert "vocoder" in [origin.role for origin in done.report.files]


def test_sound_files_that_do_not_fit_the_settings_are_not_said_to_be_damaged(
    settings: Settings, tmp_path: Path
) -> None:
    copy(tmp_path, CACHED)
    (tmp_path / "vocab.txt").write_text(" \na\n")
    done = started(replace(settings, vocab=str(tmp_path / "vocab.txt")))
    assert "the vocabulary has 2" in done.report.problem


def test_damage_that_loads_is_told_by_the_worker_that_serves_and_passed_over_by_the_next(
    settings: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bad, sound = copy(tmp_path, CACHED, one_bit_off(WEIGHTS)), copy(tmp_path, HOME)
    report = started(settings).report
    assert report.model["read from"] == str(bad)
    assert [(finding.level, finding.subject) for finding in report.findings] == [("error", str(bad))]
    assert f"{bad}: has the sha256" in capfd.readouterr().err
    assert started(settings).report.model["read from"] == str(sound)


def test_damage_that_spoils_the_first_synthesis_does_not_spoil_the_next_start(
    settings: Settings, tmp_path: Path
) -> None:
    header = int.from_bytes(WEIGHTS[:8], "little") + 8
    nothing_finite = WEIGHTS[:header] + b"\xff" * (len(WEIGHTS) - header)
    bad, sound = copy(tmp_path, CACHED, nothing_finite), copy(tmp_path, HOME)
    report = started(settings, warm_up=True).report
    assert "first synthesis failed" in report.problem
    assert str(bad) in [finding.subject for finding in report.findings]
    again = started(settings, warm_up=True).report
    assert (again.problem, again.model["read from"]) == ("", str(sound))


def test_a_sparse_file_under_the_platforms_lower_cased_name_is_where_the_weights_are_found(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the platform lays it, with the published name and size: a header of no tensors, then nothing."""
    monkeypatch.setitem(PUBLISHED, "F5TTS_v1_Base", V1)
    written = Machine(tmp_path).put(CACHED, V1, b"\x02\0\0\0\0\0\0\0{}")
    os.truncate(written, V1.size or 0)
    repo = written.parents[3]
    link = repo.rename(repo.with_name("models--swivid--f5-tts")) / written.relative_to(repo)
    report = started(replace(settings, model="auto", on_runpod=True, vocoder=None)).report
    assert report.problem.startswith("charactr/vocos-mel-24khz (config.yaml, pytorch_model.bin) is not on this machine")
    assert [(origin.path, origin.source) for origin in report.files if origin.role == "model"] == [
        (link, "RunPod's cached model")
    ]
