"""`python -m warmup.flash_attn`: baking an image, explaining a choice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.support.platform_api import clean_environment
from tests.support.root import ROOT
from tests.support.servers import files
from tests.support.wheel import NAME, manifest, wheel


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "warmup.flash_attn", *arguments],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
    )


def test_an_image_is_baked_without_a_gpu_and_without_the_wheel_beside_it(tmp_path: Path) -> None:
    with files() as server:
        wheels = manifest(tmp_path / "wheels.json", server.put(f"/{NAME}", wheel()), wheel())
        done = command("--bake", str(tmp_path / "baked"), "--wheels", wheels)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "baked" / NAME.removesuffix(".whl") / "flash_attn" / "__init__.py").exists()
    assert not (tmp_path / "baked" / NAME).exists()


def test_explain_names_the_chosen_wheel_of_a_described_platform() -> None:
    described = {"gpus": [{"name": "RTX 4090", "capability": [8, 9], "memory_gb": 24}], "python_tag": "cp312"}
    done = command("--explain", "--platform", json.dumps(described))
    assert done.returncode == 0, done.stderr
    *rows, last = done.stdout.splitlines()
    assert last.startswith("chosen: https://")
    assert "cp312-cp312" in last
    assert sum(row.endswith(": chosen") for row in rows) == 1
