"""Every sort of place on a machine is looked into, whatever the case of its names, and told when nothing is there."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.places import CONFIG, CONTENT, MODEL, PLACES, POINTER, SAFETENSORS, VOCODER, Machine, stand_in
from tts.errors import ModelError
from warmup.weights import places
from warmup.weights.hub import Remote
from warmup.weights.verify import disproved

CACHED = PLACES["RunPod's cached model"]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return stand_in(tmp_path, monkeypatch)


def renamed(path: Path, spelt: Callable[[str], str], levels: int = 4) -> Path:
    """Spell a snapshot's repository in another way; return the path after that."""
    repo = path.parents[levels - 1]
    return repo.rename(repo.with_name(spelt(repo.name))) / path.relative_to(repo)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "UPPER": str.upper,
    "sWAPPED": str.swapcase,
    "lower owner": lambda name: name.replace("SWivid", "swivid"),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("hub", [*PLACES.values(), "volume", "volume/a/b/c"])
def test_a_repository_is_found_under_a_name_in_any_case(machine: Machine, hub: str, spelling: str) -> None:
    path = renamed(machine.put(hub), SPELLINGS[spelling])
    there = machine.inventory()
    assert machine.find(allow_download=False).checkpoint == path
    assert machine.inventory() == there, "nothing is copied"


@pytest.mark.parametrize("remote", [MODEL, CONFIG, VOCODER], ids=lambda remote: remote.file)
def test_all_files_of_a_model_may_lie_under_names_in_another_case(machine: Machine, remote: Remote) -> None:
    paths = {each: machine.put(CACHED, each) for each in CONTENT}
    for repo in {path.parents[len(Path(each.file).parts) + 1] for each, path in paths.items()}:
        repo.rename(repo.with_name(repo.name.upper()))
    found = machine.find(vocoder=None, allow_download=False)
    assert {path for path, _ in found.pinned} == {found.checkpoint, found.vocoder_config, found.vocoder_weights}
    packaged = ("vocabulary", "transcription")
    assert {origin.source for origin in found.origins if origin.role not in packaged} == {"RunPod's cached model"}


def test_the_exact_name_comes_before_any_other(machine: Machine) -> None:
    renamed(machine.put(CACHED), str.lower)
    exact = machine.put(CACHED)
    renamed(machine.put("other"), str.upper)
    shutil.move(machine.root / "other" / "MODELS--SWIVID--F5-TTS", machine.root / CACHED)
    assert machine.find().checkpoint == exact


def test_a_broken_copy_under_the_exact_name_gives_way_to_one_under_another(machine: Machine) -> None:
    other = renamed(machine.put(CACHED), str.lower)
    broken = machine.put(CACHED, content=POINTER)
    found = machine.find()
    assert found.checkpoint == other
    assert [finding.subject for finding in found.findings] == [str(broken)]


@pytest.mark.parametrize("main", ["a", "b"])
def test_the_snapshot_under_another_name_is_that_of_its_refs_main(machine: Machine, main: str) -> None:
    paths = {revision: machine.put(CACHED, revision=revision) for revision in "ab"}
    machine.write(paths["a"].parents[3] / "refs/main", main.encode())
    renamed(paths["a"], str.lower)
    assert machine.find().checkpoint == Path(str(paths[main]).replace("SWivid--F5-TTS", "swivid--f5-tts"))


@pytest.mark.parametrize(
    "folder", ["", "hub", ".cache/huggingface/hub", "ComfyUI/cache/hub", "a/b", "old root/.hf", "a/b/c"]
)
def test_a_cache_on_the_volume_is_found_down_to_three_levels(machine: Machine, folder: str) -> None:
    path = machine.put(f"volume/{folder}")
    found = machine.find(allow_download=False)
    assert (found.checkpoint, found.origins[0].source) == (path, "volume")


def test_a_cache_at_the_fourth_level_is_not(machine: Machine) -> None:
    machine.put("volume/a/b/c/d")
    with pytest.raises(ModelError, match="is not on this machine"):
        machine.find(allow_download=False)


def test_the_upper_cache_on_a_volume_is_taken(machine: Machine) -> None:
    machine.put("volume/a/b")
    upper = machine.put("volume/z")
    assert machine.find().checkpoint == upper


