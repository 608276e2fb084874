"""Files made to take more time or memory than a worker has: bounded, and the child serves on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.bombs import BOMBS, MOST
from tests.support.recordings import id3
from tests.support.root import ROOT
from tts.media.decode import decode
from tts.media.decoder.confine import Limits
from tts.media.rows import files_in
from tts.media.undecodable import TooCostly

QUICK = [
    "WAV, 64 channels",
    "an MP3 with a cover of a hundred million pixels",
    "an MP4 with an index of millions",
    "chance",
]
FRAME = b"\xff\xfb\x90\0"  # how an MP3 begins
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


def test_files_in_a_row_beyond_number_are_refused_before_one_is_read() -> None:
    with pytest.raises(TooCostly, match="files in a row"):
        decode(BOMBS["450,000 WAV files in a row"](), 600.0)


def test_tags_in_a_row_are_walked_once() -> None:
    """Each used to be walked to from every other before it: 4 s for 20,000, an hour for 20 MB."""
    assert len(files_in(FRAME + id3(b"") * 200_000 + FRAME)) == 2
