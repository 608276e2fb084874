"""The environment mended before torch, the hub's library and the SDK are imported, in processes of its own."""

from __future__ import annotations

import json
import re
import runpy
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import pytest

from tests.support.environments import OLD, TORCH, left
from tests.support.platform_api import clean_environment
from tests.support.root import ROOT
from warmup.environment.allocator import SAFE
from warmup.environment.examine import examine

PREPARE = """
import os, sys
sys.addaudithook(lambda event, _: event.startswith("socket.") and event != "socket.__new__" and os._exit(9))
from warmup.environment.examine import prepare
found = prepare()
import json
print(json.dumps([sorted(sys.modules), dict(os.environ), [str(finding) for finding in found.findings], found.seconds]))
"""
IMPORT = """
import importlib, json, os, sys
from warmup.environment.examine import prepare
clean = dict(os.environ)
def error(name, text, module, mended):
    os.environ.clear()
    os.environ.update(clean | {name: text})
    if mended:
        prepare()
    for loaded in [loaded for loaded in sys.modules if loaded.split(".")[0] == module]:
        del sys.modules[loaded]
    try:
        importlib.import_module(f"{module}.constants" if module == "huggingface_hub" else module)
    except ValueError as problem:
        return str(problem)
print(json.dumps([[error(*case, False), error(*case, True)] for case in json.loads(sys.argv[1])]))
"""


