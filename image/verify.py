"""Runs inside the image, as its user: what the worker needs is there, what only a build needs is not, and it works.

python - UID < image/verify.py; the build does it before the image gets its name, `make image-test` afterwards.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import zipfile
from pathlib import Path

BUILD_TOOLS = ("gcc", "cc", "c++", "clang", "ld", "as", "make", "uv", "protoc")
LEFTOVERS = ("/run/secrets/ca", "/run/secrets/apt", "/opt/uv", "/build", "/layers", "/var/lib/apt/lists")
PACKAGES = ("av", "boto3", "f5_tts", "huggingface_hub", "numpy", "pip", "pydantic", "pypinyin", "rjieba", "runpod")
PACKAGES += ("safetensors", "soundfile", "soxr", "torch", "tqdm", "yaml")
RECORDING = Path("output/local_test.wav")


def main() -> None:
    """Check one thing after the other; the first that isn't so ends this with a trace."""
    began = time.perf_counter()
    assert os.getuid() == int(sys.argv[1]), f"runs as {os.getuid()}, not as {sys.argv[1]}"
    nothing_of_the_build_is_left()
    everything_can_be_imported()
    pip_unpacks_a_wheel()
    seconds = the_main_job_gives_a_recording()
    the_doctor_finds_a_usable_worker()
    passed = round(time.perf_counter() - began, 1)
    print(f"verified as user {os.getuid()}: {seconds} s of sound from test_input.json; {passed} s", file=sys.stderr)


def nothing_of_the_build_is_left() -> None:
    """Neither tools nor secrets, headers or archives, and no package without bytecode."""
    found = [tool for tool in BUILD_TOOLS if shutil.which(tool)]
    assert not found, f"build tools: {found}"
    found = [str(path) for path in map(Path, LEFTOVERS) if path.is_file() or (readable(path) and any(path.iterdir()))]
    assert not found, f"left over: {found}"
    site = Path(sysconfig.get_paths()["purelib"])
    found = [str(path) for path in (*site.rglob("*.a"), *site.glob("nvidia/*/include"), *site.glob("torch/include"))]
    assert not found, f"for compilers only: {found}"
    bare = [path for path in site.glob("*/__init__.py") if not (path.parent / "__pycache__").exists()]
    assert not bare, f"without bytecode: {bare}"


def readable(path: Path) -> bool:
    """Tell whether this user can list a folder."""
    return path.is_dir() and os.access(path, os.R_OK | os.X_OK)


def everything_can_be_imported() -> None:
    """Each dependency, and each module of the worker."""
    for name in PACKAGES:
        importlib.import_module(name)
    for package in map(importlib.import_module, ("tts", "warmup")):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def pip_unpacks_a_wheel() -> None:
    """The warm-up unpacks flash_attn in this way."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = Path(folder, "tiny-1.0-py3-none-any.whl")
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("tiny.py", "")
            archive.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
            archive.writestr(
                "tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            archive.writestr("tiny-1.0.dist-info/RECORD", "")
        command = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", f"{folder}/there")
        subprocess.run([sys.executable, *command, str(wheel)], check=True)
        assert Path(folder, "there", "tiny.py").exists()


def the_main_job_gives_a_recording() -> float:
    """Return its seconds."""
    import numpy as np
    import soundfile

    RECORDING.unlink(missing_ok=True)
    command = ("tini", "-s", "--", "python", "-u", "handler.py")
    subprocess.run(command, check=True, env={**os.environ, "TTS_MODEL": "demo"})
    sound, rate = soundfile.read(RECORDING)
    assert np.sqrt(np.square(sound).mean()) > 0.01, "the recording is silent"
    assert len(sound) > rate, "the recording is shorter than a second"
    return round(len(sound) / rate, 2)


def the_doctor_finds_a_usable_worker() -> None:
    """And says so in JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "warmup", "--json"],
        env={**os.environ, "TTS_MODEL": "demo"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    json.loads(done.stdout)


main()
