"""Files made to take more time or memory than a worker has: bounded, and the child serves on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.bombs import BOMBS, MOST
from tests.support.root import ROOT
from tts.media.decoder.confine import Limits

QUICK = [
    "WAV, 64 channels",
    "an MP3 with a cover of a hundred million pixels",
    "an MP4 with an index of millions",
    "chance",
]
CHILD_MB = 60.0  # of the child itself, which a copy shares
DECODE = """
import resource, sys
from pathlib import Path
from tts.media.decoder import Decoder
from tts.media.undecodable import Undecodable
decoder = Decoder()
try:
    print(len(decoder.decode(Path(sys.argv[1]).read_bytes(), 600.0)))
except Undecodable as refusal:
    print(refusal)
before = decoder.pid
Path(sys.argv[1]).unlink()
decoder.decode(Path(sys.argv[2]).read_bytes(), 600.0)
assert decoder.pid == before
decoder.stop()
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def peak_mb(data: bytes, tmp_path: Path) -> float:
    """Return the most memory that a child or a copy of it had while it decoded a file, and after it another."""
    bomb, good = tmp_path / "bomb", ROOT / "tts" / "assets" / "demo" / "voices" / "demo.flac"
    bomb.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", DECODE, bomb, good], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(done.stdout.splitlines()[-1])


def check(name: str, tmp_path: Path) -> None:
    data = BOMBS[name]()
    assert len(data) <= MOST
    assert peak_mb(data, tmp_path) < CHILD_MB + (Limits().memory + 2 * len(data)) / 2**20


@pytest.mark.parametrize("name", QUICK)
def test_a_file_that_would_take_more_than_there_is_does_not(name: str, tmp_path: Path) -> None:
    check(name, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(BOMBS.keys() - {*QUICK}))
def test_so_does_none_of_the_others(name: str, tmp_path: Path) -> None:
    check(name, tmp_path)
