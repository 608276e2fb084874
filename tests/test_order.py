"""The order of a start: what reads the environment while it is imported comes after what mends it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.support.platform_api import clean_environment
from tests.support.root import ROOT

WATCH = """
import os, runpy, sys
def watch(event, arguments):
    if event == "import" and arguments[0] in ("torch", "runpod", "huggingface_hub"):
        moment = "after" if os.environ.get("HF_HOME") == "/hf" else "before"
        print("import", arguments[0], moment, "mending", flush=True)
sys.addaudithook(watch)
sys.argv = sys.argv[1:]
sys.path.insert(0, os.path.dirname(sys.argv[0]))
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_torch_and_the_sdk_are_imported_after_the_environment_was_mended(tmp_path: Path) -> None:
    job = json.dumps({"input": {"text": "Two red cats.", "steps": 4}})
    done = subprocess.run(
        [sys.executable, "-c", WATCH, str(ROOT / "handler.py"), "--test_input", job],
        cwd=tmp_path,
        env=clean_environment() | {"HF_HOME": '"/hf"', "TTS_MODEL": "demo"},
        capture_output=True,
        text=True,
    )
    seen = [line for line in done.stdout.splitlines() if line.startswith("import ")]
    assert {"import torch after mending", "import runpod after mending"} <= set(seen), done.stderr
    assert not [line for line in seen if "before" in line]
