"""A transcript on the command line: words, or the file that holds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tts.voice.transcript.files import transcript_given

WORDS = "Two red cats sit under the old tree."


@pytest.mark.parametrize(
    "name", ["plain.lab", "ME.TXT", "me.Srt", "me.normalized.txt", "transcript", "with blanks.vtt"]
)
def test_a_file_that_is_there_is_read_whatever_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / name).write_text(WORDS, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert transcript_given(name) == transcript_given(str(tmp_path / name)) == WORDS


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_of_an_editor_on_windows_is_read(tmp_path: Path, coding: str) -> None:
    (tmp_path / "me.txt").write_text("Zwei rote Kätzchen.", coding)
    assert transcript_given(str(tmp_path / "me.txt")) == "Zwei rote Kätzchen."


@pytest.mark.parametrize("words", [WORDS, "Go to example.com!", "Node.js.", "a" * 5000, "nul\0", "", "two\nlines.txt "])
def test_words_are_words(words: str) -> None:
    assert transcript_given(words) == words


@pytest.mark.parametrize("name", ["missing.lab", "MISSING.TXT", "voices/missing.srt", "C:\\voices\\me.txt", "./a/b"])
def test_a_name_without_a_file_is_an_error_not_the_transcript(name: str) -> None:
    with pytest.raises(FileNotFoundError):
        transcript_given(name)


def test_a_file_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "me.txt").write_bytes("Zwei Kätzchen".encode("latin-1"))
    with pytest.raises(UnicodeError):
        transcript_given(str(tmp_path / "me.txt"))
