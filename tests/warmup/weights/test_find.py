"""Every place that weights may lie in, in its order, and what is broken there."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.support.places import (
    CONFIG,
    CONTENT,
    MODEL,
    PLACES,
    POINTER,
    SAFETENSORS,
    VOCODER,
    Machine,
    stand_in,
    zipped,
)
from tts.errors import ModelError
from warmup.weights.hub import PUBLISHED, Remote
from warmup.weights.integrity import defect


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return stand_in(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("first", "second"), [pytest.param(*pair, id=" before ".join(pair)) for pair in combinations(PLACES, 2)]
)
def test_weights_are_taken_from_the_better_of_two_places(machine: Machine, first: str, second: str) -> None:
    machine.put(PLACES[second])
    wanted = machine.put(PLACES[first])
    there = machine.inventory()
    found = machine.find()
    assert found.checkpoint == wanted
    assert (found.origins[0].role, found.origins[0].source) == ("model", first.removesuffix(" without hub"))
    assert machine.inventory() == there, "nothing is copied"


@pytest.mark.parametrize("hub", [*PLACES.values(), "volume", "volume/root"])
def test_weights_in_a_plain_folder_come_after_every_cache(machine: Machine, hub: str) -> None:
    machine.write(machine.root / "volume/models" / MODEL.file, SAFETENSORS)
    wanted = machine.put(hub)
    assert machine.find().checkpoint == wanted


@pytest.mark.parametrize("folder", ["models", "ckpts", "checkpoints", "weights"])
@pytest.mark.parametrize("prefix", ["", "F5-TTS", "SWivid/F5-TTS"], ids=["files", "name", "owner and name"])
def test_weights_in_a_plain_folder_on_the_volume_are_used_where_they_lie(
    machine: Machine, folder: str, prefix: str
) -> None:
    path = machine.write(machine.root / "volume" / folder / prefix / MODEL.file, SAFETENSORS)
    there = machine.inventory()
    found = machine.find(allow_download=False)
    assert (found.checkpoint, found.origins[0].source) == (path, f"volume ({folder}/)")
    assert machine.inventory() == there, "nothing is copied"


def test_weights_named_by_path_come_before_every_place(machine: Machine) -> None:
    for hub in PLACES.values():
        machine.put(hub)
    mine = machine.write(machine.root / "mine.safetensors", SAFETENSORS)
    found = machine.find(model=str(mine), model_config="F5TTS_v1_Base")
    assert (found.name, found.checkpoint, found.origins[0].source) == ("mine", mine, "TTS_MODEL")


@pytest.mark.parametrize(
    ("main", "wanted"),
    [("a", "a"), ("b", "b"), ("b\n", "b"), (None, "a"), ("gone", "a"), ("", "a"), ("\0\0", "a"), ("\xff", "a")],
    ids=["first", "second", "with a line end", "missing", "names another", "empty", "zeroed", "garbage"],
)
def test_the_snapshot_is_that_of_refs_main_or_any(machine: Machine, main: str | None, wanted: str) -> None:
    paths = {revision: machine.put("volume/huggingface-cache/hub", revision=revision) for revision in "ab"}
    if main is not None:
        machine.write(paths["a"].parents[3] / "refs/main", main.encode("latin-1"))
    assert machine.find().checkpoint == paths[wanted]


def test_a_snapshot_without_the_file_is_passed_over(machine: Machine) -> None:
    other = machine.put("volume/huggingface-cache/hub", replace(MODEL, file="README.md"), b"#", "b")
    machine.write(other.parents[2] / "refs/main", b"b")
    wanted = machine.put("volume/huggingface-cache/hub", revision="a")
    found = machine.find()
    assert (found.checkpoint, found.findings) == (wanted, ())


def link_to_nothing(path: Path) -> None:
    path.unlink()
    path.symlink_to("../gone")


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


BROKEN: dict[str, tuple[Callable[[Path], Any], str]] = {
    "a Git LFS pointer": (lambda path: path.write_bytes(POINTER), "is a Git LFS pointer, .* `git lfs pull` fetches it"),
    "a broken link": (link_to_nothing, "points to a file that isn't there"),
    "an empty file": (lambda path: path.write_bytes(b""), "is empty"),
    "a cut file": (lambda path: os.truncate(path, 90_000), r"is incomplete: 90000 of \d+ bytes"),
    "a file cut in its head": (lambda path: os.truncate(path, 40), r"is incomplete: 40 of \d+ bytes"),
    "a longer file": (lambda path: path.write_bytes(path.read_bytes() + b"!"), r"has \d+ bytes, not \d+"),
    "a folder": (folder, "can't be read: Is a directory"),
}


@pytest.mark.parametrize("size", ["known", "unknown"])
@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_broken_is_passed_over_and_told_with_its_fix(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, kind: str, size: str
) -> None:
    monkeypatch.setitem(PUBLISHED, "F5TTS_v1_Base", replace(MODEL, size=len(SAFETENSORS) if size == "known" else None))
    bad, sound = machine.put("volume/huggingface-cache/hub"), machine.put("home/hub")
    damage, problem = BROKEN[kind]
    damage(bad)
    found = machine.find()
    assert found.checkpoint == sound
    (finding,) = found.findings
    assert (finding.level, finding.subject, finding.fix) == ("warning", str(bad), f"delete {bad}")
    assert re.search(problem, finding.problem)


def test_a_cut_zip_is_known_by_its_missing_end(tmp_path: Path) -> None:
    whole = zipped()
    for name, content, problem in (("a", whole, ""), ("b", whole[:-9_000], "is incomplete: its end is missing")):
        (tmp_path / name).write_bytes(content)
        assert defect(tmp_path / name) == problem


def test_a_web_page_in_place_of_weights_is_not_said_to_lack_exabytes(tmp_path: Path) -> None:
    (tmp_path / "x.safetensors").write_bytes(b"<!doctype html><title>Not found</title>")
    assert defect(tmp_path / "x.safetensors") == "is no safetensors file"


@pytest.mark.parametrize("remote", [MODEL, CONFIG, VOCODER], ids=lambda remote: remote.file)
def test_every_file_is_held_against_its_pinned_size(machine: Machine, remote: Remote) -> None:
    paths = {each: machine.put("volume/huggingface-cache/hub", each) for each in CONTENT}
    good = machine.put("home/hub", remote)
    paths[remote].write_bytes(CONTENT[remote] + b"\n")
    found = machine.find(vocoder=None)
    used = dict(
        zip((MODEL, CONFIG, VOCODER), (found.checkpoint, found.vocoder_config, found.vocoder_weights), strict=True)
    )
    assert used == paths | {remote: good}


def test_a_cache_that_cannot_be_looked_into_is_passed_over(machine: Machine) -> None:
    sound = machine.put("home/hub")
    assert machine.find(cache_dir=str(machine.root / ("x" * 300))).checkpoint == sound


def test_a_snapshot_counts_where_its_refs_cannot_be_read(machine: Machine) -> None:
    sound = machine.put("volume/huggingface-cache/hub")
    (sound.parents[3] / "refs/main").mkdir(parents=True)
    assert machine.find().checkpoint == sound


def test_a_transcription_model_that_is_not_there_is_told_and_stops_nothing(machine: Machine) -> None:
    found = machine.find(model="demo", asr_model="/nowhere")
    assert [str(finding) for finding in found.findings] == ["TTS_ASR_MODEL: /nowhere/model.bin doesn't exist"]


def test_a_transcription_model_is_reported_where_it_is_whole(machine: Machine) -> None:
    whisper = Remote("Systran/faster-whisper-small", "f00d", "model.bin", "a1")
    machine.put("volume/huggingface-cache/hub", whisper, POINTER)
    for name in ("config.json", "tokenizer.json"):
        machine.put("home/hub", replace(whisper, file=name, sha256=name), b"{}")
    wanted = machine.put("home/hub", whisper, zipped())
    machine.put("home/hub")
    found = [origin for origin in machine.find().origins if origin.role == "transcription"]
    assert [(origin.path, origin.source) for origin in found] == [(wanted, "Hugging Face cache")]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": "F5TTS_v2"}, "TTS_MODEL=F5TTS_v2 doesn't exist; it is a path, or one of auto, demo, F5TTS_v1_Base"),
        ({"model": "x" * 300}, "TTS_MODEL=x+ "),
        ({"model": "{root}/mine"}, "needs TTS_MODEL_CONFIG"),
        ({"model": "{root}/pointer"}, "pointer is a Git LFS pointer"),
        ({"model": "{root}"}, "can't be read: Is a directory"),
        ({"vocab": "nowhere"}, "TTS_VOCAB=nowhere doesn't exist"),
        ({"vocoder": "nowhere"}, "TTS_VOCODER=nowhere doesn't exist"),
        ({"vocoder": "{root}"}, "no vocoder there; expected config.yaml and model.safetensors or pytorch_model.bin"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_path_that_leads_nowhere_is_named(machine: Machine, changes: dict[str, Any], words: str) -> None:
    machine.put("home/hub")
    machine.write(machine.root / "mine", SAFETENSORS)
    machine.write(machine.root / "pointer", POINTER)
    with pytest.raises(ModelError, match=words):
        machine.find(**{name: value.format(root=machine.root) for name, value in changes.items()})
