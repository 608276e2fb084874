"""flash_attn brought from a server on loopback: what comes, what doesn't, and what the next start makes of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.root import ROOT
from tests.support.servers import Cut, Slow, Status, files
from tests.support.wheel import BROKEN_IMPORT, CRASH, H100, NAME, NO_FUNCTION, RIGHT, WRONG_RESULT, Bench, wheel
from warmup.flash_attn import ensure as flash_attn
from warmup.flash_attn import probe
from warmup.flash_attn import verdict as verdicts
from warmup.flash_attn.verdict import Verdict
from warmup.storage import Storage

STEM = NAME.removesuffix(".whl")
INSTALL = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index"]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with files() as server:
        yield Bench(tmp_path, server)


def test_the_right_wheel_is_fetched_unpacked_probed_and_importable(bench: Bench) -> None:
    bench.offer()
    found = bench.start()
    assert (found.version, found.folder) == ("2.8.3", bench.cache.wheels / STEM)
    assert "sha256 as published, probed" in found.reason
    code = f"""
from pathlib import Path
from warmup.flash_attn.ensure import Outcome, enable
enable(Outcome("", "2.8.3", Path({str(found.folder)!r})))
from flash_attn import flash_attn_varlen_func, __file__
print(__file__)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(str(found.folder))


def test_the_next_start_neither_downloads_nor_probes_on_the_same_kind_of_machine(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.offer()
    bench.start()
    monkeypatch.setattr(probe, "__file__", "/nowhere/probe.py")
    again = bench.start()
    assert (again.version, bench.downloads) == ("2.8.3", 1)
    assert "probed on such a machine before" in again.reason
    newer_driver = bench.start(replace(H100, driver_version="580.95.05"))
    assert newer_driver.version is None, "another driver is probed, and here no probe can run"


def test_a_build_that_lost_a_file_after_its_probe_is_unpacked_anew_before_it_is_imported(bench: Bench) -> None:
    bench.offer()
    folder = bench.start().folder
    assert folder is not None
    (folder / "flash_attn" / "__init__.py").write_text("")
    again = bench.start()
    assert (again.version, bench.downloads) == ("2.8.3", 1)
    assert (folder / "flash_attn" / "__init__.py").read_text() == RIGHT


BAD_BUILDS = {
    "its library doesn't load": (BROKEN_IMPORT, "undefined symbol", "built for another torch or C++ ABI"),
    "its results are wrong": (WRONG_RESULT, "flash_attn_varlen_func is", "off torch's attention"),
    "it crashes the process": (CRASH, "the process ended with -6", ""),
    "it has no such functions": (NO_FUNCTION, "cannot import name", "is not FlashAttention-2"),
}


@pytest.mark.parametrize("case", BAD_BUILDS)
def test_a_build_that_fails_the_probe_is_refused_with_its_words(bench: Bench, case: str) -> None:
    code, words, meaning = BAD_BUILDS[case]
    bench.offer(code)
    found = bench.start()
    assert found.version is None
    assert not found.lasting
    assert words in found.reason
    assert meaning in found.reason


HANGS = "import signal\nsignal.pause()\n"


def test_a_probe_that_hangs_is_given_up_and_not_tried_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "LONGEST_S", 0.2)
    monkeypatch.setattr(verdicts, "_FAIR_S", 0.1)
    bench.offer(HANGS)
    assert "no answer within 0 s" in bench.start().reason
    monkeypatch.setattr(probe, "__file__", "/nowhere/probe.py")
    assert "the probe failed before: no answer within 0 s" in bench.start().reason


def test_a_probe_that_had_little_time_is_tried_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "LONGEST_S", 0.2)
    bench.offer(HANGS)
    assert "the probe failed: no answer" in bench.start().reason
    assert "the probe failed: no answer" in bench.start().reason
    assert not list(bench.cache.wheels.glob("*.probed.json"))