@pytest.mark.parametrize("folder", ["models", "ComfyUI/models", "Models", "a/b/ckpts", "checkpoints", "weights"])
@pytest.mark.parametrize("file", [MODEL.file, Path(MODEL.file).name, f"f5-tts/{Path(MODEL.file).name}"])
def test_a_checkpoint_by_its_own_name_in_a_folder_of_models_is_found(machine: Machine, folder: str, file: str) -> None:
    path = machine.write(machine.root / "volume" / folder / file, SAFETENSORS)
    found = machine.find(allow_download=False)
    assert (found.checkpoint, found.origins[0].source) == (path, f"volume ({folder}/)")


def test_a_file_of_another_size_under_a_checkpoints_name_is_not_taken(machine: Machine) -> None:
    machine.write(machine.root / "volume/models" / Path(MODEL.file).name, SAFETENSORS + b"!")
    wanted = machine.put("volume/.cache/huggingface/hub")
    assert machine.find().checkpoint == wanted


def test_a_volume_is_not_walked_for_what_a_known_place_has(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.put("home/hub")

    def fails(root: Path) -> None:
        pytest.fail("walked")

    monkeypatch.setattr(places, "_walk", fails)
    assert machine.find().origins[0].source == "Hugging Face cache"


def test_a_walk_ends_on_a_volume_of_many_folders_and_on_one_that_holds_itself(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    volume = machine.root / "volume"
    (volume / "a").mkdir(parents=True)
    (volume / "a" / "itself").symlink_to(volume)
    machine.put("volume/z")
    assert machine.find(allow_download=False).checkpoint.is_relative_to(volume / "z")
    monkeypatch.setattr(places, "_MOST_FOLDERS", 2)
    with pytest.raises(ModelError, match=f"the first 2 folders of {volume}"):
        machine.find(allow_download=False)


@pytest.mark.parametrize("name", ["models--Systran--faster-whisper-small", "models--systran--FASTER-WHISPER-tiny"])
def test_a_transcription_model_is_found_in_any_case(machine: Machine, name: str) -> None:
    machine.put("home/hub")
    snapshot = machine.root / CACHED / name / "snapshots/a"
    model, *_ = (machine.write(snapshot / file, b"\x01" * 9) for file in ("model.bin", "config.json", "tokenizer.json"))
    assert [origin.path for origin in machine.find().origins if origin.role == "transcription"] == [model]


def strange(path: Path, draw: random.Random) -> None:
    """Have something at a path that nobody expects there, or what is expected, or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = draw.randrange(9)
    if kind < 2:
        path.symlink_to(
            draw.choice([path, path.parent, path.parent / "gone", Path("/proc/self/mem"), Path("/dev/null")])
        )
    elif kind < 4:
        path.mkdir()
    elif kind < 8:
        length = draw.choice([0, 7, 8, 9, 200, len(SAFETENSORS)])
        start = draw.choice(
            [b"", b"\xff" * 8, b"\0" * 16, POINTER, b"PK\x03\x04", b"\x02\0\0\0\0\0\0\0[]", SAFETENSORS]
        )
        path.write_bytes((start + draw.randbytes(length))[:length])


@pytest.mark.parametrize("seed", range(100))
def test_no_heap_of_strange_things_in_the_places_of_weights_ends_in_a_trace(machine: Machine, seed: int) -> None:
    draw = random.Random(seed)
    repos = ["models--SWivid--F5-TTS", "models--swivid--f5-tts", "models--charactr--vocos", "models"]
    inside = [
        "",
        "refs",
        "refs/main",
        "snapshots",
        "snapshots/a",
        "snapshots/a/F5TTS_v1_Base",
        "blobs",
        "F5TTS_v1_Base",
    ]
    inside += [f"snapshots/a/{remote.file}" for remote in CONTENT] + [remote.file for remote in CONTENT]
    for _ in range(30):
        path = machine.root / draw.choice(list(PLACES.values())) / draw.choice(repos) / draw.choice(inside)
        with suppress(OSError):  # something else is in the way already
            strange(path, draw)
    with suppress(ModelError):
        found = machine.find(vocoder=None, offline=True, asr_model=draw.choice(["auto", str(machine.root)]))
        disproved(found.pinned, machine.keep)
