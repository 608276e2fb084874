"""Variables that torch, the Hugging Face hub and the SDK read, and what commonly goes wrong with them.

Sources: `os.environ` in runpod 1.12 and huggingface_hub 1.x, where a wrong number or log level ends the import
with a trace; torch's allocator (`warmup/environment/allocator.py`). A secret's value never enters a finding.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from warmup.environment.allocator import SAFE, check, repaired
from warmup.environment.kinds import PATH, URL, Between, Choice, Flag, Kind, Pattern, Text
from warmup.report import Finding

_SDK_LEVEL = Choice(("NOTSET", "TRACE", "DEBUG", "INFO", "WARN", "ERROR"), any_case=True, numbered=True)
_SDK_YES = Flag(("true", "false"))  # the SDK compares with "true"; "1" is a no
_HUB_FLAG = Flag()
_SECONDS = Between(1, 86_400)

FOREIGN: dict[str, Kind] = {
    # the SDK
    "RUNPOD_LOG_LEVEL": _SDK_LEVEL,
    "RUNPOD_DEBUG_LEVEL": _SDK_LEVEL,
    "RUNPOD_PING_INTERVAL": Between(1_000, 600_000),  # ms; below 1000 the heartbeat doesn't pause at all
    "RUNPOD_INIT_TIMEOUT": Between(1, 86_400),
    "RUNPOD_REALTIME_PORT": Between(0, 65_535),
    "RUNPOD_REALTIME_CONCURRENCY": Between(1, 1_024),
    "RUNPOD_MIN_MEMORY_GB": Between(0, 4_096, whole=False),
    "RUNPOD_MIN_DISK_PERCENT": Between(0, 100, whole=False),
    "RUNPOD_MIN_CUDA_VERSION": Pattern(r"\d+\.\d+", "X.Y"),
    "RUNPOD_NETWORK_CHECK_TIMEOUT": _SECONDS,
    "RUNPOD_GPU_BENCHMARK_TIMEOUT": _SECONDS,
    "RUNPOD_GPU_TEST_TIMEOUT": _SECONDS,
    "RUNPOD_GPU_MAX_ERROR_MESSAGES": Between(0, 10_000),
    "RUNPOD_MAX_DOWNLOAD_BYTES": Between(1, 1 << 50),
    "RUNPOD_SKIP_AUTO_SYSTEM_CHECKS": _SDK_YES,
    "RUNPOD_SKIP_GPU_CHECK": _SDK_YES,
    "RUNPOD_ALLOW_PRIVATE_DOWNLOAD_URLS": Flag(),
    "RUNPOD_BINARY_GPU_TEST_PATH": PATH,
    "RUNPOD_WEBHOOK_GET_JOB": URL,
    "RUNPOD_WEBHOOK_POST_OUTPUT": URL,
    "RUNPOD_WEBHOOK_POST_STREAM": URL,
    "RUNPOD_WEBHOOK_PING": URL,
    "RUNPOD_AI_API_KEY": Text(),
    "UVICORN_LOG_LEVEL": Choice(("critical", "error", "warning", "info", "debug", "trace")),
    # results in a bucket
    "BUCKET_ENDPOINT_URL": URL,
    "BUCKET_ACCESS_KEY_ID": Text(),
    "BUCKET_SECRET_ACCESS_KEY": Text(),
    "BUCKET_NAME": Text(),
    # the hub
    "HF_HOME": PATH,
    "HF_HUB_CACHE": PATH,
    "HUGGINGFACE_HUB_CACHE": PATH,
    "HF_TOKEN": Text(),
    "HF_ENDPOINT": URL,
    "HF_HUB_OFFLINE": _HUB_FLAG,
    "TRANSFORMERS_OFFLINE": _HUB_FLAG,
    "HF_HUB_DISABLE_XET": _HUB_FLAG,
    "HF_HUB_DISABLE_PROGRESS_BARS": _HUB_FLAG,
    "HF_HUB_DISABLE_TELEMETRY": _HUB_FLAG,
    "HF_HUB_ETAG_TIMEOUT": _SECONDS,
    "HF_HUB_DOWNLOAD_TIMEOUT": _SECONDS,
    # torch and CUDA; the allocator's two are read by `allocator`
    "CUDA_VISIBLE_DEVICES": Pattern(r"-1|(\d+|(GPU|MIG)-[\w/-]+)(,(\d+|(GPU|MIG)-[\w/-]+))*", "0,1 or GPU-<uuid>"),
    "CUDA_DEVICE_ORDER": Choice(("FASTEST_FIRST", "PCI_BUS_ID")),
    "CUDA_MODULE_LOADING": Choice(("LAZY", "EAGER")),
    "CUDA_LAUNCH_BLOCKING": Choice(("0", "1")),
    "PYTORCH_NO_CUDA_MEMORY_CACHING": Choice(("1",)),  # torch only looks whether it is there
    "OMP_NUM_THREADS": Between(1, 1_024),
    "MKL_NUM_THREADS": Between(1, 1_024),
}
_ALLOCATOR = ("PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ALLOC_CONF")
_INJECTED = {  # by the platform, or known to the libraries above, with nothing to check
    *("RUNPOD_AI_API_ID", "RUNPOD_API_KEY", "RUNPOD_ENDPOINT_ID", "RUNPOD_ENDPOINT_SECRET", "RUNPOD_POD_ID"),
    *("RUNPOD_GPU_SIZE", "RUNPOD_GPU_NAME", "RUNPOD_GPU_COUNT", "RUNPOD_GPU_TYPE_ID", "RUNPOD_CPU_COUNT"),
    *("RUNPOD_DC_ID", "RUNPOD_POD_HOSTNAME", "RUNPOD_MEM_GB", "RUNPOD_PUBLIC_IP", "RUNPOD_VOLUME_ID"),
    *("RUNPOD_PROJECT_ID", "RUNPOD_WEBHOOK_JOB_STREAM", "CUDA_VERSION", "CUDA_HOME", "CUDA_PATH", "HF_HUB_VERBOSITY"),
    *("CUDA_MODULE_DATA_LOADING", "PYTORCH_HIP_ALLOC_CONF"),
}
_SECRET = re.compile(r"TOKEN|KEY|SECRET|PASSW|CREDENTIAL|AUTH|WEBHOOK")
_LOGIN = re.compile(r"(?<=//).*@|^(?!\w+://)[^/]*:.*@", re.DOTALL)  # a password may hold "/" and "@" itself
_NEAR = 0.87  # similarity from which an unknown name counts as a misspelt known one
_NEAR_OURS = 0.75  # without TTS_, by which it is known to be meant for us


@dataclass(frozen=True)
class Check:
    """What a look at a variable, or at several together, gave."""

    findings: tuple[Finding, ...] = ()
    text: str | None = None  # of the one variable: what to read, None is unset
    changes: Mapping[str, str | None] = field(default_factory=dict)


def judge(name: str, given: str | None, kind: Kind, default: str | None) -> Check:
    """Look at one variable. Empty and "None" count as unset; a value that isn't allowed gives way to the default."""
    given = given or ""
    bare = _bare(given)
    if not bare:
        return Check()
    try:
        kind.read(bare)
    except ValueError:
        meant = kind.suggest(bare)
        fix = f"unset {name}" if meant is None else f"{name}={_shown(name, meant)}"
        instead = "it counts as unset" if default is None else f"{default} is used"
        problem = f"{_shown(name, bare)} is not allowed; it is {kind.allowed}; {instead}"
        return Check((Finding("error", name, problem, fix),))
    if bare == given:
        return Check(text=bare)
    what = "blanks" if bare == given.strip() else "quotes"
    problem = f"has {what} around its value, which other programs take as part of it"
    return Check((Finding("warning", name, problem, f"{name}={_shown(name, bare)}"),), bare)


