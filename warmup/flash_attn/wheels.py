"""Which published FlashAttention-2 wheel runs on a machine, decided from a pinned list: no torch, no network.

A name says for which torch, CUDA, Python and C++ ABI a wheel is. The oldest glibc and the GPUs follow from its version;
what a name gets wrong stands in the list, as the wheel's note.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warmup.machine import Platform

MANIFEST = Path(__file__).with_name("wheels.json")
_NAME = re.compile(
    r"flash_attn-(?P<version>\d+\.\d+\.\d+(?:\.post\d+)?)\+cu(?P<cuda_major>\d\d)torch(?P<torch>\d+\.\d+)"
    r"cxx11abi(?P<cxx11_abi>TRUE|FALSE)-(?P<python_tag>cp3\d+)-(?P=python_tag)-linux_(?P<machine>\w+)\.whl"
)
_FORMS = {"url": r"https?://\S+", "sha256": r"[0-9a-f]{64}", "size": r"[1-9]\d*", "pinned_by": r".+", "note": r".+"}


class ManifestError(Exception):
    """A manifest can't be used; the message names the file, the row and what is wrong."""


@dataclass(frozen=True)
class Wheel:
    """One wheel of a release; a name that no official wheel has raises ManifestError."""

    name: str
    url: str
    sha256: str | None = None
    size: int | None = None  # bytes
    pinned_by: str | None = None  # where the sha256 was seen
    note: str | None = None  # why it is never chosen
    version: str = field(init=False, repr=False)  # the rest is what the name says: "2.8.3.post1"
    cuda_major: int = field(init=False, repr=False)
    torch: str = field(init=False, repr=False)  # "2.8"; a wheel fits one minor version
    cxx11_abi: bool = field(init=False, repr=False)
    python_tag: str = field(init=False, repr=False)  # "cp311"
    machine: str = field(init=False, repr=False)  # "x86_64"

    def __post_init__(self) -> None:
        said = _NAME.fullmatch(self.name)
        if said is None:
            raise ManifestError(f"{self.name} is not named like an official FlashAttention-2 wheel")
        read: dict[str, Callable[[str], object]] = {"cuda_major": int, "cxx11_abi": "TRUE".__eq__}
        for part, text in said.groupdict().items():
            object.__setattr__(self, part, read.get(part, str)(text))  # frozen for everyone else

    @property
    def release(self) -> tuple[int, ...]:
        """The version in numbers, which sort as the releases came."""
        return _numbers(self.version)

    @property
    def glibc(self) -> tuple[int, int]:
        """The oldest it loads with: 2.8 is built on Ubuntu 22.04, 2.7 on 20.04 (flash-attention#1708)."""
        return (2, 32) if self.release >= (2, 8) else (2, 31)

    @property
    def kernels(self) -> tuple[int, ...]:
        """The major compute capabilities it runs on; it holds no PTX to compile for others."""
        return (8, 9, 10, 12) if self.release >= (2, 8) else (8, 9)


@dataclass(frozen=True)
class Skip:
    """No wheel runs here."""

    reason: str  # one sentence that says what would help


