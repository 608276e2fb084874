"""Runs inside the image, the way its jobs do: what the worker needs is there, what nothing needs is not, and it works.

entry tini -s -- python - < image/verify.py, started by root with TTS_VOLUME_DIR naming a folder that only root may
write; the build does it before the image gets its name, `make image-test` afterwards.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import shutil
import signal
import stat
import subprocess
import sys
import sysconfig
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

BUILD_TOOLS = ("gcc", "cc", "c++", "clang", "ld", "as", "make", "uv", "protoc")
LEFTOVERS = ("/run/secrets/ca", "/run/secrets/apt", "/opt/uv", "/build", "/layers", "/var/lib/apt/lists")
PACKAGES = ("av", "boto3", "f5_tts", "huggingface_hub", "numpy", "pip", "pydantic", "pypinyin", "rjieba", "runpod")
PACKAGES += ("faster_whisper", "botocore", "httpcore", "safetensors", "soundfile", "soxr", "torch", "tqdm", "yaml")
RECORDING = Path("output/local_test.wav")
SITE = Path(sysconfig.get_paths()["purelib"])
BAKED = Path("baked")


def main() -> None:
    """Check one thing after the other; the first that isn't so ends this with a trace."""
    began = time.perf_counter()
    root_is_given_up_for_good()
    the_worker_s_folder_on_the_volume_is_its_own()
    nothing_runs_as_somebody_else()
    nothing_of_the_build_is_left()
    every_library_can_be_loaded()
    everything_can_be_imported()
    a_signal_reaches_the_worker()
    pip_unpacks_a_wheel()
    seconds = the_main_job_gives_a_recording()
    the_doctor_finds_a_usable_worker()
    passed = round(time.perf_counter() - began, 1)
    print(f"verified as user {os.getuid()}: {seconds} s of sound from test_input.json; {passed} s", file=sys.stderr)
    print(what_is_baked(), file=sys.stderr)


def root_is_given_up_for_good() -> None:
    """User 1000, whom no program can make another."""
    assert os.getresuid() == (1000, 1000, 1000), os.getresuid()
    assert os.getgroups() == [], os.getgroups()
    lines = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines())
    left = {name: lines[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb") if int(lines[name], 16)}
    assert not left, f"capabilities: {left}"
    assert lines["NoNewPrivs"] == "1", "a setuid program could gain rights"


def the_worker_s_folder_on_the_volume_is_its_own() -> None:
    """And the rest of the volume isn't."""
    volume = Path(os.environ["TTS_VOLUME_DIR"])
    assert volume.stat().st_uid == 0, f"{volume} belongs to {volume.stat().st_uid}"
    assert (volume / "worker-f5-tts").stat().st_uid == 1000
    assert os.access(volume / "worker-f5-tts", os.W_OK)
    assert not os.access(volume, os.W_OK)


def nothing_runs_as_somebody_else() -> None:
    """No file in the image gives its user's rights, or its group's, to whoever runs it."""
    found = [path for path in everything(Path("/")) if path.lstat().st_mode & (stat.S_ISUID | stat.S_ISGID)]
    assert not found, f"setuid or setgid: {found}"


def everything(folder: Path) -> Iterator[Path]:
    """Yield each regular file that this user can find, on the image's own disk."""
    for at, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not os.path.ismount(os.path.join(at, name))]
        for path in (Path(at, name) for name in files):
            if stat.S_ISREG(path.lstat().st_mode):
                yield path


def nothing_of_the_build_is_left() -> None:
    """Neither tools nor secrets, headers or archives, and no package without bytecode."""
    found = [tool for tool in BUILD_TOOLS if shutil.which(tool)]
    assert not found, f"build tools: {found}"
    found = [str(path) for path in map(Path, LEFTOVERS) if path.is_file() or (readable(path) and any(path.iterdir()))]
    assert not found, f"left over: {found}"
    compiling = ("**/*.a", "nvidia/*/include", "torch/include", "triton", "setuptools")
    found = [str(path) for pattern in compiling for path in SITE.glob(pattern)]
    assert not found, f"for compilers only: {found}"
    bare = [path for path in SITE.glob("*/__init__.py") if not (path.parent / "__pycache__").exists()]
    assert not bare, f"without bytecode: {bare}"


def readable(path: Path) -> bool:
    """Tell whether this user can list a folder."""
    return path.is_dir() and os.access(path, os.R_OK | os.X_OK)


def every_library_can_be_loaded() -> None:
    """Torch's and NVIDIA's, each with all that it names: what was left out is missed by none of them."""
    libraries = sorted(map(str, (*SITE.glob("nvidia/*/lib/*.so*"), *SITE.glob("torch/lib/*.so*"))))
    need_drivers = ("libcaffe2_nvrtc.so", "libcufile_rdma.so.1")  # of a GPU, of a network card
    code = "import ctypes, sys, torch\nfor name in sys.argv[1:]: ctypes.CDLL(name)"
    chosen = [name for name in libraries if not name.endswith(need_drivers)]
    subprocess.run([sys.executable, "-c", code, *chosen], check=True)


def everything_can_be_imported() -> None:
    """Each dependency, and each module of the worker."""
    for name in PACKAGES:
        importlib.import_module(name)
    for package in map(importlib.import_module, ("cli", "sdk", "tts", "warmup")):
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


def a_signal_reaches_the_worker() -> None:
    """Through tini, so that the SDK can finish its jobs when the platform stops the container."""
    waits = "signal.signal(signal.SIGTERM, lambda *_: sys.exit(7)); print(flush=True); signal.pause()"
    command = ["entry", "tini", "-s", "--", sys.executable, "-c", f"import signal, sys; {waits}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 7, process.returncode


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


def what_is_baked() -> str:
    """Return which flash_attn is in the image, or why none is."""
    missing = BAKED / "flash_attn.missing"
    if missing.exists():
        return missing.read_text().strip()
    return f"flash_attn is baked: {', '.join(path.name for path in (BAKED / 'flash_attn').iterdir())}"


main()
