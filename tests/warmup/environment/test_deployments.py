"""Environments as people deploy them: fifty faults, and what is harmless beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.environments import TORCH, left, paste
from warmup.environment.examine import examine
from warmup.report import Finding

Variables = dict[str, str]
CLEAN: list[Variables] = [  # that nothing is wrong with, and that is left as it is
    {"CUDNN_VERSION": "9.8.0.87"},
    {"RUNPOD_POD_IP": "203.0.113.7"},
    {"R2_BUCKET_NAME": "audio", "S3_BUCKET_NAME": "audio", "B2_BUCKET_NAME": "audio"},
    {"CUDA_MODULE_LOADING": "DEFAULT"},
    {"RUNPOD_MIN_CUDA_VERSION": "12.8.1"},
    {"OMP_NUM_THREADS": "4,2"},
    {"OMP_NUM_THREADS": "4, 2"},
    {"RUNPOD_LOG_CAPTURE": "AUTO", "RUNPOD_TEST": "1", "RUNPOD_DEFER_FITNESS_CHECKS": "yes"},
    {"NO_PROXY": "localhost, 127.0.0.1, ::1, 10.0.0.0/8, .internal, *.svc, registry:5000"},
    {"HTTPS_PROXY": "proxy:3128", "http_proxy": "http://me:pw@proxy:3128/", "Https_Proxy": "proxy:3128"},
    {
        "BUCKET_ENDPOINT_URL": "https://s3.eu-west-1.amazonaws.com",
        "BUCKET_ACCESS_KEY_ID": "AKIA",
        "BUCKET_SECRET_ACCESS_KEY": "a/b+c=",
        "BUCKET_NAME": "results/speech",
    },
    {"HF_HOME": "~/hf", "HF_HUB_CACHE": "$HF_HOME/hub", "HOME": "/root"},
    {"TORCH_LOGS": "+dynamo,-inductor, recompiles"},
    {"CUDA_LAUNCH_BLOCKING": "0"},
    {"RUNPOD_DEBUG_LEVEL": "error"},
    {"HIP_VISIBLE_DEVICES": "0", "RUNPOD_CPU_NAME": "x", "GO_PROXY": "x", "HF_HUB_VERBOSITY": "loud"},
]
SECRET = "sEcReT"
KEYS = {"BUCKET_ENDPOINT_URL": "https://s3.host", "BUCKET_ACCESS_KEY_ID": "a", "BUCKET_SECRET_ACCESS_KEY": SECRET}
FAULTS: list[tuple[str, Variables, str, Variables]] = [  # subject, variables, fix, what is left of the variables
    ("CUDA_VISIBLE_DEVICES", {"CUDA_VISIBLE_DEVICES": "1, 2"}, "=1,2", {"CUDA_VISIBLE_DEVICES": "1,2"}),
    ("CUDA_VISIBLE_DEVICES", {"CUDA_VISIBLE_DEVICES": "GPU-1a, GPU-2b,"}, "=GPU-1a,GPU-2b", {}),
    ("CUDA_VISIBLE_DEVICES", {"CUDA_VISIBLE_DEVICES": "0;1"}, "=0,1", {}),
    ("CUDA_VISIBLE_DEVICES", {"CUDA_VISIBLE_DEVICES": "0,0"}, "=0", {}),
    ("CUDA_VISIBLE_DEVICES", {"CUDA_VISIBLE_DEVICES": "[0, 1]"}, "=0,1", {}),
    ("HF_ENDPOINT", {"HF_ENDPOINT": "hf-mirror.com"}, "=https://hf-mirror.com", {"HF_ENDPOINT": "https://hf-mirror.com"}),
    ("HF_ENDPOINT", {"HF_ENDPOINT": "10.0.0.5:8080"}, "=http://10.0.0.5:8080", {}),
    ("HF_ENDPOINT", {"HF_ENDPOINT": "htps:/hf-mirror.com"}, "=https://hf-mirror.com", {}),
    ("HF_ENDPOINT", {"HF_ENDPOINT": "http//hf-mirror.com/"}, "=https://hf-mirror.com/", {}),
    ("RUNPOD_API_KEY", {"RUNPOD_API_KEY": "{{ RUNPOD_SECRET_key }}"}, "=<your value>", {}),
    ("HF_ENDPOINT", {"HF_ENDPOINT": "http://[::1"}, "unset", {}),
    ("HF_ENDPOINT", {"HF_ENDPOINT": "https://host:port"}, "unset", {}),
    ("HF_ENDPOINT", {"HF_ENDPOINT": "https://hf..mirror.com"}, "unset", {}),
    ("HF_ENDPOINT", {"HF_ENDPOINT": f"https://{'a' * 64}.com"}, "unset", {}),
    ("HF_ENDPOINT", {"HF_ENDPOINT": "https://hf mirror.com"}, "unset", {}),
    ("HF_TOKEN", {"HF_TOKEN": "{{ RUNPOD_SECRET_huggingface_token }}"}, "=<your value>", {}),
    ("HF_TOKEN", {"HF_TOKEN": "<your value>"}, "=<your value>", {}),
    ("HF_TOKEN", {"HF_TOKEN": "${HF_TOKEN}"}, "=<your value>", {}),
    ("HF_TOKEN", {"HF_TOKEN": f"“{SECRET}”"}, "=<your value>", {"HF_TOKEN": SECRET}),
    ("HF_TOKEN", {"HF_TOKEN": f"\u200b{SECRET}\ufeff"}, "=<your value>", {"HF_TOKEN": SECRET}),
    ("HF_TOKEN", {"HF_TOKEN": f"HF_TOKEN={SECRET}"}, "=<your value>", {"HF_TOKEN": SECRET}),
    ("HF_TOKEN", {"HF_TOKEN": f"{SECRET} # mine"}, "=<your value>", {"HF_TOKEN": SECRET}),
    ("HF_TOKEN", {"HF_TOKEN": f"Bearer {SECRET}"}, "=<your value>", {}),
    ("HF_TOKEN", {"HF_TOKEN": f"{SECRET}é"}, "unset", {}),
    ("HF_HUB_CACHE", {"HF_HUB_CACHE": "${HF_HOME}/hub"}, "unset", {}),
    ("HF_HUB_CACHE", {"HF_HUB_CACHE": "$HF_HOME/hub", "HF_HOME": "{{ home }}"}, "unset", {}),
    ("HF_HOME", {"HF_HOME": "/etc/passwd/hf"}, "unset", {}),
    ("HF_HOME", {"HF_HOME": "/dev/null/hf"}, "unset", {}),
    ("XDG_CACHE_HOME", {"XDG_CACHE_HOME": "/etc/passwd"}, "unset", {}),
    ("HF_TOKEN_PATH", {"HF_TOKEN_PATH": "/etc"}, "unset", {}),
    ("ALL_PROXY", {"ALL_PROXY": "socks4://host:1080"}, "unset", {}),
    ("https_proxy", {"https_proxy": "http://host:port"}, "unset", {}),
    ("HTTP_PROXY", {"HTTP_PROXY": "ftp://host"}, "unset", {}),
    ("NO_PROXY", {"NO_PROXY": "[::1], host:abc, local"}, "=::1,local", {"NO_PROXY": "::1,local"}),
    ("SSL_CERT_FILE", {"SSL_CERT_FILE": "/proc/none"}, "unset", {}),
    ("SSL_CERT_FILE", {"SSL_CERT_FILE": "/etc/passwd"}, "unset", {}),
    ("SSL_CERT_DIR", {"SSL_CERT_DIR": "/proc/none:/nowhere"}, "unset", {}),
    ("REQUESTS_CA_BUNDLE", {"REQUESTS_CA_BUNDLE": "/proc/none"}, "unset", {}),
    ("CURL_CA_BUNDLE", {"CURL_CA_BUNDLE": "false"}, "unset", {}),
    ("SSLKEYLOGFILE", {"SSLKEYLOGFILE": "/proc/none/keys"}, "unset", {}),
    ("TORCH_LOGS", {"TORCH_LOGS": "foo"}, "unset", {}),
    ("TORCH_LOGS", {"TORCH_LOGS": "help"}, "unset", {}),
    ("TORCH_LOGS_OUT", {"TORCH_LOGS_OUT": "/proc/none/log"}, "unset", {}),
    ("PYTORCH_JIT", {"PYTORCH_JIT": "abc"}, "unset", {}),
    ("PYTORCH_JIT", {"PYTORCH_JIT": "on"}, "=true", {}),
    ("TORCH_SYMMMEM", {"TORCH_SYMMMEM": "cuda"}, "=CUDA", {}),
    ("NUMPY_MADVISE_HUGEPAGE", {"NUMPY_MADVISE_HUGEPAGE": "yes"}, "unset", {}),
    ("TQDM_MININTERVAL", {"TQDM_MININTERVAL": "10s"}, "=10.0", {}),
    ("TQDM_POSITION", {"TQDM_POSITION": "top"}, "unset", {}),
    ("CUDA_LAUNCH_BLOCKING", {"CUDA_LAUNCH_BLOCKING": "-1"}, "unset", {}),
    ("CUDA_LAUNCH_BLOCKING", {"CUDA_LAUNCH_BLOCKING": ' "1" '}, "unset", {"CUDA_LAUNCH_BLOCKING": "1"}),
    ("PYTORCH_ALLOC_CONF", {"PYTORCH_ALLOC_CONF": "a:1,max_split_size_mb=64"}, "PYTORCH_CUDA_ALLOC_CONF=", {}),
    ("RUNPOD_DEBUG_LEVEL", {"RUNPOD_DEBUG_LEVEL": "DEBUG"}, "=INFO", {"RUNPOD_DEBUG_LEVEL": "INFO"}),
    ("RUNPOD_LOG_LEVEL", {"RUNPOD_LOG_LEVEL": "trace"}, "=INFO", {"RUNPOD_LOG_LEVEL": "INFO"}),
    ("RUNPOD_MAX_CONCURRENCY", {"RUNPOD_MAX_CONCURRENCY": "4"}, "unset", {"RUNPOD_MAX_CONCURRENCY": "4"}),
    ("BUCKET_ENDPOINT_URL", {"BUCKET_ENDPOINT_URL": "s3api-eu-ro-1.runpod.io"}, "=https://s3api-eu-ro-1.runpod.io", {}),
    ("BUCKET_SECRET_ACCESS_KEY", {"BUCKET_ENDPOINT_URL": "https://x.dev", "BUCKET_ACCESS_KEY_ID": "a"}, "=<your", {}),
    ("BUCKET_ACCESS_KEY_ID", KEYS | {"BUCKET_ACCESS_KEY_ID": "a b", "BUCKET_NAME": "b"}, "=<your value>", {}),
    ("BUCKET_NAME", KEYS | {"BUCKET_NAME": "a b"}, "=ab", {}),
    ("TTS_MODEL", {"TTS_MODEL": "f5tts_v1_base"}, "=F5TTS_v1_Base", {}),
    ("TTS_MODEL", {"TTS_MODEL": "SWivid/F5-TTS"}, "=F5TTS_v1_Base", {}),
    ("TTS_MODEL", {"TTS_MODEL": "demo # the small one"}, "=demo", {}),
    ("TTS_CACHE_DIR", {"TTS_CACHE_DIR": "$CACHE/tts"}, "unset", {}),
    ("TTS_CACHE_DIR", {"TTS_CACHE_DIR": "/x/$HF_TOKEN", "HF_TOKEN": SECRET}, "unset", {}),
    ("TTS_VOLUME_DIR", {"TTS_VOLUME_DIR": "/no-such-mount"}, "unset", {}),
    ("TTS_VOLUME_DIR", {"TTS_VOLUME_DIR": "/etc/passwd"}, "unset", {}),
    ("RUNPOD_BINARY_GPU_TEST_PATH", {"RUNPOD_BINARY_GPU_TEST_PATH": "/proc/none"}, "unset", {}),
    ("TS_MODEL", {"TS_MODEL": "demo"}, "unset", {}),
]  # fmt: skip


def findings(variables: Variables) -> dict[str, list[Finding]]:
    found = examine(variables, TORCH).findings
    return {name: [finding for finding in found if finding.subject == name] for name in (f.subject for f in found)}


@pytest.mark.parametrize("variables", CLEAN, ids=str)
def test_what_is_right_is_left_alone(variables: Variables) -> None:
    assert findings(variables) == {}
    assert left(variables).keys() == variables.keys()


@pytest.mark.parametrize(("subject", "variables", "fix", "rest"), FAULTS, ids=str)
def test_a_fault_is_named_once_with_one_fix_and_nobody_stumbles_over_it(
    subject: str, variables: Variables, fix: str, rest: Variables
) -> None:
    found = findings(variables)[subject]
    assert len({finding.fix for finding in found if finding.fix}) == 1, found
    if "=" in fix:
        assert found[0].fix.startswith(fix if fix[0] != "=" else f"{subject}{fix}"), found
    elif fix != "unset":
        assert found[0].fix == f"unset {subject}"
    assert SECRET not in f"{found} {examine(variables, TORCH).settings}"
    for name, text in rest.items():
        assert left(variables)[name] == text
    assert subject not in findings(paste(variables, tuple(found)))


def test_a_cache_that_refers_to_another_variable_is_where_the_hubs_library_puts_it(tmp_path: Path) -> None:
    variables = {"HF_HOME": f'"{tmp_path}/cache"', "HF_HUB_CACHE": "${HF_HOME}/hub"}
    assert examine(variables, TORCH).settings.hub_cache == f"{tmp_path}/cache/hub"
    ours = examine({"HF_HOME": str(tmp_path), "TTS_CACHE_DIR": "$HF_HOME/tts"}, TORCH).settings
    assert ours.cache_dir == f"{tmp_path}/tts"


def test_a_volume_that_is_mounted_is_no_finding(tmp_path: Path) -> None:
    assert findings({"TTS_VOLUME_DIR": str(tmp_path)}) == {}


def test_certificates_that_are_there_are_no_finding(tmp_path: Path) -> None:
    import certifi

    names = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE")
    assert findings(dict.fromkeys(names, certifi.where())) == {}
    assert findings({"SSL_CERT_DIR": f"/proc/none:{tmp_path}", "REQUESTS_CA_BUNDLE": str(tmp_path)}) == {}
