"""The list of FlashAttention-2 wheels, and which of them a machine gets."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.root import ROOT
from warmup.flash_attn.wheels import ManifestError, Skip, Wheel, choose, explain, load
from warmup.machine import Gpu, Platform

WHEELS = load()
T4, A100, H100 = Gpu("Tesla T4", (7, 5), 16), Gpu("NVIDIA A100", (8, 0), 80), Gpu("NVIDIA H100", (9, 0), 80)
B200, RTX_5090 = Gpu("NVIDIA B200", (10, 0), 180), Gpu("NVIDIA GeForce RTX 5090", (12, 0), 32)
L40S, THOR, GB10 = Gpu("NVIDIA L40S", (8, 9), 48), Gpu("NVIDIA Thor", (11, 0), 120), Gpu("NVIDIA GB10", (12, 1), 120)
IMAGE = Platform("cp311", "2.8.0", "12.8", True, "glibc 2.36", "x86_64", (H100,))  # the stack of this image
ABI_0, CUDA_13, ARM = {"cxx11_abi": False}, {"cuda_version": "13.0"}, {"machine": "aarch64"}
DEBIAN_11, PY312, PY313 = {"libc": "glibc 2.31"}, {"python_tag": "cp312"}, {"python_tag": "cp313"}
CU124 = {"cuda_version": "12.4"} | ABI_0  # as torch up to 2.6 came from the registry
T21, T25, T26, T27 = ({"torch_version": v} for v in ("2.1.2", "2.5.1", "2.6.0", "2.7.1"))
T29, T210, T211 = ({"torch_version": v} for v in ("2.9.1", "2.10.0", "2.11.0"))

# Each row: what is said of a platform, how it differs from the image's, a version and build or words of the refusal.
PLATFORMS: list[tuple[str, dict[str, Any], str]] = [
    ("this image takes 2.8.3, whose sha256 is known, not 2.8.3.post1", {}, "2.8.3+cu12torch2.8"),
    ("torch 2.8 with Python 3.12 takes 2.8.3.post1, pinned as well", PY312, "2.8.3.post1+cu12torch2.8"),
    ("a patch and a local version of torch don't matter", {"torch_version": "2.8.1+cu126"}, "2.8.3+cu12torch2.8"),
    ("an L40S runs the kernels of 8.0", {"gpus": (L40S,)}, "2.8.3+cu12torch2.8"),
    ("a 5090 and a B200 have kernels in 2.8", {"gpus": (RTX_5090, B200)}, "2.8.3+cu12torch2.8"),
    ("glibc 2.32 is just new enough for 2.8", {"libc": "glibc 2.32"}, "2.8.3+cu12torch2.8"),
    ("torch 2.7 takes the pinned post1", T27, "2.8.3.post1+cu12torch2.7"),
    ("torch 2.6.0+cu124 from the registry has ABI 0 and takes 2.7.4.post1", T26 | CU124, "2.7.4.post1+cu12torch2.6"),
    ("torch 2.6.0+cu126 has ABI 1 and takes 2.8.3", T26 | {"cuda_version": "12.6"}, "2.8.3+cu12torch2.6"),
    ("torch 2.5 from the registry has ABI 0 and takes the pinned post1", T25 | CU124, "2.8.3.post1+cu12torch2.5"),
    ("torch 2.5 with Python 3.12 takes the pinned 2.8.3", T25 | CU124 | PY312, "2.8.3+cu12torch2.5"),
    ("a torch 2.5 of NVIDIA's image has ABI 1", {"torch_version": "2.5.0a0+b465a58"}, "2.8.3+cu12torch2.5"),
    ("Debian 11 with torch 2.5 takes 2.7.4.post1", T25 | CU124 | DEBIAN_11, "2.7.4.post1+cu12torch2.5"),
    ("torch 2.1 is in 2.7.3 last", T21 | CU124, "2.7.3+cu12torch2.1"),
    ("CUDA 11 is in 2.7.3 last", T25 | ABI_0 | {"cuda_version": "11.8"}, "2.7.3+cu11torch2.5"),
    ("torch 2.9 on CUDA 12 has a wheel for Python 3.12", T29 | PY312, "2.8.3+cu12torch2.9"),
    ("torch 2.9 on CUDA 13 takes the pinned 2.8.1", T29 | PY312 | CUDA_13, "2.8.1+cu13torch2.9"),
    ("torch 2.10 on CUDA 13 has a wheel for Python 3.12", T210 | PY312 | CUDA_13, "2.8.3+cu13torch2.10"),
    ("torch 2.10 on CUDA 12 has a wheel for Python 3.12 in 2.8.1", T210 | PY312, "2.8.1+cu12torch2.10"),
    ("an aarch64 Grace Hopper with Python 3.12 and torch 2.9 takes 2.8.3", T29 | PY312 | ARM, "2.8.3+cu12torch2.9"),
    ("a GB10 on CUDA 13 takes 2.8.1", T29 | PY312 | ARM | CUDA_13 | {"gpus": (GB10,)}, "2.8.1+cu13torch2.9"),
    ("musl is named before a torch for CPU", {"libc": "musl", "cuda_version": None}, "takes glibc, not musl"),
    ("musl with a version is still musl", {"libc": "musl 2.40"}, "takes glibc, not musl 2.40"),
    ("a torch for CPU is named before a missing GPU", {"cuda_version": None, "gpus": ()}, "built for CPU or ROCm"),
    ("no GPU is named before a free-threaded Python", {"gpus": (), "python_tag": "cp313t"}, "no GPU is visible"),
    ("a T4 is named before torch 2.11", T211 | {"gpus": (T4,)}, "8.0 or newer, not Tesla T4 (7.5)"),
    ("an H100 beside two T4 gets none", {"gpus": (H100, T4, T4)}, "not Tesla T4 (7.5): show it newer GPUs only"),
    ("a free-threaded Python is named before a machine", ARM | {"python_tag": "cp313t"}, "with its GIL, not cp313t"),
    ("an unknown machine gets none", {"machine": "riscv64"}, "wheel for riscv64: the newest are for aarch64 or x86_64"),
    ("torch 2.11 is too new", T211, "torch 2.11: the newest are for torch 2.10, CUDA 12 or 13, Python 3.12"),
    ("torch 2.1 is not torch 2.10", T21 | PY312, "torch 2.1, CUDA 12, Python 3.12: the newest are for Python 3.9"),
    ("torch 2.8 on CUDA 13 gets none", CUDA_13, "torch 2.8, CUDA 13: the newest are for CUDA 12"),
    ("torch 2.9 with Python 3.11 gets none", T29, "torch 2.9, CUDA 12, Python 3.11: the newest are for Python 3.12"),
    ("Python 3.14 gets none", {"python_tag": "cp314"}, "Python 3.14: the newest are for Python 3.9 or 3.10 or 3.11"),
    ("torch 2.9 with ABI 0 gets none", T29 | PY312 | ABI_0, "the newest are for cxx11abi True"),
    ("a torch 2.8 with ABI 0 gets none, whatever the label says", ABI_0, "have only the new C++ ABI"),
    ("a wheel built on a nightly of torch is never taken", T26 | {"cuda_version": "11.8"}, "a nightly of torch 2.6"),
    ("Debian 11's glibc is too old for 2.8.x", DEBIAN_11, "needs glibc 2.32 (as in Debian 12), here is glibc 2.31"),
    ("glibc 2.4 is older than 2.32", {"libc": "glibc 2.4"}, "needs glibc 2.32"),
    ("RHEL 8's glibc is too old for 2.7.4.post1", T26 | CU124 | {"libc": "glibc 2.28"}, "needs glibc 2.31"),
    ("a late 2.7.4.post1 for torch 2.7 isn't taken on Debian 11", T27 | DEBIAN_11, "2.8.3.post1+cu12torch2.7"),
    ("a 5090 gets no kernels from 2.7.4.post1", T26 | CU124 | {"gpus": (RTX_5090,)}, "only for 8.x or 9.x"),
    ("a Thor has no kernels in any wheel", {"gpus": (THOR,)}, "no kernels for NVIDIA Thor (11.0)"),
]
DESCRIBED = [pytest.param(replace(IMAGE, **changes), gets, id=said) for said, changes, gets in PLATFORMS]
# Published independently of the list: torch, ABI, Python and how the sha256 begins, of 2.8.3 for CUDA 12.
PUBLISHED = """
2.4-T-39-130dcba7 2.4-T-310-cdc2ffbe 2.4-T-311-e9c99cb6 2.4-T-312-651484e4 2.4-F-39-ed92d7fb 2.4-F-310-f6e2c417
2.4-F-311-8c44e8ec 2.4-F-312-ee1fbb7d 2.5-T-39-989ea4af 2.5-T-310-8561c7d7 2.5-T-311-48c648a5 2.5-T-312-6dbc7891
2.5-T-313-de211572 2.5-F-39-0b1310f5 2.5-F-310-c59be18f 2.5-F-311-ca5a5614 2.5-F-312-51f64228 2.5-F-313-9ca1f489
2.6-T-39-8d96fed1 2.6-T-310-0a6d13b0 2.6-T-311-c49f18cf 2.6-T-312-ae3b8b40 2.6-T-313-d0e369ba 2.7-T-39-680375dd
2.7-T-310-ce91e246 2.7-T-311-cd1a45eb 2.7-T-312-cafd4f70 2.7-T-313-021d4257 2.7-F-310-38391ac5 2.8-T-39-20204d52
2.8-T-310-75c51f34 2.8-T-311-3d41b2fc 2.8-T-312-f25da186 2.8-T-313-7dd8c64a 2.9-T-312-4e2f9e39
"""
OTHERS = {
    "2.8.3+cu12torch2.9cxx11abiTRUE-cp312-cp312-linux_aarch64": "db81083bcc579753140c647fecfb0829",
    "2.8.3+cu13torch2.10cxx11abiTRUE-cp312-cp312-linux_x86_64": "910d8db9def162de5b7c15474b933e7e",
    "2.8.3.post1+cu12torch2.8cxx11abiTRUE-cp312-cp312-linux_x86_64": "9a08775a6be3358e3b691ed97f7cb90a",
}


def fits(wheel: Wheel, platform: Platform) -> bool:
    """Say what any chosen wheel must have, without the code under test: its name spelled from the platform."""
    torch = re.match(r"\d+\.\d+", platform.torch_version)
    label = f"+cu{str(platform.cuda_version)[:2]}torch{torch and torch[0]}cxx11abi{str(platform.cxx11_abi).upper()}-"
    tags = f"-{platform.python_tag}-{platform.python_tag}-linux_{platform.machine}.whl"
    newer = wheel.name.startswith("flash_attn-2.8")
    glibc = platform.libc.startswith("glibc 2.") and int(platform.libc[8:]) >= (32 if newer else 31)
    majors = {gpu.capability[0] for gpu in platform.gpus}
    right_gpus = bool(majors) and majors <= ({8, 9, 10, 12} if newer else {8, 9})
    return label in wheel.name and wheel.name.endswith(tags) and glibc and right_gpus and wheel.note is None


def test_each_release_has_the_wheels_of_its_build_matrix():
    listed = Counter(wheel.version for wheel in WHEELS)
    late = {"2.7.3": 6, "2.7.4.post1": 6, "2.8.1": 9, "2.8.3": 4}  # added after the release
    old = 3 + 3 * 4  # Pythons: torch 2.1 with 3.9 to 3.11; 2.2, 2.3, 2.4 with 3.9 to 3.12
    matrix = {"2.7.3": 2 * (old + 2 * 5) * 2, "2.7.4.post1": (3 * 4 + 2 * 5) * 2}
    matrix |= dict.fromkeys(("2.8.0.post2", "2.8.1", "2.8.2"), (4 + 3 * 5) * 2)
    matrix |= dict.fromkeys(("2.8.3", "2.8.3.post1"), (4 + 4 * 5) * 2)
    assert list(matrix.values()) == [100, 44, 38, 38, 38, 48, 48]
    mislabelled = 5  # torch 2.6 with the old ABI, from 2.8 on
    assert listed == {v: n - mislabelled * v.startswith("2.8") + late.get(v, 0) for v, n in matrix.items()}
    assert len(WHEELS) == len({wheel.name for wheel in WHEELS}) == 354


def test_every_name_is_spelled_by_its_properties_and_every_url_by_its_name():
    for wheel in WHEELS:
        abi = "TRUE" if wheel.cxx11_abi else "FALSE"
        label = f"{wheel.version}+cu{wheel.cuda_major}torch{wheel.torch}cxx11abi{abi}"
        assert wheel.name == f"flash_attn-{label}-{wheel.python_tag}-{wheel.python_tag}-linux_{wheel.machine}.whl"
        releases = f"https://github.com/Dao-AILab/flash-attention/releases/download/v{wheel.version}"
        assert wheel.url == f"{releases}/{wheel.name.replace('+', '%2B')}"
        assert (wheel.sha256 is None) == (wheel.pinned_by is None)


def test_the_mislabelled_builds_are_left_out_and_what_is_never_chosen_says_why():
    for wheel in WHEELS:
        assert wheel.cxx11_abi or wheel.torch != "2.6" or wheel.version.startswith("2.7")
        late = (wheel.version, wheel.torch) in {("2.7.3", "2.8"), ("2.7.4.post1", "2.7")}
        nightly = (wheel.version, wheel.torch) == ("2.7.3", "2.6")
        impossible = wheel.torch in ("2.7", "2.8") and not wheel.cxx11_abi
        assert bool(wheel.note) == (late or nightly or impossible), wheel.name


def test_known_pins_are_listed_and_no_two_wheels_share_one():
    pins = {wheel.name: wheel.sha256 for wheel in WHEELS if wheel.sha256}
    published = OTHERS.copy()
    for torch, abi, python, sha256 in (entry.split("-") for entry in PUBLISHED.split()):
        label = f"2.8.3+cu12torch{torch}cxx11abi{'TRUE' if abi == 'T' else 'FALSE'}"
        published[f"{label}-cp{python}-cp{python}-linux_x86_64"] = sha256
    assert len(published) == 38
    assert [name for name, sha256 in published.items() if not pins[f"flash_attn-{name}.whl"].startswith(sha256)] == []
    assert len(pins) == len(set(pins.values())) == 174
    text = "".join(sorted(name + sha256 for name, sha256 in pins.items()))
    assert hashlib.sha256(text.encode()).hexdigest().startswith("34560645c694dc86")  # no digit changes unnoticed


@pytest.mark.parametrize(("platform", "gets"), DESCRIBED)
def test_a_platform_gets(platform: Platform, gets: str):
    found, reasons = choose(platform, WHEELS), explain(platform, WHEELS)
    assert [wheel for wheel, _ in reasons] == list(WHEELS)
    assert all(reason for _, reason in reasons)
    chosen = [wheel for wheel, reason in reasons if reason == "chosen"]
    if isinstance(found, Skip):
        assert gets in found.reason
        assert chosen == []
    else:
        assert chosen == [found]
        abi, tag = str(platform.cxx11_abi).upper(), platform.python_tag
        assert found.name == f"flash_attn-{gets}cxx11abi{abi}-{tag}-{tag}-linux_{platform.machine}.whl"
        assert fits(found, platform)


def test_the_explanation_says_what_speaks_against_each():
    reasons = {wheel.name: reason for wheel, reason in explain(IMAGE, WHEELS)}
    best = "flash_attn-2.8.3+cu12torch2.8cxx11abiTRUE-cp311-cp311-linux_x86_64.whl"
    assert reasons[best.replace("2.8.3", "2.8.3.post1")] == f"not as good as {best}: sha256 unknown"
    assert reasons[best.replace("cp311", "cp312")].startswith("for Python 3.12, here is Python 3.11")
    older = explain(replace(IMAGE, torch_version="2.7.1"), WHEELS)
    assert sum(reason.endswith("whl: older") for _, reason in older) == 4


OFFERED = st.sampled_from([(w.torch, str(w.cuda_major), w.python_tag, w.cxx11_abi, w.machine) for w in WHEELS])
ANY = st.sampled_from([("2.0", "12", "cp311", True, "x86_64"), ("2.11", "13", "cp313t", True, "x86_64"),
                       ("2.8", "13", "cp311", True, "x86_64"), ("2.8", "12", "cp314", False, "arm64")])  # fmt: skip
GPUS = st.lists(st.sampled_from([T4, A100, L40S, H100, B200, RTX_5090, THOR, GB10]), max_size=2).map(tuple)
LIBCS = st.sampled_from(["musl", "glibc 2.28", "glibc 2.31", "glibc 2.32", "glibc 2.39"])


@given(OFFERED | ANY, GPUS, LIBCS)
@settings(max_examples=100, deadline=None)
def test_whatever_the_platform_the_chosen_is_the_best_of_those_that_fit(name, gpus, libc):
    torch, cuda, tag, abi, machine = name
    platform = Platform(tag, f"{torch}.1", f"{cuda}.4", abi, libc, machine, gpus)
    found = choose(platform, WHEELS)
    fitting = [wheel for wheel in WHEELS if fits(wheel, platform)]
    pinned = [wheel for wheel in fitting if wheel.sha256] or fitting
    assert isinstance(found, Skip) == (not fitting)
    if pinned:  # the newer name sorts after the older: all are 2.x.y or 2.x.y.postN
        assert found == max(pinned, key=lambda wheel: wheel.version)
    chosen = [wheel for wheel, reason in explain(platform, WHEELS) if reason == "chosen"]
    assert chosen == ([found] if fitting else [])


def test_a_mirror_s_wheel_of_2_6_is_refused_for_its_unpad_input():
    old = Wheel(f"flash_attn-2.6.3{WHEELS[0].name.removeprefix('flash_attn-2.7.3')}", "https://mirror/old.whl")
    platform = Platform(old.python_tag, "2.1.2", "11.8", old.cxx11_abi, "glibc 2.31", "x86_64", (A100,))
    assert "unpad_input returns four values" in choose(platform, [old]).reason
    assert "empty" in choose(platform, []).reason


ROW = {"name": WHEELS[0].name, "url": "https://mirror/a.whl"}
BROKEN = {
    "it isn't there": (None, "can't be read as JSON"),
    "it isn't JSON": ("{", "can't be read as JSON"),
    "it is a list": ("[]", 'a list "wheels"'),
    "it lists nothing": ({"wheels": []}, 'a list "wheels"'),
    "a row is text": ({"wheels": ["x"]}, "row 1 is not a wheel's"),
    "a row has an unknown key": ({"wheels": [ROW | {"sha": "0"}]}, "'sha'"),
    "a row has no url": ({"wheels": [{"name": ROW["name"]}]}, "'url'"),
    "a name is a number": ({"wheels": [ROW | {"name": 1}]}, "row 1 is not a wheel's"),
    "a name is a community build's": ({"wheels": [ROW | {"name": "flash_attn-2.8.3+cu130torch2.11.whl"}]}, "not named"),
    "a name has two Pythons": ({"wheels": [ROW | {"name": ROW["name"].replace("cp39-", "cp310-", 1)}]}, "not named"),
    "a url is a file": ({"wheels": [ROW | {"url": "file:///a.whl"}]}, "url can't be 'file:///a.whl'"),
    "a url is missing": ({"wheels": [ROW | {"url": None}]}, "url can't be None"),
    "a sha256 is short": ({"wheels": [ROW, ROW | {"sha256": "ab"}]}, "row 2: sha256 can't be 'ab'"),
    "a size is text": ({"wheels": [ROW | {"size": "9"}]}, "size can't be '9'"),
    "a size is a truth": ({"wheels": [ROW | {"size": True}]}, "size can't be True"),
    "a note is empty": ({"wheels": [ROW | {"note": ""}]}, "note can't be ''"),
    "a wheel is there twice": ({"wheels": [ROW, ROW]}, "lists a wheel twice"),
}


@pytest.mark.parametrize(("content", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_manifest_is_refused_because(tmp_path: Path, content: Any, said: str):
    file = tmp_path / "mirror.json"
    if content is not None:
        file.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(ManifestError, match=re.escape(said)) as caught:
        load(file)
    assert str(file) in str(caught.value)


def test_choosing_needs_neither_torch_nor_a_network():
    code = f"""
import socket, sys
def refuse(*_): raise OSError("network")
socket.socket.connect = socket.getaddrinfo = refuse
from warmup.machine import Gpu, Platform
from warmup.flash_attn.wheels import choose
print(choose({IMAGE!r}).name, "torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [choose(IMAGE).name, "False"]
