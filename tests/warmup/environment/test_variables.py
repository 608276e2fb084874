"""Variables that others read, and names that nobody reads: what is found wrong with them, and what never is shown."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warmup.environment.allocator import SAFE
from warmup.environment.examine import examine
from warmup.environment.settings import TABLE, Settings
from warmup.environment.variables import FOREIGN

TORCH = "2.8.0"
OLD, NEW = "PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ALLOC_CONF"
EVERY = [*TABLE, *FOREIGN, OLD, NEW]
BUCKET = {"BUCKET_ENDPOINT_URL": "https://s3", "BUCKET_ACCESS_KEY_ID": "id", "BUCKET_SECRET_ACCESS_KEY": "key"}
PLATFORM = """
RUNPOD_AI_API_KEY=rpa_K RUNPOD_AI_API_ID=id RUNPOD_API_KEY=rpa_L RUNPOD_ENDPOINT_ID=ep RUNPOD_ENDPOINT_SECRET=secret
RUNPOD_POD_ID=pod RUNPOD_DEBUG_LEVEL=ERROR RUNPOD_PING_INTERVAL=4000 RUNPOD_INIT_TIMEOUT=800 RUNPOD_DC_ID=EU-RO-1
RUNPOD_GPU_SIZE=AMPERE_24,ADA_24 RUNPOD_GPU_NAME=NVIDIA+GeForce+RTX+4090 RUNPOD_POD_HOSTNAME=pod-64410f RUNPOD_MEM_GB=62
RUNPOD_WEBHOOK_GET_JOB=https://api.runpod.ai/v2/ep/job-take/$RUNPOD_POD_ID?gpu=NVIDIA+GeForce+RTX+4090
RUNPOD_WEBHOOK_POST_OUTPUT=https://api.runpod.ai/v2/ep/job-done/$RUNPOD_POD_ID/$ID?gpu=NVIDIA+GeForce+RTX+4090
RUNPOD_WEBHOOK_POST_STREAM=https://api.runpod.ai/v2/ep/job-stream/$RUNPOD_POD_ID/$ID?gpu=NVIDIA+GeForce+RTX+4090
RUNPOD_WEBHOOK_PING=https://api.runpod.ai/v2/ep/ping/$RUNPOD_POD_ID?gpu=NVIDIA+GeForce+RTX+4090 RUNPOD_VOLUME_ID=vol
RUNPOD_GPU_COUNT=1 RUNPOD_CPU_COUNT=8 RUNPOD_PUBLIC_IP=1.2.3.4 RUNPOD_TCP_PORT_22=17022 RUNPOD_SECRET_hf=hf_x
RUNPOD_REALTIME_PORT=8000 RUNPOD_REALTIME_CONCURRENCY=2 RUNPOD_API_BASE_URL=https://api.runpod.io UVICORN_LOG_LEVEL=info
PATH=/usr/local/bin:/usr/bin HOME=/root HOSTNAME=pod PWD=/app SHLVL=1 _=/usr/bin/tini TERM=xterm TZ=UTC LANG=C.UTF-8
LC_ALL=C.UTF-8 PYTHONUNBUFFERED=1 PYTHONPATH=/app PYTHON_VERSION=3.11.9 GPG_KEY=A035C8 PIP_NO_CACHE_DIR=1
LD_LIBRARY_PATH=/usr/local/cuda/lib64 NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
NVIDIA_REQUIRE_CUDA=cuda>=12.8 NVARCH=x86_64 NV_CUDA_LIB_VERSION=12.8.1-1 CUDA_VERSION=12.8.1 CUDA_HOME=/usr/local/cuda
CUDA_MODULE_LOADING=LAZY CUDA_MODULE_DATA_LOADING=LAZY CUDA_CACHE_PATH=/tmp/ptx CUDA_DEVICE_MAX_CONNECTIONS=1
CUDA_VISIBLE_DEVICES=0 CUDA_DEVICE_ORDER=PCI_BUS_ID HIP_VISIBLE_DEVICES=0 PYTORCH_HIP_ALLOC_CONF=backend:native
PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True PYTORCH_NVML_BASED_CUDA_CHECK=1 OMP_NUM_THREADS=8 OMP_THREAD_LIMIT=8
OPENBLAS_NUM_THREADS=8 NUMEXPR_NUM_THREADS=8 TORCH_HOME=/t TORCH_CUDA_ARCH_LIST=8.0;9.0 TORCHINDUCTOR_CACHE_DIR=/t
HF_HOME=/runpod-volume/hf HF_HUB_CACHE=/runpod-volume/hf/hub HF_TOKEN=hf_x HF_TOKEN_PATH=/t HF_XET_HIGH_PERFORMANCE=1
HF_HUB_ENABLE_HF_TRANSFER=1 HF_HUB_DISABLE_SYMLINKS_WARNING=1 HF_HUB_DISABLE_SYMLINKS=1 HF_HUB_ETAG_TIMEOUT=30
HF_HUB_DISABLE_XET=0 HF_HUB_VERBOSITY=info HF_DATASETS_OFFLINE=1 HF_ASSETS_CACHE=/t HUGGING_FACE_HUB_TOKEN=hf_x
TRANSFORMERS_CACHE=/t XDG_CACHE_HOME=/t AWS_ACCESS_KEY_ID=id AWS_SECRET_ACCESS_KEY=key BUCKET_ENDPOINT_URL=https://s3
BUCKET_ACCESS_KEY_ID=id BUCKET_SECRET_ACCESS_KEY=key BUCKET_NAME=audio MODEL_NAME=x PORT=80 http_proxy=http://u:p@h
"""

properties = settings(deadline=None, max_examples=200, derandomize=True)


def about(name: str, environment: dict[str, str], torch: str = TORCH) -> list[tuple[str, str]]:
    """Return level and fix of what is found about one variable."""
    return [(found.level, found.fix) for found in examine(environment, torch).findings if found.subject == name]


def left(environment: dict[str, str], torch: str = TORCH) -> dict[str, str]:
    """Return what is in the environment when torch and the SDK read it."""
    changed = environment | dict(examine(environment, torch).changes)
    return {name: text for name, text in changed.items() if text is not None}


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
        ("BUCKET_ACCES_KEY_ID", "BUCKET_ACCESS_KEY_ID"),
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


@pytest.mark.parametrize("torch", ["2.6.0", "2.8.0", "2.10.0", "2.15.0"])
@pytest.mark.parametrize("text", ["ax_split_size_mb:128", "max_split_size_mb=128", '"expandable_segments:True"'])
@pytest.mark.parametrize("name", [OLD, NEW])
def test_an_allocator_value_that_torch_rejects_is_replaced_by_one_that_every_torch_reads(
    name: str, text: str, torch: str
) -> None:
    assert left({name: text}, torch) == {name: SAFE}
    levels = [level for level, _ in about(name, {name: text}, torch)]
    assert "error" in levels
    assert f"{SAFE} is used" in " ".join(found.problem for found in examine({name: text}, torch).findings)


def test_an_allocator_value_is_no_problem_where_torch_is_not_installed() -> None:
    assert examine({OLD: SAFE}, "0").settings == examine({}, "0").settings


@pytest.mark.parametrize("empty", [None, "", "None", '""'], ids=repr)
@pytest.mark.parametrize("name", BUCKET)
def test_a_bucket_that_lacks_a_variable_is_a_warning(name: str, empty: str | None) -> None:
    environment = {other: text for other, text in BUCKET.items() if other != name} | ({name: empty} if empty else {})
    assert about(name, environment) == [("warning", f"{name}=<your value>")]
    assert len(examine(environment, TORCH).findings) == 1


def test_a_bucket_is_whole_or_not_there() -> None:
    assert examine(BUCKET, TORCH).findings == examine({}, TORCH).findings == ()


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