def allocator(environment: Mapping[str, str], torch_version: str) -> Check:
    """Look at the two variables of torch's allocator; a value that torch would reject gives way to `SAFE`."""
    if re.match(r"\d+\.\d", torch_version) is None:
        return Check()  # torch isn't installed, which its import will say
    old, new = _ALLOCATOR
    findings: list[Finding] = []
    changes: dict[str, str | None] = {}
    values = {name: environment[name] for name in _ALLOCATOR if name in environment}
    for name, value in values.items():
        if not _bare(value):
            changes[name] = None
            continue
        found = check(value, torch_version)
        mended = f"{name}={repaired(value, torch_version)}"
        findings += [replace(finding, subject=name, fix=finding.fix and mended) for finding in found]
        if any(finding.level == "error" for finding in found):
            changes[name] = SAFE
            findings.append(Finding("note", name, f"torch {torch_version} would reject its value; {SAFE} is used"))
    used = [name for name in values if changes.get(name, "") is not None]
    if used == [old, new]:
        findings.append(Finding("warning", new, f"is not read when {old} is set too", f"unset {new}"))
    elif used == [new] and _older(torch_version, (2, 10)):
        problem = f"is not read by the CUDA allocator of torch {torch_version}"
        findings.append(Finding("warning", new, problem, f"{old}={repaired(values[new], torch_version)}"))
    return Check(tuple(findings), changes=changes)


