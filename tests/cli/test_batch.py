"""Many recordings from one file: resumed, checked before the model loads."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import soundfile

from cli import say

FAST = ["--steps", "4", "--seed", "1"]


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TTS_MODEL", "demo")
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> int:
    return say.main([*arguments, *FAST], "say")


def inodes(folder: Path) -> dict[str, int]:
    return {path.name: os.stat(path).st_ino for path in folder.glob("*.*") if path.suffix != ".jsonl"}


def test_every_line_becomes_a_recording_and_a_second_run_makes_only_what_is_missing(tmp_path: Path) -> None:
    batch, out = tmp_path / "lines.txt", tmp_path / "out"
    batch.write_text('Two red cats.\n\n{"text": "Four blue houses.", "format": "flac"}\nOne tree.\n')
    assert run("--batch", str(batch), "--out", str(out)) == 0
    first = inodes(out)
    assert set(first) == {"0001.wav", "0003.flac", "0004.wav"}
    assert all(soundfile.info(out / name).duration > 0.5 for name in first)
    assert len((out / "done.jsonl").read_text().splitlines()) == 3

    (out / "0004.wav").unlink()  # lost
    batch.write_text('Two green cats.\n\n{"text": "Four blue houses.", "format": "flac"}\nOne tree.\n')  # changed
    with (out / "done.jsonl").open("a") as record:
        record.write('{"file": "0003.fl')  # cut by a crash
    assert run("--batch", str(batch), "--out", str(out)) == 0
    second = inodes(out)
    assert second["0003.flac"] == first["0003.flac"]
    assert second["0001.wav"] != first["0001.wav"]
    assert set(second) == set(first)


def test_every_wrong_line_is_named_before_anything_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    batch = tmp_path / "lines.txt"
    batch.write_text('Fine.\n{"text": "Hi", "sped": 2}\n{broken\n{"text": "Hi", "voice": "nobody"}\n')
    with pytest.raises(SystemExit) as end:
        run("--batch", str(batch), "--out", str(tmp_path / "out"))
    said = str(end.value.code)
    for words in ("line 2: unknown field sped", "line 3: ", "line 4: there is no voice named 'nobody'"):
        assert words in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("content", "words"), [(None, "can't be read"), (b"\xff\xfe\x00", "can't be read"), (b"\n \n", "nothing to say")]
)
def test_a_file_without_lines_is_refused(tmp_path: Path, content: bytes | None, words: str) -> None:
    batch = tmp_path / "lines.txt"
    if content is not None:
        batch.write_bytes(content)
    with pytest.raises(SystemExit, match=words):
        run("--batch", str(batch))


def test_a_line_that_fails_does_not_end_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    batch, out = tmp_path / "lines.txt", tmp_path / "out"
    lines = [{"text": "Hello there.", "duration_s": 3000}, {"text": "Two red cats."}]
    batch.write_text("\n".join(map(json.dumps, lines)))
    assert run("--batch", str(batch), "--out", str(out)) == 1
    said = capsys.readouterr()
    assert "line 1: " in said.err
    assert "--duration" in said.err, "hints name the flag"
    assert "1 made, 0 were there, 1 failed" in said.out
    assert set(inodes(out)) == {"0002.wav"}