def python(code: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=ROOT, env=clean_environment() | variables, capture_output=True, text=True)


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"HF_HOME": "/h"},
        {"HF_HUB_CACHE": "~/c", "HF_HOME": "/h"},
        {"HUGGINGFACE_HUB_CACHE": "/old", "XDG_CACHE_HOME": "/x"},
        {"XDG_CACHE_HOME": "/x", "HF_HUB_OFFLINE": "yes"},
        {"HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "1"},
        {"TRANSFORMERS_OFFLINE": "1"},
        {"HF_HOME": "/somewhere/cache", "HF_HUB_CACHE": "${HF_HOME}/hub"},
        {"HF_HOME": "~/$BASE/hf", "BASE": "me"},
        {"XDG_CACHE_HOME": "$BASE/x", "BASE": "/b"},
        {"HUGGINGFACE_HUB_CACHE": "$BASE/old", "BASE": "/b"},
    ],
    ids=str,
)
def test_the_hubs_cache_and_mode_are_what_its_own_library_takes(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "XDG_CACHE_HOME", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    theirs = runpy.run_path(str(Path(huggingface_hub.constants.__file__)))
    ours = examine(variables, TORCH).settings
    assert (ours.hub_cache, ours.offline) == (theirs["HF_HUB_CACHE"], theirs["HF_HUB_OFFLINE"])


def test_variables_that_refer_to_variables_are_followed_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub's library follows one step only; it is given the result."""
    mended = left({"BASE": "/b", "HF_HOME": "$BASE/hf", "HF_HUB_CACHE": "${HF_HOME}/hub"})
    for name, text in mended.items():
        monkeypatch.setenv(name, text)
    assert runpy.run_path(str(Path(huggingface_hub.constants.__file__)))["HF_HUB_CACHE"] == "/b/hf/hub"
    assert examine(mended, TORCH).settings.hub_cache == "/b/hf/hub"


CRASHES = [
    ("RUNPOD_DEBUG_LEVEL", "WARNING", "runpod"),
    ("RUNPOD_DEBUG_LEVEL", "2", "runpod"),
    ("RUNPOD_DEBUG_LEVEL", "", "runpod"),
    ("RUNPOD_LOG_LEVEL", '"INFO"', "runpod"),
    ("RUNPOD_PING_INTERVAL", "10s", "runpod"),
    ("HF_HUB_DOWNLOAD_TIMEOUT", "10s", "huggingface_hub"),
    ("TQDM_MININTERVAL", "10s", "tqdm"),
    ("TQDM_POSITION", "invalid", "tqdm"),
]


@pytest.fixture(scope="module")
def imports() -> dict[tuple[str, str, str], Any]:
    """What the libraries say while they are imported: with the value as it is, and with the mended one."""
    done = python(IMPORT, json.dumps(CRASHES))
    return dict(zip(CRASHES, json.loads(done.stdout.splitlines()[-1]), strict=True))


@pytest.mark.parametrize("case", CRASHES, ids=lambda case: f"{case[0]}={case[1]!r}")
def test_a_value_that_ends_the_import_of_a_library_no_longer_does(
    case: tuple[str, str, str], imports: dict[tuple[str, str, str], Any]
) -> None:
    raw, mended = imports[case]
    assert re.search("nvalid|could not convert", raw)
    assert mended is None


ENDS_TORCH = {
    "TORCH_SYMMMEM": "cuda",
    "TORCH_LOGS": "foo",
    "TORCH_LOGS_OUT": "/proc/none/log",
    "TORCH_LOGS_FORMAT": "%(",
    "PYTORCH_JIT": "abc",
    "PYTORCH_MATCHER_LOGLEVEL": "loud",
    "NUMPY_MADVISE_HUGEPAGE": "",
    "TORCHDYNAMO_TRANSLATION_VALIDATION_TIMEOUT": "10s",
    "COMPILE_STROBELIGHT_MAX_STACK_LENGTH": "x",
    "TORCH_CUDA_SANITIZER": "0",
}


def test_torch_loads_after_everything_that_ends_its_import_was_mended() -> None:
    assert python("import torch", TORCH_SYMMMEM="cuda").returncode == -signal.SIGABRT
    done = python("from warmup.environment.examine import prepare; prepare(); import torch", **ENDS_TORCH)
    assert done.returncode == 0, done.stderr


def test_prepared_for_an_output_that_has_only_ascii() -> None:
    code = "from warmup.environment.examine import prepare; prepare(); print('Zoë')"
    done = python(code, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout) == (0, "Zo\\xeb\n")


@pytest.mark.parametrize("given", [None, "", "all"])
def test_a_failed_start_is_not_answered_with_the_log_unless_it_is_wished(given: str | None) -> None:
    variables = {} if given is None else {"RUNPOD_LOG_CAPTURE": given}
    done = python(PREPARE, **variables)
    assert json.loads(done.stdout)[1]["RUNPOD_LOG_CAPTURE"] == (given or "off")


BROKEN = {"RUNPOD_DEBUG_LEVEL": "WARNING", "HF_HOME": '"/hf"', OLD: "ax_split_size_mb:128", "TTS_CONCURRENCY": "two"}


def test_preparing_mends_the_process_and_imports_neither_torch_nor_libraries_and_asks_no_network() -> None:
    done = python(PREPARE, **BROKEN)
    assert done.returncode == 0, done.stderr
    modules, environment, findings, seconds = json.loads(done.stdout)
    assert not {name.split(".")[0] for name in modules} & {"torch", "huggingface_hub", "runpod", "numpy", "pydantic"}
    assert (environment["HF_HOME"], environment[OLD], environment["RUNPOD_LOG_LEVEL"]) == ("/hf", SAFE, "INFO")
    assert "RUNPOD_DEBUG_LEVEL" not in environment
    assert environment["GOMP_SPINCOUNT"] == "1000"
    assert "TTS_CONCURRENCY: two is not allowed; it is 1..64; 2 is used -> unset TTS_CONCURRENCY" in findings
    assert 0 < seconds < 5


def test_strict_ends_the_start_with_every_error_on_stderr() -> None:
    done = python(PREPARE, TTS_STRICT_ENV="1", HF_TOKEN=' "hf_secret"', **BROKEN)
    assert (done.returncode, done.stdout) == (1, "")
    lines = [line.split(" ")[3].rstrip(":") for line in done.stderr.splitlines()[1:]]
    assert set(lines) == {"RUNPOD_DEBUG_LEVEL", OLD, "TTS_CONCURRENCY"}
    assert "hf_secret" not in done.stderr


def test_strict_lets_warnings_pass() -> None:
    done = python(PREPARE, TTS_STRICT_ENV="true", TTS_MODLE="demo", RUNPOD_LOG_LEVEL="WARN", OMP_NUM_THREADS='"1"')
    assert done.returncode == 0, done.stderr
    _, environment, findings, _ = json.loads(done.stdout)
    assert len(findings) == 2
    assert (environment["RUNPOD_LOG_LEVEL"], environment["OMP_NUM_THREADS"]) == ("WARN", "1")