def relations(environment: Mapping[str, str]) -> Check:
    """Look at variables that mean something only together, or slow everything down.

    Args:
        environment: already mended, so that what counts as unset is not there.
    """
    findings = []
    bucket = ("BUCKET_ENDPOINT_URL", "BUCKET_ACCESS_KEY_ID", "BUCKET_SECRET_ACCESS_KEY")
    missing = [name for name in bucket if not environment.get(name)]
    if 0 < len(missing) < len(bucket):
        problem = f"missing, while {' and '.join(name for name in bucket if name not in missing)} is set"
        findings += [Finding("warning", name, problem, f"{name}=<your value>") for name in missing]
    if _bare(environment.get("CUDA_VISIBLE_DEVICES", "0")) in ("", "-1"):
        problem = "hides every GPU from this worker"
        findings.append(Finding("warning", "CUDA_VISIBLE_DEVICES", problem, "unset CUDA_VISIBLE_DEVICES"))
    for name in ("CUDA_LAUNCH_BLOCKING", "PYTORCH_NO_CUDA_MEMORY_CACHING"):
        if environment.get(name) == "1":
            findings.append(Finding("warning", name, "is for debugging and makes every job slower", f"unset {name}"))
    return Check(tuple(findings))


def unknown(environment: Mapping[str, str], ours: Collection[str]) -> Check:
    """Look for names that nobody reads: unknown settings of ours, and near misses of anyone's."""
    known = {*ours, *FOREIGN, *_ALLOCATOR, *_INJECTED}
    findings = []
    for name in sorted(environment.keys() - known):
        our = name.upper().startswith("TTS_")
        # All of ours begin alike, which would make any two of them similar.
        names = {other.removeprefix("TTS_") if our else other: other for other in (ours if our else known)}
        written = name.upper().removeprefix("TTS_") if our else name.upper()
        near = [names[other] for other in get_close_matches(written, names, 1, _NEAR_OURS if our else _NEAR)]
        value = _bare(environment[name])
        if near and value:
            problem = f"is read by nobody; did you mean {near[0]}?"
            meant = f"{near[0]}={_shown(f'{name.upper()} {near[0]}', value)}"
            findings.append(Finding("warning", name, problem, f"unset {name}" if near[0] in environment else meant))
        elif our:
            findings.append(Finding("warning", name, "is no setting of this worker", f"unset {name}"))
    return Check(tuple(findings))


def _older(version: str, than: tuple[int, int]) -> bool:
    found = re.match(r"(\d+)\.(\d+)", version)
    return found is not None and (int(found[1]), int(found[2])) < than


def _bare(text: str) -> str:
    """Return a value without quotes and blanks around it; nothing if it says nothing."""
    bare = text.strip().strip("\"'").strip()
    return "" if bare == "None" else bare


def _shown(name: str, text: str) -> str:
    """Return a value as a finding may show it; `name` is all that hints at what it is."""
    if _SECRET.search(name):
        return "<your value>"
    return _LOGIN.sub("<login>@", text)
