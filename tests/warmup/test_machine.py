"""The machine: what is found of GPUs, torch and the C library, without touching CUDA."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from packaging.tags import sys_tags

import warmup.machine
from tests.support.platform_api import clean_environment
from tests.support.root import ROOT
from warmup.machine import Gpu, Platform, detect

H100, L4 = Gpu("NVIDIA H100 80GB HBM3", (9, 0), 79.6), Gpu("NVIDIA L4", (8, 9), 22.5)
ROWS = [
    {"index": "0", "uuid": "GPU-aaaa-1", "name": H100.name, "compute_cap": "9.0", "memory.total": "81559"},
    {"index": "1", "uuid": "GPU-bbbb-2", "name": L4.name, "compute_cap": "8.9", "memory.total": "23034"},
]
ANSWER = """#!{python} -IS
import sys
asked = next(word for word in sys.argv if word.startswith("--query-gpu=")).partition("=")[2].split(",")
assert "--format=csv,noheader,nounits" in sys.argv
for gpu in {gpus}:
    print(", ".join(({{"driver_version": "570.86.10"}} | gpu)[name] for name in asked))
"""
DETECT = """
import json, sys, torch
def touched():
    raise RuntimeError("a CUDA context")
torch.cuda._lazy_init = touched
from warmup.machine import detect
from dataclasses import asdict
print(json.dumps([asdict(detect()), torch.cuda.is_initialized()]))
"""
Install = Callable[[str], None]


@pytest.fixture
def nvidia_smi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a script in the place of nvidia-smi."""
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)

    def install(script: str) -> None:
        (tmp_path / "nvidia-smi").write_text(script)
        (tmp_path / "nvidia-smi").chmod(0o755)

    return install


def answering(*gpus: dict[str, str]) -> str:
    """Return a script that answers with these GPUs, in the order in which it is asked for their properties."""
    return ANSWER.format(python=sys.executable, gpus=repr(list(gpus)))


@pytest.mark.parametrize(
    ("rows", "gpus"), [(ROWS[:1], (H100,)), (ROWS, (H100, L4)), ([], ())], ids=["one", "two", "none"]
)
def test_gpus_are_what_nvidia_smi_says(rows: list[dict[str, str]], gpus: tuple[Gpu, ...], nvidia_smi: Install) -> None:
    nvidia_smi(answering(*rows))
    found = detect()
    assert (found.gpus, found.driver_version) == (gpus, "570.86.10" if rows else None)


@pytest.mark.parametrize(
    ("visible", "gpus"),
    [
        (None, (H100, L4)),
        ("0,1", (H100, L4)),
        ("1", (L4,)),
        ("1,0", (L4, H100)),
        ("GPU-bbbb-2", (L4,)),
        ("GPU-aa", (H100,)),
        ("MIG-cccc-3", (H100, L4)),  # a slice, whose GPU isn't named
        ("-1", ()),
        ("7", ()),
        ("", ()),
    ],
    ids=lambda part: " and ".join(gpu.name for gpu in part) or "none" if isinstance(part, tuple) else repr(part),
)
def test_gpus_that_cuda_visible_devices_hides_are_not_there(
    visible: str | None, gpus: tuple[Gpu, ...], nvidia_smi: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    nvidia_smi(answering(*ROWS))
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    found = detect()
    assert (found.gpus, found.driver_version) == (gpus, "570.86.10")  # the driver is there all the same


@pytest.mark.parametrize("memory", ["[N/A]", "[Not Supported]"])
def test_a_gpu_that_shares_the_hosts_memory_has_none_of_its_own(memory: str, nvidia_smi: Install) -> None:
    nvidia_smi(answering(ROWS[0] | {"memory.total": memory}))
    assert detect().gpus == (replace(H100, memory_gb=0.0),)


@pytest.mark.parametrize(
    ("field", "text"), [("compute_cap", "[N/A]"), ("driver_version", "[N/A]"), ("driver_version", "570")]
)
def test_a_property_that_nvidia_smi_does_not_know_ends_nothing(field: str, text: str, nvidia_smi: Install) -> None:
    nvidia_smi(answering(ROWS[0] | {field: text}))
    assert replace(detect(), cuda_version="12.8").driver_problem == ""


@pytest.mark.parametrize(
    "script",
    [
        "#!/bin/sh\necho 'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.'; exit 9",
        "#!/bin/sh\necho 'No devices were found'",
        "#!/bin/sh\necho 'Unable to determine the device handle for GPU 0000:01:00.0: Unknown Error'; exit 15",
        '#!/bin/sh\nprintf "0, GPU-a, NVIDIA H100, 9.0, 81559, 570.86.10\\n"; exit 255',
        '#!/bin/sh\nprintf "\\377\\376\\n"',
        "#!/nowhere/sh",
        "",
    ],
    ids=["no driver", "no devices", "a lost GPU", "rows and a failure", "no text", "no interpreter", "no program"],
)
def test_where_nvidia_smi_fails_there_is_no_gpu(script: str, nvidia_smi: Install) -> None:
    nvidia_smi(script)
    found = detect()
    assert (found.gpus, found.driver_version, found.driver_problem) == ((), None, "")


def test_a_machine_without_nvidia_smi_has_no_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert detect().gpus == ()


def test_an_nvidia_smi_that_hangs_is_given_up(nvidia_smi: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warmup.machine, "PATIENCE_S", 0.2)
    nvidia_smi("#!/bin/sh\nexec sleep 60")
    began = time.monotonic()
    assert detect().gpus == ()
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("driver", "cuda", "oldest"),
    [
        ("525.60.13", "12.8", None),
        ("525.59.99", "12.8", "525.60"),
        ("470.256.02", "12.1", "525.60"),
        ("580.65.06", "13.0", None),
        ("580.64.03", "13.0", "580.65"),
        ("570.86.10", "13.2", "580.65"),
        ("1000.1", "13.0", None),
        ("450.80.02", "11.8", None),
        ("470.0", None, None),
        (None, "12.8", None),
    ],
)
def test_a_driver_has_to_be_new_enough_for_the_cuda_of_torch(driver: str, cuda: str, oldest: str | None) -> None:
    machine = Platform("cp311", "2.8.0", cuda, True, "glibc 2.36", "x86_64", (), driver)
    problem = machine.driver_problem
    assert bool(problem) == bool(oldest)
    assert oldest is None or all(part in problem for part in (driver, cuda, f"{oldest} or newer"))


def test_the_platform_is_told_truly_and_without_a_cuda_context(nvidia_smi: Install) -> None:
    nvidia_smi(answering(*ROWS))
    environment = clean_environment() | {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", DETECT], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    found, initialised = json.loads(done.stdout)
    assert not initialised
    assert [gpu["name"] for gpu in found["gpus"]] == [H100.name, L4.name]
    tag = next(sys_tags())
    libc, version = platform.libc_ver()
    assert found["python_tag"] == tag.abi
    assert found["torch_version"] == ".".join(torch.__version__.split("+")[0].split(".")[:3])
    assert (found["cuda_version"], found["cxx11_abi"]) == (torch.version.cuda, torch.compiled_with_cxx11_abi())
    assert (found["libc"], found["machine"]) == (f"{libc} {version}", os.uname().machine)
