"""image/entry, started by root and by others, with a folder that stands for the network volume."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.root import ROOT
from warmup.environment.settings import Settings
from warmup.storage import storage

SUDO = () if os.geteuid() == 0 else ("sudo", "--non-interactive", "--")
pytestmark = pytest.mark.skipif(
    bool(SUDO) and subprocess.run([*SUDO, "true"], capture_output=True).returncode != 0,
    reason="only root, or who has sudo without a password, can start something as root",
)
OWN = "worker-f5-tts"
ROOT_IN_GROUPS = ("--regid=4242", "--groups=0,4242")
SOMEBODY = ("--reuid=4242", "--regid=4242", "--clear-groups")


def as_root(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*SUDO, *map(str, command)], check=True, capture_output=True, text=True)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user can enter, with the script, and a volume in it that belongs to root."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    shutil.copy(ROOT / "image" / "entry", folder)
    as_root("install", "--directory", "--owner=0", "--group=0", "--mode=755", folder / "volume")
    yield folder
    as_root("rm", "-rf", folder)


def enter(place: Path, *command: str, by: tuple[str, ...] = ROOT_IN_GROUPS) -> subprocess.CompletedProcess[str]:
    """Run a command through the script, started by root or whom setpriv's options say."""
    start = ("setpriv", *by, "env", f"TTS_VOLUME_DIR={place / 'volume'}", str(place / "entry"))
    return subprocess.run([*SUDO, *start, *command], capture_output=True, text=True)


def owners(folder: Path) -> dict[str, int]:
    """Return who owns each path below a folder; a link's own owner, not that of what it points to."""
    found = as_root("find", folder, "-mindepth", "1", "-printf", r"%P\t%U\n").stdout
    return {name: int(user) for name, _, user in (line.partition("\t") for line in found.splitlines())}


def test_root_becomes_user_1000_for_good(place: Path) -> None:
    done = enter(place, "cat", "/proc/self/status")
    status = dict(line.split(":\t", 1) for line in done.stdout.splitlines())
    assert status["Uid"].split() == ["1000"] * 4
    assert status["Gid"].split() == ["0"] * 4
    assert status["Groups"].split() == []
    assert {int(status[f"Cap{kind}"], 16) for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")} == {0}
    assert status["NoNewPrivs"] == "1"


def test_only_the_worker_s_folder_on_the_volume_becomes_its_own(place: Path) -> None:
    volume = place / "volume"
    as_root("mkdir", "-p", volume / "models")
    as_root("touch", volume / "models" / "theirs")
    done = enter(place, "touch", str(volume / OWN / "mine"))
    assert done.returncode == 0, done.stderr
    assert owners(volume) == {"models": 0, "models/theirs": 0, OWN: 1000, f"{OWN}/mine": 1000}
    assert enter(place, "touch", str(volume / "elsewhere")).returncode != 0


def test_a_folder_that_root_filled_becomes_the_worker_s_with_all_that_is_in_it(place: Path) -> None:
    own = place / "volume" / OWN
    as_root("mkdir", "-p", own / "half")
    as_root("touch", own / "half" / "model")
    enter(place, "true")
    assert owners(place / "volume") == {OWN: 1000, f"{OWN}/half": 1000, f"{OWN}/half/model": 1000}


def test_what_is_the_worker_s_already_isn_t_walked_again(place: Path) -> None:
    own = place / "volume" / OWN
    as_root("mkdir", "-p", own / "half")
    as_root("chown", "-R", "1000:0", own)
    as_root("touch", own / "half" / "of root")
    enter(place, "true")
    assert owners(own) == {"half": 1000, "half/of root": 0}


def test_a_folder_that_root_made_among_the_worker_s_becomes_its_own(place: Path) -> None:
    """Who looks around in a container is root there."""
    own = place / "volume" / OWN
    enter(place, "true")
    as_root("mkdir", own / "half")
    as_root("touch", own / "half" / "model")
    enter(place, "true")
    assert owners(own) == {"half": 1000, "half/model": 1000}


def test_no_link_is_followed(place: Path) -> None:
    volume = place / "volume"
    as_root("mkdir", "-p", volume / OWN, volume / "theirs")
    as_root("touch", volume / "theirs" / "file")
    as_root("ln", "-s", volume / "theirs", volume / OWN / "folder")
    as_root("ln", "-s", volume / "theirs" / "file", volume / OWN / "file")
    enter(place, "true")
    assert owners(volume / "theirs") == {"file": 0}
    assert owners(volume) == {OWN: 1000, f"{OWN}/folder": 1000, f"{OWN}/file": 1000, "theirs": 0, "theirs/file": 0}


def test_a_link_in_the_folder_s_place_gives_away_nothing(place: Path) -> None:
    volume = place / "volume"
    as_root("mkdir", "-p", volume / "theirs")
    as_root("touch", volume / "theirs" / "file")
    as_root("ln", "-s", volume / "theirs", volume / OWN)
    assert enter(place, "true").returncode == 0
    assert owners(volume) == {OWN: 1000, "theirs": 0, "theirs/file": 0}


@pytest.mark.parametrize("obstacle", ["no volume", "a file in the folder's place"])
def test_a_volume_that_can_t_be_used_keeps_nothing_from_starting(place: Path, obstacle: str) -> None:
    if obstacle == "no volume":
        as_root("rmdir", place / "volume")
    else:
        as_root("touch", place / "volume" / OWN)
    before = owners(place)
    assert enter(place, "id", "-u").stdout == "1000\n"
    assert owners(place) == before


def test_a_root_who_may_give_nothing_away_starts_the_worker_all_the_same(place: Path) -> None:
    done = enter(place, "id", "-u", by=("--bounding-set=-chown",))
    assert done.stdout == "1000\n"
    assert owners(place / "volume") == {OWN: 0}


def test_a_root_who_can_t_become_another_runs_nothing(place: Path) -> None:
    done = enter(place, "id", "-u", by=("--bounding-set=-setuid",))
    assert (done.returncode != 0, done.stdout) == (True, "")
    assert "setpriv" in done.stderr


def test_another_user_stays_who_they_are_and_changes_nothing(place: Path) -> None:
    as_root("chmod", "777", place / "volume")
    done = enter(place, "sh", "-c", "id -u; id -g", by=SOMEBODY)
    assert done.stdout == "4242\n4242\n", done.stderr
    assert owners(place / "volume") == {}


@pytest.mark.parametrize("by", [("--clear-groups",), SOMEBODY], ids=["root", "somebody"])
def test_the_command_s_words_and_its_exit_status_come_through(place: Path, by: tuple[str, ...]) -> None:
    done = enter(place, "sh", "-c", 'printf "%s|" "$@"; exit 7', "sh", "two words", "", "--", "$HOME", by=by)
    assert done.stdout == "two words||--|$HOME|"
    assert done.returncode == 7


def test_the_folder_is_the_one_where_the_worker_keeps_things(tmp_path: Path) -> None:
    assert storage(Settings(volume_dir=str(tmp_path))).root == tmp_path / OWN
    script = (ROOT / "image" / "entry").read_text()
    assert re.findall(r"TTS_VOLUME_DIR:-([^}]+)", script) == [Settings().volume_dir]
    assert f"own=$volume/{OWN}\n" in script
