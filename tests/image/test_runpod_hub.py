"""The Hub's files: held against the code and the published schema."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from typing import Any

import pytest

from tests.support.image_files import misfits, read, text
from tts.api import parse
from tts.worker import Worker
from warmup.environment.settings import TABLE, Settings
from warmup.start import ready

# Field names of RunPod's publishing guide; a star marks what must be there.
HUB = {"title*", "description*", "type*", "category*", "iconUrl", "config*"}
HUB_CONFIG = {
    *("runsOn*", "endpointType", "containerDiskInGb*", "cpuFlavor", "gpuCount", "gpuIds"),
    *("allowedCudaVersions", "presets", "env"),
}
HUB_PRESET = {"name*", "defaults*"}
HUB_INPUT = {
    *("name*", "type*", "description", "default", "required", "advanced"),
    *("options", "min", "max", "trueValue", "falseValue"),
}
HUB_TESTS = {"tests*", "config"}
HUB_TEST = {"name*", "input*", "timeout"}
HUB_TEST_CONFIG = {"gpuTypeId", "gpuCount", "cpuFlavor", "env", "allowedCudaVersions"}
CATEGORIES = {"audio", "embedding", "language", "video", "image"}
INPUT_TYPES = {"string": str, "number": int, "boolean": bool}  # and `huggingface`, which isn't used here
POOLS = {
    *("AMPERE_16", "AMPERE_24", "ADA_24", "ADA_32_PRO", "AMPERE_48", "ADA_48_PRO"),
    *("AMPERE_80", "ADA_80_PRO", "HOPPER_141", "BLACKWELL_96", "BLACKWELL_180"),
}
DISK_GB = 6.4 + 1.4 + 0.7 + 1.3  # the image, F5-TTS v1, its half-precision copy, FlashAttention packed and unpacked
TORCH_CUDA = (12, 8)  # of the locked torch 2.8.0, the registry's build
HUB_FILE, TESTS_FILE = read(".runpod/hub.json"), read(".runpod/tests.json")
ENV: list[dict[str, Any]] = HUB_FILE["config"]["env"]


def test_the_hub_files_have_the_schema_s_fields() -> None:
    config, tests = HUB_FILE["config"], TESTS_FILE
    parts = [(HUB_FILE, HUB), (config, HUB_CONFIG), (tests, HUB_TESTS), (tests["config"], HUB_TEST_CONFIG)]
    parts += [(preset, HUB_PRESET) for preset in config["presets"]]
    parts += [(test, HUB_TEST) for test in tests["tests"]]
    parts += [(item, {"key*", "value", "input"}) for item in ENV]
    parts += [(item["input"], HUB_INPUT) for item in ENV]
    parts += [(option, {"label*", "value*"}) for item in ENV for option in item["input"].get("options", ())]
    assert [(sorted(misfits(given, fields)), given) for given, fields in parts if misfits(given, fields)] == []


def test_the_hub_lists_a_gpu_worker_for_audio() -> None:
    config = HUB_FILE["config"]
    assert (HUB_FILE["type"], config["runsOn"]) == ("serverless", "GPU")
    assert HUB_FILE["category"] in CATEGORIES
    assert set(config["gpuIds"].split(",")) <= POOLS
    assert 0.9 * config["containerDiskInGb"] > DISK_GB  # the SDK's check ends a worker with less than a tenth free


@pytest.mark.parametrize("config", [HUB_FILE["config"], TESTS_FILE["config"]], ids=["hub", "tests"])
def test_no_host_is_chosen_whose_cuda_is_older_than_torch_s(config: dict[str, Any]) -> None:
    """The list is an exact allow-list of strings, not a minimum."""
    assert re.search(r"(?m)^torch==2\.8\.0 ", text("requirements/runtime.txt"))
    assert all(isinstance(version, str) for version in config["allowedCudaVersions"])
    assert min(tuple(map(int, version.split("."))) for version in config["allowedCudaVersions"]) == TORCH_CUDA


@pytest.mark.parametrize("item", ENV, ids=[item["key"] for item in ENV])
def test_every_input_of_the_hub_is_a_setting_with_values_it_takes(item: dict[str, Any]) -> None:
    given = item["input"]
    accepts(item["key"], given["default"])
    assert isinstance(given["default"], INPUT_TYPES[given["type"]])
    options = [option["value"] for option in given.get("options", ())]
    assert not options or given["default"] in options
    for value in (*options, *(given[name] for name in ("min", "max", "trueValue", "falseValue") if name in given)):
        accepts(item["key"], value)
    if given["type"] == "number":
        kind = TABLE[item["key"]].kind
        for outside in (given["min"] - 1, given["max"] + 1):
            with pytest.raises(ValueError, match=r"^"):
                kind.read(str(outside))


def test_an_input_s_default_is_the_setting_s_own() -> None:
    """One that the worker chooses by machine is left out of the comparison."""
    own = {name: value for name, value in Settings().shown().items() if value is not None}
    chosen = {item["key"]: item["input"]["default"] for item in ENV if item["key"] in own}
    assert chosen == {name: own[name] for name in chosen}


def accepts(name: str, value: Any) -> None:
    """Raise if a setting doesn't take a value as the platform would pass it; empty counts as unset."""
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    if shown:
        TABLE[name].kind.read(shown)


def test_presets_and_hub_tests_set_what_the_worker_reads() -> None:
    for preset in HUB_FILE["config"]["presets"]:
        assert set(preset["defaults"]) <= {item["key"] for item in ENV}
        for name, value in preset["defaults"].items():
            accepts(name, value)
    for item in TESTS_FILE["config"]["env"]:
        accepts(item["key"], item["value"])


def test_the_hub_s_page_describes_each_of_its_inputs() -> None:
    described = set(re.findall(r"(?m)^\| `([A-Z_]+)` \|", text(".runpod/README.md")))
    assert described == {item["key"] for item in ENV}
    assert "CC-BY-NC-4.0" in text(".runpod/README.md")


@pytest.fixture(scope="module")
def worker() -> Worker:
    environment = {item["key"]: item["value"] for item in TESTS_FILE["config"]["env"]}
    return ready(Settings(model=environment["TTS_MODEL"], on_runpod=True))


@pytest.mark.parametrize("test", TESTS_FILE["tests"], ids=[test["name"] for test in TESTS_FILE["tests"]])
def test_each_job_of_the_hub_s_tests_is_served(test: dict[str, Any], worker: Worker) -> None:
    assert test["timeout"] >= 300_000  # ms, a cold start included
    assert "http" not in json.dumps(test["input"])
    request = parse(test["input"])
    reply = asyncio.run(worker.handle({"id": test["name"], "input": test["input"]}))
    assert "error" not in reply
    if request.action == "synthesize":
        assert len(base64.b64decode(reply["audio"]["base64"])) == reply["audio"]["bytes"] > 1000