def test_no_probe_holds_the_start_longer_than_what_is_left_of_its_patience(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[float] = []
    monkeypatch.setattr(verdicts, "_probe", lambda folder, limit_s: (limits.append(limit_s), (Verdict(), False))[1])
    bench.offer()
    bench.start(patience_s=None)
    bench.start(patience_s=None, flash_attn="require")
    assert limits[0] <= flash_attn.PATIENCE_S["auto"] == 60
    assert limits[1] == verdicts.LONGEST_S


@pytest.mark.parametrize("changed", ["the driver", "the build"])
def test_a_failed_probe_is_remembered_until_machine_or_build_change(bench: Bench, changed: str) -> None:
    bench.offer(CRASH)
    assert "the probe failed: " in bench.start().reason
    assert "the probe failed before: the process ended with -6" in bench.start().reason
    machine = replace(H100, driver_version="580.95.05") if changed == "the driver" else H100
    if changed == "the build":
        shutil.rmtree(bench.cache.wheels / STEM)
        (bench.cache.wheels / NAME).write_bytes(wheel())
        subprocess.run(
            [*INSTALL, "--target", str(bench.cache.wheels / STEM), str(bench.cache.wheels / NAME)], check=True
        )
        assert bench.start(machine).version == "2.8.3"
        return
    assert "the probe failed: " in bench.start(machine).reason


def test_where_nothing_is_kept_auto_fetches_nothing_and_install_does(bench: Bench) -> None:
    bench.offer()
    bench.cache = replace(bench.cache, lasting=False)
    left = bench.start()
    assert (left.version, bench.downloads, left.lasting) == (None, 0, True)
    for words in ("would be fetched at every start", "BAKE_FLASH_ATTN=1", "a volume", "TTS_FLASH_ATTN=install"):
        assert words in left.reason
    assert bench.start(flash_attn="install").version == "2.8.3"
    assert bench.start().version == "2.8.3", "what is here is used"


@pytest.mark.parametrize(
    ("fault", "words"),
    [(Status(404), "the server answers 404"), (Status(403), "the server answers 403")],
    ids=["404", "403"],
)
def test_a_wheel_that_is_not_there_is_a_reason_and_the_next_start_recovers(
    bench: Bench, fault: Status, words: str
) -> None:
    bench.offer()
    bench.server.fault(f"/{NAME}", fault)
    assert words in bench.start().reason
    assert bench.start().version == "2.8.3"


def test_a_download_that_is_cut_goes_on_where_it_stopped(bench: Bench) -> None:
    data = bench.offer()
    bench.server.fault(f"/{NAME}", Cut(len(data) // 2))
    assert bench.start().version == "2.8.3"
    assert bench.server.requests[-1].range == f"bytes={len(data) // 2}-"


def test_a_wheel_of_the_wrong_sha256_is_thrown_away_and_the_next_start_recovers(bench: Bench) -> None:
    bench.offer()
    bench.server.put(f"/{NAME}", wheel(CRASH).ljust(len(wheel()), b"\0")[: len(wheel())])
    found = bench.start()
    assert "instead of" in found.reason
    assert "thrown away" in found.reason
    assert not (bench.cache.wheels / STEM).exists()
    bench.server.put(f"/{NAME}", wheel())
    assert bench.start().version == "2.8.3"


def test_a_wheel_that_nobody_pinned_is_pinned_on_first_use_and_the_report_says_so(bench: Bench) -> None:
    bench.offer(pinned=False)
    assert "is recorded and pinned from now on" in bench.start().reason
    assert (bench.cache.wheels / f"{NAME}.sha256").exists()


def test_what_nobody_pinned_and_is_no_wheel_pins_nothing(bench: Bench) -> None:
    bench.offer(pinned=False)
    bench.server.put(f"/{NAME}", b"<html>please log in</html>")
    assert "can't be unpacked" in bench.start().reason
    bench.server.put(f"/{NAME}", wheel())
    assert bench.start().version == "2.8.3"


def test_a_slow_server_is_not_waited_for_and_what_came_is_kept(bench: Bench) -> None:
    bench.offer()
    bench.server.fault(f"/{NAME}", Slow(5))
    found = bench.start(patience_s=1)
    assert found.version is None
    assert "the time allowed was over" in found.reason
    assert bench.start().version == "2.8.3"
    assert bench.server.requests[-1].range is not None


def test_starts_at_the_same_time_share_one_download(bench: Bench) -> None:
    bench.offer()
    with ThreadPoolExecutor(4) as pool:  # each has a lock of its own, as processes have
        outcomes = list(pool.map(lambda _: bench.start(), range(4)))
    assert [found.version for found in outcomes] == ["2.8.3"] * 4
    assert bench.downloads == 1


def test_a_wheel_for_another_python_is_refused_in_the_installers_words(bench: Bench) -> None:
    other = NAME.replace("cp311", "cp312")
    bench.offer(name=other, tag="cp312")
    assert "is not a supported wheel on this platform" in bench.start(replace(H100, python_tag="cp312")).reason


def test_what_is_left_of_flash_attn_4_is_no_flash_attn_and_does_not_hide_one(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "site" / "flash_attn" / "cute").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path / "site")
    bench.offer()
    assert bench.start().folder == bench.cache.wheels / STEM


def test_an_installed_flash_attn_that_works_is_used_as_it_is(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "site", RIGHT, monkeypatch)
    bench.offer()
    found = bench.start()
    assert (found.version, found.folder, bench.downloads) == ("2.8.3", None, 0)


def test_an_installed_flash_attn_that_fails_gives_way_to_a_wheel(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "site", BROKEN_IMPORT, monkeypatch)
    bench.offer()
    found = bench.start()
    assert found.folder == bench.cache.wheels / STEM
    assert found.reason.startswith("flash_attn 2.8.3 is installed, but the probe failed")


def install(site: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a flash_attn on the paths of this process and of those that it starts."""
    file = site.parent / NAME
    file.write_bytes(wheel(code))
    subprocess.run([*INSTALL, "--target", str(site), str(file)], check=True)
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("PYTHONPATH", str(site))


def test_a_damaged_folder_is_unpacked_anew_at_the_next_start(bench: Bench) -> None:
    bench.offer()
    folder = bench.start().folder
    assert folder is not None
    (folder / "flash_attn" / "__init__.py").write_text("import nothing_of_that_name\n".ljust(len(RIGHT), "#"))
    other_machine = replace(H100, driver_version="580.95.05")
    assert "is damaged and was removed" in bench.start(other_machine).reason
    assert bench.start(other_machine).version == "2.8.3"
    assert bench.downloads == 1


def test_a_baked_build_needs_no_download(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.offer()
    (tmp_path / "baked" / "flash_attn" / STEM / "flash_attn").mkdir(parents=True)
    (tmp_path / "baked" / "flash_attn" / STEM / "flash_attn" / "__init__.py").write_text(RIGHT)
    monkeypatch.setattr(flash_attn, "BAKED", tmp_path / "baked")
    found = bench.start(allow_download=False)
    assert (found.version, bench.downloads) == ("2.8.3", 0)
    assert "baked in the image" in found.reason
    assert "probed on such a machine before" in bench.start(allow_download=False).reason
    assert [path.name for path in (tmp_path / "baked" / "flash_attn").iterdir()] == [STEM], "an image stays as it is"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"flash_attn": "off"}, "TTS_FLASH_ATTN=off"),
        ({"allow_download": False}, "TTS_ALLOW_DOWNLOAD is false"),
        ({"flash_attn_wheels": "/nowhere.json"}, "/nowhere.json can't be read"),
    ],
    ids=["switched off", "downloads forbidden", "no manifest"],
)
def test_nothing_is_downloaded_when(bench: Bench, settings: dict[str, object], words: str) -> None:
    bench.offer()
    found = bench.start(**settings)
    assert found.version is None
    assert words in found.reason
    assert found.lasting, "TTS_FLASH_ATTN=require must not crash-loop over it"
    assert bench.downloads == 0


def test_a_disk_that_is_full_or_forbidden_is_a_reason(bench: Bench, tmp_path: Path) -> None:
    bench.offer()
    (tmp_path / "file").write_text("")
    bench.cache = Storage(tmp_path / "file" / "cache", lasting=True)
    found = bench.start()
    assert found.version is None
    assert "can't be used: Not a directory" in found.reason