def load(path: Path = MANIFEST) -> tuple[Wheel, ...]:
    """Read a manifest; one that can't be read, or that has a row which isn't a wheel's, raises ManifestError."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ManifestError(f"{path} can't be read as JSON: {error}") from None
    rows = document.get("wheels") if isinstance(document, dict) else None
    if not isinstance(rows, list) or not rows:
        raise ManifestError(f'{path} is not an object with a list "wheels" of at least one')
    wheels = {wheel.name: wheel for wheel in (_wheel(row, f"{path}, row {n}") for n, row in enumerate(rows, 1))}
    if len(wheels) < len(rows):
        raise ManifestError(f"{path} lists a wheel twice")
    return tuple(wheels.values())


def _wheel(row: Any, where: str) -> Wheel:
    try:
        wheel = Wheel(**row)
    except (TypeError, ManifestError) as error:
        raise ManifestError(f"{where} is not a wheel's: {error}") from None
    for key, form in _FORMS.items():
        value = getattr(wheel, key)
        fits = type(value) is (int if key == "size" else str) and re.fullmatch(form, str(value))
        if not fits and (value is not None or key == "url"):
            raise ManifestError(f"{where}: {key} can't be {value!r}")
    return wheel


def choose(platform: Platform, wheels: Sequence[Wheel] | None = None) -> Wheel | Skip:
    """Return the wheel for a platform: of those that run, one of known sha256 before others, then the newest."""
    wheels = load() if wheels is None else wheels
    if not wheels:
        return Skip("the list of FlashAttention-2 wheels is empty")
    verdicts = [(wheel, *_verdict(platform, wheel)) for wheel in wheels]
    running = [wheel for wheel, _, objection in verdicts if not objection]
    if running:
        return max(running, key=lambda wheel: (wheel.sha256 is not None, wheel.release))
    farthest = max(passed for _, passed, _ in verdicts)
    return Skip(_advice(platform, farthest, [wheel for wheel, passed, _ in verdicts if passed == farthest]))


def explain(platform: Platform, wheels: Sequence[Wheel]) -> list[tuple[Wheel, str]]:
    """Return every wheel with what speaks against it, or "chosen"."""
    best = choose(platform, wheels)
    return [(wheel, _verdict(platform, wheel)[1] or _compared(wheel, best)) for wheel in wheels]


def _compared(wheel: Wheel, best: Wheel | Skip) -> str:
    if isinstance(best, Skip) or wheel == best:
        return "chosen"
    return f"not as good as {best.name}: {'older' if bool(wheel.sha256) == bool(best.sha256) else 'sha256 unknown'}"


def _verdict(platform: Platform, wheel: Wheel) -> tuple[int, str]:
    """Return how many rules a wheel passes, and what the next one has against it: an empty text if there is none."""
    names = ("" if here == there else f"for {there}, here is {here}" for here, there in _names(platform, wheel))
    objections = [*_of_machine(platform), *names, *_of_build(platform, wheel)]
    return next(((passed, text) for passed, text in enumerate(objections) if text), (len(objections), ""))


def _of_machine(platform: Platform) -> list[str]:
    """Return what speaks against every wheel, the most fundamental first."""
    old, tag = _gpus_but(platform, range(8, 100)), platform.python_tag
    return [
        "" if _glibc(platform) else f"FlashAttention-2 takes glibc, not {platform.libc}: use a Debian or Ubuntu image",
        "" if platform.cuda_version else "this torch is built for CPU or ROCm: FlashAttention-2 takes one for CUDA",
        "" if platform.gpus else "no GPU is visible: FlashAttention-2 takes an NVIDIA GPU",
        f"FlashAttention-2 takes compute capability 8.0 or newer, not {old}: show it newer GPUs only" if old else "",
        "" if re.fullmatch(r"cp\d+", tag) else f"FlashAttention-2 takes CPython with its GIL, not {tag}",
    ]


def _names(platform: Platform, wheel: Wheel) -> list[tuple[str, str]]:
    """Return the pairs of what is asked of a wheel's name, and what it offers."""
    torch, cuda = platform.torch_version.split(".")[:2], (platform.cuda_version or "").split(".")[0]
    return [
        (platform.machine, wheel.machine),
        (f"torch {'.'.join(torch)}", f"torch {wheel.torch}"),
        (f"CUDA {cuda}", f"CUDA {wheel.cuda_major}"),
        (f"Python 3.{platform.python_tag[3:]}", f"Python 3.{wheel.python_tag[3:]}"),
        (f"cxx11abi {platform.cxx11_abi}", f"cxx11abi {wheel.cxx11_abi}"),
    ]


def _of_build(platform: Platform, wheel: Wheel) -> list[str]:
    """Return what a name doesn't say."""
    needed, lacking = ".".join(map(str, wheel.glibc)), _gpus_but(platform, wheel.kernels)
    return [
        wheel.note or "",
        "" if wheel.release >= (2, 7) else "older than 2.7, whose unpad_input returns four values; F5-TTS takes five",
        "" if _glibc(platform) >= wheel.glibc else f"needs glibc {needed} (as in Debian 12), here is {platform.libc}",
        f"no kernels for {lacking}, only for {_either(f'{major}.x' for major in wheel.kernels)}" if lacking else "",
    ]


def _advice(platform: Platform, passed: int, near: Sequence[Wheel]) -> str:
    """Return why the wheels that pass the most rules don't run."""
    best = max(near, key=lambda wheel: (not wheel.note, _numbers(wheel.torch), wheel.release))
    asked, said = [here for here, _ in _names(platform, best)], _verdict(platform, best)[1]
    rank = passed - len(_of_machine(platform))
    if not 0 <= rank < len(asked):
        return said if rank < 0 else f"{best.name}: {said}"
    alike = [_names(platform, wheel) for wheel in near if (wheel.torch, not wheel.note) == (best.torch, not best.note)]
    offers = [_either(names[at][1] for names in alike) for at in range(rank, max(rank + 1, 4))]
    return f"no FlashAttention-2 wheel for {', '.join(asked[: rank + 1])}: the newest are for {', '.join(offers)}"


def _either(words: Iterable[str]) -> str:
    first, *others = sorted(set(words), key=_numbers)
    return " or ".join([first, *(word.split()[-1] for word in others)])  # "Python 3.9 or 3.10"


def _gpus_but(platform: Platform, majors: Container[int]) -> str:
    gpus = (gpu for gpu in platform.gpus if gpu.capability[0] not in majors)
    return ", ".join(dict.fromkeys(f"{gpu.name} ({gpu.capability[0]}.{gpu.capability[1]})" for gpu in gpus))


def _glibc(platform: Platform) -> tuple[int, ...]:
    return _numbers(platform.libc) if platform.libc.startswith("glibc ") else ()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text))
