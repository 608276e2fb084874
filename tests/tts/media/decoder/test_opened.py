"""A file that names others, or an address, is refused, and neither is opened: seen from the other side."""

from __future__ import annotations

import ctypes
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import as_file, tone
from tests.tts.media.test_decode import PLAYLISTS
from tts.clock import Samples
from tts.media import decoder
from tts.media.decode import NotAudio, decode

IN_OPEN = 0x20  # linux/inotify.h


@pytest.fixture
def watched(tmp_path: Path) -> tuple[Path, int]:
    """A recording, and a handle from which it can be read that somebody opened it."""
    file = tmp_path / "speech.wav"
    file.write_bytes(as_file(tone(1)))
    libc = ctypes.CDLL(None)
    handle = libc.inotify_init1(os.O_NONBLOCK)
    assert libc.inotify_add_watch(handle, str(file).encode(), IN_OPEN) >= 0
    return file, handle


@pytest.mark.parametrize("where", [decode, decoder.decode], ids=["in this process", "in the child"])
@pytest.mark.parametrize("kind", PLAYLISTS)
def test_what_names_a_file_opens_none(
    kind: str, where: Callable[[bytes, float], Samples], watched: tuple[Path, int]
) -> None:
    file, handle = watched
    with pytest.raises(NotAudio):
        where(PLAYLISTS[kind].format(file=file).encode(), 600.0)
    with pytest.raises(BlockingIOError):
        os.read(handle, 64)


@pytest.mark.parametrize("kind", ["HLS", "concat", "DASH", "a list of files"])
def test_what_names_an_address_calls_nobody(kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/speech.wav"
        with pytest.raises(NotAudio):
            decode(PLAYLISTS[kind].format(file=address).encode(), 600.0)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_an_opened_file_is_noticed(watched: tuple[Path, int]) -> None:
    file, handle = watched
    file.read_bytes()
    assert os.read(handle, 64)
