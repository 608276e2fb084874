"""Stored voices on disk: what is added is found by everybody, and nothing else is touched or trusted."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tts.voice.library import Damage, Damaged, Entry, Full, Library, Missing
from tts.voice.reference import voice_id

ONE, OTHER = b"fLaC one", b"fLaC other"
WORDS = "Two red cats."


def put(library: Library, name: str = "anna", style: str = "default", data: bytes = ONE, text: str = WORDS) -> str:
    """Store a recording; return what became of it."""
    return library.add(name, style, data, text=text, duration_s=3.25, language="en")[1]


def record(library: Library, name: str = "anna", style: str = "default") -> Path:
    return library.folder / name / f"{style}.json"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "voices")


def test_what_is_stored_is_read_by_another_process_as_it_was(library: Library) -> None:
    stored, status = library.add("anna", "default", ONE, text="Zwölf Boxkämpfer.", duration_s=3.25004, language="de")
    entry, data = Library(library.folder).read("anna")
    assert (status, entry, data) == ("created", stored, ONE)
    assert (entry.id, entry.text, entry.duration_s, entry.language) == (
        voice_id(ONE, "Zwölf Boxkämpfer."),
        "Zwölf Boxkämpfer.",
        3.25,
        "de",
    )
    assert "Zwölf Boxkämpfer." in record(library).read_text("utf-8"), "people can read it"


def test_a_second_recording_takes_the_first_ones_place_and_keeps_when_the_voice_came(library: Library) -> None:
    assert put(library) == "created"
    before = library.find("anna")
    assert put(library) == "unchanged"
    assert library.find("anna") == before
    assert put(library, data=OTHER) == "updated"
    assert put(library, data=OTHER, text="Other words.") == "updated"
    entry, data = library.read("anna")
    assert (data, entry.text, entry.created) == (OTHER, "Other words.", before.created)


def test_a_replaced_recording_can_still_be_read_by_whoever_has_read_its_record(library: Library) -> None:
    put(library)
    old = library.find("anna")
    os.utime(library.folder / "anna" / old.file, (0, 0))
    put(library, data=OTHER)
    assert (library.folder / "anna" / old.file).read_bytes() == ONE


def test_styles_are_recordings_of_one_voice(library: Library) -> None:
    put(library, style="sad", data=OTHER)
    put(library)
    put(library, style="angry")
    assert library.names() == ["anna"]
    assert library.styles("anna") == ["default", "angry", "sad"]
    assert library.read("anna", "sad")[1] == OTHER
    assert library.delete("anna", "sad") == ["sad"]
    assert library.styles("anna") == ["default", "angry"]
    with pytest.raises(Missing):
        library.find("anna", "sad")
    assert library.delete("anna") == ["default", "angry"]
    assert os.listdir(library.folder) == []


def test_what_is_not_there_is_missing(library: Library) -> None:
    for act in (library.find, library.read, library.delete):
        with pytest.raises(Missing):
            act("anna")
    put(library)
    with pytest.raises(Missing):
        library.delete("anna", "happy")
    assert library.names() == ["anna"]


OUTSIDE = [
    "../anna",
    "..",
    ".",
    "",
    "/etc",
    "an/na",
    "Anna",
    "anna\n",
    "an\0na",
    "a" * 65,
    "-anna",
    "änna",
    "voices/anna",
]


@pytest.mark.parametrize("name", OUTSIDE, ids=ascii)
def test_a_name_that_is_none_leads_nowhere(library: Library, name: str) -> None:
    put(library)
    inside = Library(library.folder / "anna")
    for act in (inside.find, inside.read, inside.delete, lambda name: inside.find("anna", name)):
        with pytest.raises(Missing):
            act(name)
    assert library.names() == ["anna"]


def edited(**changes: Any) -> Callable[[Library], object]:
    """Return what changes fields of the record; None takes one away."""

    def edit(library: Library) -> object:
        given = json.loads(record(library).read_text("utf-8")) | changes
        return record(library).write_text(json.dumps({k: v for k, v in given.items() if v is not None}))

    return edit


def recording(library: Library) -> Path:
    return library.folder / "anna" / library.find("anna").file


def linked(file: Callable[[Library], Path]) -> Callable[[Library], object]:
    """Return what puts a link to a copy in the file's place."""

    def link(library: Library) -> object:
        path = file(library)
        return path.symlink_to(path.rename(library.folder / "copy"))

    return link


DAMAGES: dict[str, Callable[[Library], object]] = {
    "a record cut short": lambda library: record(library).write_bytes(record(library).read_bytes()[:40]),
    "an empty record": lambda library: record(library).write_bytes(b""),
    "a record of zeros": lambda library: record(library).write_bytes(bytes(300)),
    "a record that nests without end": lambda library: record(library).write_bytes(b"[" * 60_000),
    "a record of 65 kB": lambda library: record(library).write_bytes(b" " * 65_537),
    "a list": lambda library: record(library).write_text("[]"),
    "no id": edited(id=None),
    "a length that is text": edited(duration_s="3"),
    "a field of a later version": edited(pitch=3),
    "another voice's name": edited(name="berta"),
    "a file elsewhere": edited(file="../berta/default.0000000000000000.flac"),
    "another text": edited(text="Something else."),
    "a recording cut short": lambda library: recording(library).write_bytes(b"fLaC"),
    "another recording of that size": lambda library: recording(library).write_bytes(b"fLaC two"),
    "no recording": lambda library: recording(library).unlink(),
    "a recording that is a link": linked(recording),
    "a record that is a link": linked(record),
    "a recording that is a pipe": lambda library: (
        path := recording(library),
        path.unlink(),
        os.mkfifo(path),
    ),
    "a recording of 5 MB": lambda library: recording(library).write_bytes(bytes(5 * 2**20)),
}
SEEN_WHEN_READ = {"another text", "another recording of that size", "a recording that is a link"}


