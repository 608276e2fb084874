"""image/bake: what an image brings along, and what it says of what it doesn't."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.platform_api import clean_environment
from tests.support.root import ROOT
from tests.support.servers import files
from tests.support.wheel import NAME, manifest, wheel

STEM = NAME.removesuffix(".whl")
CHECKED_HASH = 0b11  # of a .pyc's flags, PEP 552


def bake(
    folder: Path, flash_attn: str, *, served: bool = True, model: str = "none"
) -> subprocess.CompletedProcess[str]:
    """Bake into folder/baked, with a server on loopback in place of the releases'."""
    tools = folder / "bin"
    tools.mkdir()
    with files() as server:
        url = server.put(f"/{NAME}", wheel()) if served else server.url(f"/{NAME}")
        wheels = manifest(folder / "wheels.json", url, wheel())
        (tools / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@" --wheels "{wheels}"\n')
        (tools / "python").chmod(0o755)
        return subprocess.run(
            [ROOT / "image" / "bake", folder / "baked", model, flash_attn],
            cwd=ROOT,
            env=clean_environment() | {"PATH": f"{tools}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
        )


def test_flash_attn_is_baked_where_it_can_be_downloaded(tmp_path: Path) -> None:
    done = bake(tmp_path, "auto")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "baked").iterdir()] == ["flash_attn"]
    package = tmp_path / "baked" / "flash_attn" / STEM / "flash_attn"
    bytecode = next((package / "__pycache__").iterdir()).read_bytes()
    assert int.from_bytes(bytecode[4:8], "little") == CHECKED_HASH  # still right when the image dates its source anew


def test_where_it_can_t_the_image_says_so_and_why(tmp_path: Path) -> None:
    done = bake(tmp_path, "auto", served=False)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "baked").iterdir()] == ["flash_attn.missing"]
    reason = (tmp_path / "baked" / "flash_attn.missing").read_text()
    assert reason.startswith("flash_attn isn't baked: http://")
    assert "404" in reason
    assert reason in done.stderr


def test_an_image_that_must_have_it_isn_t_built_without(tmp_path: Path) -> None:
    done = bake(tmp_path, "1", served=False)
    assert done.returncode != 0
    assert "404" in done.stderr


def test_an_image_that_shall_not_have_it_says_so(tmp_path: Path) -> None:
    assert bake(tmp_path, "0").returncode == 0
    assert (tmp_path / "baked" / "flash_attn.missing").read_text() == "flash_attn isn't baked: BAKE_FLASH_ATTN=0\n"


@pytest.mark.parametrize(("model", "flash_attn", "named"), [("nnoe", "auto", "BAKE_MODEL"), ("none", "yes", "BAKE_F")])
def test_a_value_that_isn_t_allowed_is_named_before_anything_is_fetched(
    tmp_path: Path, model: str, flash_attn: str, named: str
) -> None:
    done = bake(tmp_path, flash_attn, model=model)
    assert done.returncode != 0
    assert done.stderr.startswith(named)
    assert not (tmp_path / "baked").exists()
