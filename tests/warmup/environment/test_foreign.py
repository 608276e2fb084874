"""Variables that others read, and names that nobody reads: what is found wrong with them, and what never is shown."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.environments import NEW, OLD, PLATFORM, TORCH, about, left
from warmup.environment.allocator import SAFE
from warmup.environment.examine import examine
from warmup.environment.foreign import FOREIGN
from warmup.environment.settings import TABLE, Settings

properties = settings(deadline=None, max_examples=200, derandomize=True)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("TTS_MODLE", "TTS_MODEL"),
        ("tts_model", "TTS_MODEL"),
        ("Tts_Cache_Dir", "TTS_CACHE_DIR"),
        ("TTS_CONCURENCY", "TTS_CONCURRENCY"),
        ("PYTORCH_CUDA_ALOC_CONF", "PYTORCH_CUDA_ALLOC_CONF"),
        ("PYTORCH_CUDA_ALLOC_CONFIG", "PYTORCH_CUDA_ALLOC_CONF"),
        ("HF_TOKE", "HF_TOKEN"),
        ("hf_token", "HF_TOKEN"),
        ("HF_HUB_OFLINE", "HF_HUB_OFFLINE"),
        ("CUDA_VISIBLE_DEVICE", "CUDA_VISIBLE_DEVICES"),
        ("RUNPOD_LOGLEVEL", "RUNPOD_LOG_LEVEL"),
    ],
)
def test_a_misspelt_name_is_a_warning_with_the_right_one(name: str, near: str) -> None:
    shown = "<your value>" if re.search("TOKEN|KEY", near) else "1"
    assert about(name, {name: "1"}) == [("warning", f"{near}={shown}")]
    assert f"did you mean {near}?" in str(examine({name: "1"}, TORCH).findings[0])


def test_a_name_of_ours_that_is_near_nothing_is_to_be_removed() -> None:
    assert about("TTS_PITCH_SHIFT_HZ", {"TTS_PITCH_SHIFT_HZ": "1"}) == [("warning", "unset TTS_PITCH_SHIFT_HZ")]


def test_a_misspelt_name_beside_the_right_one_is_to_be_removed() -> None:
    """Pasting its value would undo the right one."""
    assert about("TTS_MODLE", {"TTS_MODLE": "demo", "TTS_MODEL": "auto"}) == [("warning", "unset TTS_MODLE")]


def test_nothing_is_wrong_with_the_environment_that_the_platform_gives() -> None:
    environment = dict(pair.split("=", 1) for pair in PLATFORM.split())
    assert len(environment) > 90
    found = examine(environment, TORCH)
    assert ([str(finding) for finding in found.findings], found.changes) == ([], ())
    assert found.settings == Settings(on_runpod=True, gpu_promised=True, hub_cache="/runpod-volume/hf/hub")


@pytest.mark.parametrize("torch", ["2.6.0", "2.8.0", "2.9.1", "2.10.0", "2.15.0"])
def test_of_both_allocator_variables_the_one_with_cuda_in_its_name_wins(torch: str) -> None:
    both = {OLD: SAFE, NEW: "garbage_collection_threshold:0.8"}
    assert (about(OLD, both, torch), about(NEW, both, torch)) == ([], [("warning", f"unset {NEW}")])


@pytest.mark.parametrize("torch", ["2.6.0", "2.8.0", "2.9.1", "2.10.0", "2.11.0", "2.15.0"])
def test_the_newer_allocator_variable_alone_is_read_from_torch_2_10_on(torch: str) -> None:
    ignored = torch in ("2.6.0", "2.8.0", "2.9.1")
    assert about(NEW, {NEW: SAFE}, torch) == [("warning", f"{OLD}={SAFE}")] * ignored
    wordy = {NEW: "max_split_size_mb:64,max_split_size_mb:128"}
    assert ("warning", f"{OLD}=max_split_size_mb:128") in about(NEW, wordy, torch) or not ignored


@pytest.mark.parametrize(
    ("name", "torch"),
    [*((OLD, torch) for torch in ("2.6.0", "2.8.0", "2.10.0", "2.15.0")), (NEW, "2.10.0"), (NEW, "2.15.0")],
)
@pytest.mark.parametrize("text", ["ax_split_size_mb:128", "max_split_size_mb=128", '"expandable_segments:True"'])
def test_an_allocator_value_that_torch_rejects_is_replaced_by_one_that_every_torch_reads(
    name: str, text: str, torch: str
) -> None:
    assert left({name: text}, torch) == {name: SAFE}
    levels = [level for level, _ in about(name, {name: text}, torch)]
    assert "error" in levels
    assert f"{SAFE} is used" in " ".join(found.problem for found in examine({name: text}, torch).findings)


def test_an_allocator_value_is_no_problem_where_torch_is_not_installed() -> None:
    assert examine({OLD: SAFE}, "0").settings == examine({}, "0").settings


@pytest.mark.parametrize("text", ["", " ", "-1", '"-1"', '""', "None"], ids=repr)
def test_hiding_every_gpu_is_a_warning(text: str) -> None:
    assert ("warning", "unset CUDA_VISIBLE_DEVICES") in about("CUDA_VISIBLE_DEVICES", {"CUDA_VISIBLE_DEVICES": text})


def test_an_empty_list_of_gpus_is_left_as_it_is() -> None:
    """To CUDA it is no GPU at all, as some operators mean it; without the variable it would be all of them."""
    assert left({"CUDA_VISIBLE_DEVICES": ""}) == {"CUDA_VISIBLE_DEVICES": ""}


@pytest.mark.parametrize(
    "text", ["0", "3,1", "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6", "GPU-8932f937", "MIG-GPU-8932f937-d72c/1/0"]
)
def test_gpus_are_named_by_number_or_uuid(text: str) -> None:
    assert about("CUDA_VISIBLE_DEVICES", {"CUDA_VISIBLE_DEVICES": text}) == []
    assert left({"CUDA_VISIBLE_DEVICES": text}) == {"CUDA_VISIBLE_DEVICES": text}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CUDA_LAUNCH_BLOCKING", "1"),
        ("CUDA_LAUNCH_BLOCKING", " 1"),
        ("PYTORCH_NO_CUDA_MEMORY_CACHING", "1"),
        ("PYTORCH_NO_CUDA_MEMORY_CACHING", "0"),  # torch looks only whether it is there
    ],
    ids=repr,
)
def test_a_switch_for_debugging_is_a_warning(name: str, text: str) -> None:
    assert f"unset {name}" in [fix for _, fix in about(name, {name: text})]


SECRET_NAMES = [
    "HF_TOKEN",
    "RUNPOD_AI_API_KEY",
    "BUCKET_SECRET_ACCESS_KEY",
    "BUCKET_ACCESS_KEY_ID",
    "RUNPOD_WEBHOOK_PING",
]


@st.composite
def misspelt(draw: st.DrawFn) -> str:
    """Return a secret's name with a letter left out or two exchanged."""
    name = draw(st.sampled_from(SECRET_NAMES))
    at = draw(st.integers(1, len(name) - 2))
    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return draw(st.sampled_from([name[:at] + name[at + 1 :], swapped]))


