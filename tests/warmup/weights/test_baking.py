"""`python -m warmup.weights --bake`: weights into a folder of an image, or one sentence why not."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.places import Machine, stand_in
from tests.support.servers import FileServer, Status, Wrong, files, python
from tests.warmup.weights.conftest import address
from warmup.weights import __main__ as command
from warmup.weights import hub


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return stand_in(tmp_path, monkeypatch)


def test_the_vocoder_is_baked_into_a_folder(
    machine: Machine, server: FileServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "prepare", lambda: None)
    monkeypatch.setattr(sys, "argv", ["weights", "--bake", str(machine.root / "baked/hub"), "vocoder"])
    assert command.main() == 0
    found = machine.find(vocoder=None)
    assert [origin.source for origin in found.origins if "vocoder" in origin.role] == ["baked in the image"] * 2
    assert capsys.readouterr().out.splitlines() == [str(found.vocoder_config), str(found.vocoder_weights)]


@pytest.mark.parametrize(
    ("fault", "words"),
    [(Wrong(b"<html>"), "config.yaml has 6 bytes instead of 461"), (Status(404), "the server answers 404")],
    ids=["something else", "no such file"],
)
def test_baking_from_a_hub_that_has_no_such_file_fails_in_one_sentence(
    fault: Wrong | Status, words: str, tmp_path: Path
) -> None:
    with files() as server:
        server.fault(address(hub.VOCODER[0]), fault)
        done = bake(tmp_path, server.url())
    status, (announced, problem) = done
    assert status == 1
    assert announced == "downloading charactr/vocos-mel-24khz/config.yaml"
    assert words in problem


def test_baking_from_a_hub_that_is_not_there_fails_in_one_sentence(tmp_path: Path) -> None:
    with files() as server:
        gone = server.url()
    done = bake(tmp_path, gone)
    status, (_, problem) = done
    assert status == 1
    assert f"{gone}/charactr/vocos-mel-24khz" in problem
    assert "can't be downloaded: ConnectError" in problem


def bake(folder: Path, endpoint: str) -> tuple[int, list[str]]:
    """Return the exit status and the lines of a process that bakes the vocoder."""
    code = "import sys; from warmup import receive; from warmup.weights.__main__ import main; "
    code += "receive._PAUSES_S = (); sys.exit(main())"
    process = python(code, "--bake", folder, "vocoder", HF_ENDPOINT=endpoint)
    said, _ = process.communicate(timeout=60)
    return process.returncode, said.splitlines()