@pytest.mark.parametrize("case", DAMAGES)
def test_a_damaged_recording_is_told_passed_over_and_can_be_replaced(library: Library, case: str) -> None:
    put(library)
    put(library, "berta")
    DAMAGES[case](library)
    with pytest.raises(Damaged) as told:
        library.read("anna")
    assert str(library.folder) not in str(told.value)
    whole, damaged = library.entries()
    assert [entry.name for entry in whole if entry.name != "anna"] == ["berta"]
    assert [each.name for each in damaged] == ["anna"] or case in SEEN_WHEN_READ
    assert put(library) == "created"
    assert library.read("anna")[1] == ONE
    assert library.entries()[1] == []


@pytest.mark.parametrize("case", DAMAGES)
def test_a_damaged_recording_can_be_deleted(library: Library, case: str) -> None:
    put(library)
    DAMAGES[case](library)
    assert library.delete("anna") == ["default"]
    assert library.names() == []
    assert library.entries() == ([], [])


def test_a_folder_that_is_a_link_is_no_voice_and_nothing_in_it_is_touched(library: Library, tmp_path: Path) -> None:
    put(library)
    elsewhere = (library.folder / "anna").rename(tmp_path / "elsewhere")
    (library.folder / "anna").symlink_to(elsewhere)
    held = {file.name: file.read_bytes() for file in elsewhere.iterdir()}
    assert (library.names(), library.styles("anna")) == ([], [])
    assert library.entries() == ([], [Damage("anna", "its folder is a link")])
    with pytest.raises(Damaged):
        library.read("anna")
    with pytest.raises(Missing):
        library.delete("anna")
    with pytest.raises(OSError, match="link"):
        put(library, data=OTHER)
    assert {file.name: file.read_bytes() for file in elsewhere.iterdir()} == held


def test_there_are_only_so_many_voices_and_styles(library: Library) -> None:
    small = Library(library.folder, max_voices=2, max_styles=2)
    for name, style in [("a", "default"), ("a", "x"), ("b", "default")]:
        put(small, name, style)
    with pytest.raises(Full, match="2 styles, the limit is 2"):
        put(small, "a", "y")
    with pytest.raises(Full, match="2 voices"):
        put(small, "c")
    assert put(small, "a", "x", OTHER) == "updated"
    small.delete("a")
    assert put(small, "c") == "created"


def test_folders_that_killed_processes_left_do_not_count(library: Library) -> None:
    (library.folder / "abandoned").mkdir(parents=True)
    assert put(Library(library.folder, max_voices=1)) == "created"
    assert library.names() == ["anna"]


def test_what_a_killed_process_left_is_swept_after_an_hour_and_nothing_else_is(library: Library) -> None:
    put(library)
    folder = library.folder / "anna"
    left = [folder / "default.0123456789abcdef.flac", folder / ".default.json.0123456789abcdef"]
    theirs = folder / "notes.txt"
    for file in (*left, theirs, folder / library.find("anna").file):
        file.touch()
        os.utime(file, (0, time.time() - 7200))
    fresh = folder / "default.fedcba9876543210.flac"
    fresh.touch()
    put(library, style="happy")
    assert not [file for file in left if file.exists()]
    assert fresh.exists()
    assert theirs.exists()
    assert library.read("anna")[1] == ONE


def test_nothing_is_swept_beside_a_record_that_can_not_be_read(library: Library) -> None:
    """A slip of whoever edits a record by hand must not cost the recording."""
    put(library)
    file = recording(library)
    os.utime(file, (0, 0))
    record(library).write_text("{,}")
    put(library, style="happy")
    assert file.read_bytes() == ONE


def test_a_style_that_another_process_deletes_meanwhile_disturbs_nobody(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Library, "styles", lambda library, name: ["default", "gone"])
    assert put(library) == "created"
    assert [entry.style for entry in library.entries()[0]] == ["default"]
    assert library.delete("anna") == ["default"]


def test_a_folder_that_can_not_be_read_is_no_matter_of_a_voice(tmp_path: Path) -> None:
    (tmp_path / "voices").write_text("a file")
    library = Library(tmp_path / "voices")
    with pytest.raises(Missing):
        library.find("anna")
    with pytest.raises(OSError, match=r"exists|directory"):
        put(library)


def test_an_entry_is_whole_or_not_there_at_every_step_of_writing(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever call of the system is the last one, another process finds the old recording or the new one."""
    put(library)
    calls = 0

    def dying(call: Callable[..., Any], dies_at: int) -> Callable[..., Any]:
        def step(*given: Any, **named: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == dies_at:
                raise KeyboardInterrupt
            return call(*given, **named)

        return step

    seen: set[bytes] = set()
    for dies_at in range(1, 12):
        with monkeypatch.context() as patched:
            calls = 0
            for name in ("open", "fsync", "utime"):
                patched.setattr(os, name, dying(getattr(os, name), dies_at))
            for name in ("replace", "mkdir", "unlink"):
                patched.setattr(Path, name, dying(getattr(Path, name), dies_at))
            with suppress(KeyboardInterrupt):
                put(library, data=b"fLaC %d" % dies_at)
        entry, data = library.read("anna")
        assert isinstance(entry, Entry)
        seen.add(data)
    assert len(seen) > 1
