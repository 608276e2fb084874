"""Recordings that others took the place of: they stay for a while, and go with their voice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tts.voice.library import Damaged, Library


def put(library: Library, style: str = "default", text: str = "What is said.") -> str:
    """Store a recording; return what became of it."""
    return library.add("anna", style, b"a recording", text=text, duration_s=3.25)[1]


def record(library: Library) -> Path:
    return library.folder / "anna" / "default.json"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "voices")


def test_of_a_voice_that_is_deleted_nothing_stays_that_it_was_before(library: Library) -> None:
    put(library)
    for text in ("One.", "Two.", "Three."):
        assert put(library, text=text) == "updated"
    assert len(library.find("anna").replaced) == 3
    put(library, "happy")
    library.delete("anna", "default")
    assert sorted(file.suffix for file in (library.folder / "anna").iterdir()) == [".flac", ".json"]
    library.delete("anna")
    assert list(library.folder.iterdir()) == []


def test_a_record_tells_of_replaced_recordings_only_while_they_are_there(library: Library) -> None:
    for number in range(3):
        put(library, text=f"{number}")
    gone, *_ = library.find("anna").replaced
    (library.folder / "anna" / gone).unlink()
    put(library, text="Other words.")
    assert gone not in library.find("anna").replaced


@pytest.mark.parametrize("replaced", [["../../x"], ["a/b"], [7], "default.0123456789abcdef.flac"])
def test_a_record_that_would_have_other_files_deleted_is_damaged(library: Library, replaced: Any) -> None:
    put(library)
    given = json.loads(record(library).read_text())
    record(library).write_text(json.dumps(given | {"replaced": replaced}))
    with pytest.raises(Damaged):
        library.find("anna")