telling = st.builds(
    "{}{}{}".format,
    st.sampled_from(["TTS_", "TTS_MODEL_", "TTS_CACHE_", "TTS_STRICT_", "HF_", "RUNPOD_", "CUDA_", "tts_"]),
    st.sampled_from(["TOKEN", "KEY", "SECRET", "token", "PASSWORD"]),
    st.sampled_from(["", "S", "_DIR", "_ID", "_ENV"]),
)
secrets = st.text(string.ascii_uppercase + string.digits + "_-/+=", min_size=8).map("Zq8{}".format)


names = st.sampled_from(SECRET_NAMES) | misspelt() | telling


@properties
@given(names, secrets, st.sampled_from(["{}", " {}", '"{}"', "https://{}"]))
def test_a_secret_is_never_shown_however_its_name_is_spelt(name: str, secret: str, form: str) -> None:
    findings = examine({name: form.format(secret)}, TORCH).findings
    assert not any(secret in f"{found.subject}{found.problem}{found.fix}" for found in findings)


@properties
@given(
    st.sampled_from([*TABLE, *FOREIGN, "TTS_MODLE", "HF_ENPOINT"]),
    st.text(string.ascii_letters + string.digits + "@/:%", max_size=8).map("Zq8{}".format),
    st.sampled_from(['"https://me:{}@host/x"', "me:{}@host", " https://{}@host", "ftp://me:{}@host"]),
)
def test_a_login_inside_a_url_is_never_shown(name: str, secret: str, form: str) -> None:
    findings = examine({name: form.format(secret)}, TORCH).findings
    assert not any(secret in str(found) for found in findings)
