"""A folder of recordings that people filled is a voices folder as it stands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tts.published import published
from tts.voice.library.by_hand import by_hand
from tts.voice.library.entry import Damage


def files(folder: Path, **contents: str | bytes) -> Path:
    for name, content in contents.items():
        path = folder / name.replace("__", ".").replace("_in_", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def found(folder: Path) -> dict[str, tuple[str, str | None]]:
    return {each.name: (str(each.file.relative_to(folder)), each.text) for each in by_hand(folder)[0]}


def test_a_recording_and_the_text_of_its_name_are_a_voice(tmp_path: Path) -> None:
    folder = files(tmp_path, me__wav=b"", me__txt="What I say.\n", her__M4A=b"", his__flac=b"", his__srt="1\n...")
    (folder / "Morgan F..mp3").touch()
    assert found(folder) == {
        "me": ("me.wav", "What I say."),
        "her": ("her.M4A", None),
        "his": ("his.flac", "1\n..."),
        "Morgan F.": ("Morgan F..mp3", None),
    }
    assert by_hand(folder)[1] == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_of_any_editor_is_read(tmp_path: Path, encoding: str) -> None:
    folder = files(tmp_path, me__wav=b"", me__txt="Zwölf Boxkämpfer.".encode(encoding))
    assert found(folder)["me"][1] == "Zwölf Boxkämpfer."


def test_upstreams_own_toml_is_read() -> None:
    folder = Path(str(published() / "infer" / "examples" / "multi"))
    names = {each.name for each in by_hand(folder)[0]}
    assert {"story", "town", "country"} <= names


def test_a_toml_names_recordings_in_the_folder(tmp_path: Path) -> None:
    toml = """
    ref_audio = "infer/examples/a.wav"
    ref_text = "Main words."
    [voices.town]
    ref_audio = "sub/b.wav"
    ref_text = ""
    speed = 0.8
    [voices.gone]
    ref_audio = "c.wav"
    [voices.number]
    ref_audio = 5
    [voices.out]
    ref_audio = "../../outside.wav"
    """
    folder = files(tmp_path / "voices", tale__toml=toml, a__wav=b"", sub_in_b__wav=b"")
    files(tmp_path, outside__wav=b"")
    assert found(folder) == {"a": ("a.wav", None), "tale": ("a.wav", "Main words."), "town": ("sub/b.wav", None)}
    problems = {damage.name: damage.problem for damage in by_hand(folder)[1]}
    assert problems == {
        "gone": "c.wav is not in the folder",
        "number": "ref_audio and ref_text aren't strings",
        "out": "outside.wav is not in the folder",
    }


def test_a_table_main_is_the_voice_of_the_files_name(tmp_path: Path) -> None:
    folder = files(tmp_path, tale__toml='[main]\nref_audio = "a.wav"\nref_text = "Hi."', a__wav=b"")
    assert found(folder)["tale"] == ("a.wav", "Hi.")


def test_what_can_not_be_used_is_told(tmp_path: Path) -> None:
    folder = files(tmp_path / "voices", me__wav=b"", me__mp3=b"", bad__toml="[", odd__wav=b"", odd__txt=b"\xff\xfe\xfd")
    files(tmp_path, secret__wav=b"")
    (folder / "out.wav").symlink_to(tmp_path / "secret.wav")
    assert set(found(folder)) == {"me"}
    assert by_hand(folder)[1] == [
        Damage("bad", "bad.toml can't be read as TOML"),
        Damage("me", "me.wav isn't used: me.mp3 is"),
        Damage("odd", "odd.txt can't be read as text"),
        Damage("out", "out.wav is a link that leads out of the folder"),
    ]


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert by_hand(tmp_path / "voices") == ([], [])


def test_nothing_is_written(tmp_path: Path) -> None:
    folder = files(tmp_path, me__wav=b"", me__txt="What I say.")
    before = {file.name: file.stat().st_mtime_ns for file in (folder, *folder.iterdir())}
    os.chmod(folder, 0o555)
    by_hand(folder)
    os.chmod(folder, 0o755)
    assert {file.name: file.stat().st_mtime_ns for file in (folder, *folder.iterdir())} == before
