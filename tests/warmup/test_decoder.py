"""When the process that decodes recordings is started: by a worker that will serve many, not for a single job."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.platform_api import clean_environment
from tests.support.root import ROOT

START = """
import asyncio
from tts.media.decoder import shared
from warmup.environment.examine import prepare
from warmup.start import start
started = start(prepare(), warm_up={warm_up}, quiet=True)
reply = asyncio.run(started.handle({{"id": "a", "input": {{"text": "Two red cats.", "steps": 4}}}}))
assert "audio" in reply, reply
print(shared().pid is not None)
"""


@pytest.mark.parametrize("several", [True, False], ids=["a worker", "a single job in a built-in voice"])
def test_a_child_is_there_before_the_first_recording_and_only_where_one_may_come(several: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", START.format(warm_up=several)],
        cwd=ROOT,
        env={**clean_environment(), "TTS_MODEL": "demo"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[-1] == str(several)
