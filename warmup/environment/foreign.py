"""The variables that others read, and what may stand in them.

Sources: what `os.environ` and `getenv` are asked for while a worker starts with runpod 1.12 and 2.0, huggingface_hub
1.33, httpx 0.28, requests 2.34, tqdm 4.67, numpy 2 and torch 2.8. Where a row is stricter than its reader, the reader
ends the import, or the start, at what the row refuses.
"""

from __future__ import annotations

from dataclasses import dataclass

from warmup.environment.addresses import Address, Hosts, Proxy
from warmup.environment.files import Certificates, Output, Place, Present
from warmup.environment.kinds import KEY, Between, Choice, Devices, Flag, Kind, Pattern
from warmup.environment.logs import LogFormat, TorchLogs


@dataclass(frozen=True)
class Slowing(Choice):
    """A switch for debugging, allowed and advised against."""

    def suggest(self, text: str) -> str | None:
        """Return nothing: whatever was meant, it is better left out."""
        return None

    def doubt(self, text: str) -> str:
        """Tell its price, unless it is off."""
        return "" if text == "0" else "is for debugging and makes every job slower"


@dataclass(frozen=True)
class Unwanted(Kind):
    """What this worker can't do with, whatever stands there."""

    why: str

    @property
    def allowed(self) -> str:
        """Nothing, and why."""
        return f"left out, because {self.why}"

    def read(self, text: str) -> str:
        """Refuse it."""
        raise ValueError(text)


_FOLDER = Place("folder")
_URL = Address()
_SECONDS = Between(1, 86_400)
_SDK_YES = Flag(("true", "false"))  # SDK 1 compares with "true"; "1" is a no
_SDK_LEVEL = Choice(
    ("NOTSET", "TRACE", "DEBUG", "INFO", "WARN", "ERROR"),
    any_case=True,
    numbered=True,
    instead=(("TRACE", "INFO"), ("DEBUG", "INFO")),
    why="below INFO the SDK prints every request's text and audio",
)

SDK: dict[str, Kind] = {
    "RUNPOD_LOG_LEVEL": _SDK_LEVEL,
    "RUNPOD_DEBUG_LEVEL": _SDK_LEVEL,
    "RUNPOD_PING_INTERVAL": Between(1_000, 600_000),  # ms; below 1000 the heartbeat doesn't pause at all
    "RUNPOD_INIT_TIMEOUT": Between(1, 86_400),
    "RUNPOD_REALTIME_PORT": Between(0, 65_535),
    "RUNPOD_REALTIME_CONCURRENCY": Between(1, 1_024),
    "RUNPOD_MIN_MEMORY_GB": Between(0, 4_096, whole=False),
    "RUNPOD_MIN_DISK_PERCENT": Between(0, 100, whole=False),
    "RUNPOD_MIN_CUDA_VERSION": Pattern(r"\d+\.\d+(\.\d+)*", "X.Y"),
    "RUNPOD_NETWORK_CHECK_TIMEOUT": _SECONDS,
    "RUNPOD_GPU_BENCHMARK_TIMEOUT": _SECONDS,
    "RUNPOD_GPU_TEST_TIMEOUT": _SECONDS,
    "RUNPOD_GPU_MAX_ERROR_MESSAGES": Between(0, 10_000),
    "RUNPOD_MAX_DOWNLOAD_BYTES": Between(1, 1 << 50),
    "RUNPOD_SKIP_AUTO_SYSTEM_CHECKS": _SDK_YES,
    "RUNPOD_SKIP_GPU_CHECK": _SDK_YES,
    "RUNPOD_SKIP_FITNESS_CHECKS": Flag(),  # from here to TEST: since SDK 2
    "RUNPOD_DEFER_FITNESS_CHECKS": Flag(),
    "RUNPOD_LOG_CAPTURE": Choice(("auto", "all", "off"), any_case=True),
    "RUNPOD_TEST": Flag(),
    "RUNPOD_BINARY_GPU_TEST_PATH": Present("path"),
    "RUNPOD_ALLOW_PRIVATE_DOWNLOAD_URLS": Flag(),
    "RUNPOD_WEBHOOK_GET_JOB": _URL,
    "RUNPOD_WEBHOOK_POST_OUTPUT": _URL,
    "RUNPOD_WEBHOOK_POST_STREAM": _URL,
    "RUNPOD_WEBHOOK_PING": _URL,
    "RUNPOD_AI_API_KEY": KEY,
    "RUNPOD_API_KEY": KEY,
    "UVICORN_LOG_LEVEL": Choice(("critical", "error", "warning", "info", "debug", "trace")),
}

HUB: dict[str, Kind] = {
    "XDG_CACHE_HOME": _FOLDER,  # before those that may refer to it
    "HF_HOME": _FOLDER,
    "HF_HUB_CACHE": _FOLDER,
    "HUGGINGFACE_HUB_CACHE": _FOLDER,
    "HF_TOKEN_PATH": Place("file"),
    "HF_OIDC_RESOURCE": Unwanted("only a CI system has the login that it asks for"),
    "HF_TOKEN": KEY,
    "HUGGING_FACE_HUB_TOKEN": KEY,
    "HF_ENDPOINT": _URL,
    "HF_HUB_OFFLINE": Flag(),
    "TRANSFORMERS_OFFLINE": Flag(),
    "HF_HUB_DISABLE_XET": Flag(),
    "HF_HUB_DISABLE_PROGRESS_BARS": Flag(),
    "HF_HUB_DISABLE_TELEMETRY": Flag(),
    "HF_HUB_ETAG_TIMEOUT": _SECONDS,
    "HF_HUB_DOWNLOAD_TIMEOUT": _SECONDS,
}

_PROXIES: dict[str, Kind] = {"http_proxy": Proxy(), "https_proxy": Proxy(), "all_proxy": Proxy(), "no_proxy": Hosts()}
NETWORK: dict[str, Kind] = {
    **_PROXIES,
    **{name.upper(): kind for name, kind in _PROXIES.items()},
    "SSL_CERT_FILE": Certificates(),
    "SSL_CERT_DIR": Certificates(file=False, folder=True),
    "REQUESTS_CA_BUNDLE": Certificates(folder=True),
    "CURL_CA_BUNDLE": Certificates(folder=True),
    "AWS_CA_BUNDLE": Certificates(),
    "SSLKEYLOGFILE": Output(),
}

TORCH: dict[str, Kind] = {  # and CUDA; the allocator's two are read by `allocator`
    "CUDA_VISIBLE_DEVICES": Devices(),
    "CUDA_DEVICE_ORDER": Choice(("FASTEST_FIRST", "PCI_BUS_ID")),
    "CUDA_MODULE_LOADING": Choice(("LAZY", "EAGER", "DEFAULT")),
    "CUDA_LAUNCH_BLOCKING": Slowing(("0", "1")),
    "PYTORCH_NO_CUDA_MEMORY_CACHING": Slowing(("1",)),  # torch only looks whether it is there
    "TORCH_CUDA_SANITIZER": Unwanted("whatever its value, torch then watches every kernel, and can't do without a GPU"),
    "TORCH_DISTRIBUTED_DEBUG": Choice(("OFF", "INFO", "DETAIL"), any_case=True),
    "TORCH_SYMMMEM": Choice(("CUDA", "NVSHMEM", "NCCL")),  # at any other word torch aborts while it loads
    "TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD": Unwanted("a checkpoint could then run code of its own"),
    "PYTORCH_JIT": Flag(("1", "true", "yes", "0", "false", "no", "1v", "0v")),
    "PYTORCH_MATCHER_LOGLEVEL": Choice(("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), any_case=True),
    "TORCH_LOGS": TorchLogs(),
    "TORCH_LOGS_FORMAT": LogFormat(),
    "TORCH_LOGS_OUT": Output(),
    "TORCHDYNAMO_TRANSLATION_VALIDATION_TIMEOUT": Between(1, 2**31),  # ms
    "COMPILE_STROBELIGHT_MAX_STACK_LENGTH": Between(0, 2**31),
    "COMPILE_STROBELIGHT_MAX_PROFILE_TIME": Between(0, 2**31),
    "COMPILE_STROBELIGHT_SAMPLE_RATE": Between(0, 2**53, whole=False),
    "OMP_NUM_THREADS": Pattern(r"[1-9]\d{0,3}(\s*,\s*[1-9]\d{0,3})*", "a number, or one for each level: 4,2"),
    "MKL_NUM_THREADS": Between(1, 1_024),
    "NUMPY_MADVISE_HUGEPAGE": Between(0, 1),
}

_LONG = Between(0, 1e9, whole=False)
TQDM: dict[str, Kind] = {  # converted while it is imported
    **dict.fromkeys(("TQDM_MININTERVAL", "TQDM_MAXINTERVAL", "TQDM_DELAY", "TQDM_SMOOTHING", "TQDM_MINITERS"), _LONG),
    **dict.fromkeys(("TQDM_TOTAL", "TQDM_INITIAL", "TQDM_UNIT_DIVISOR"), _LONG),
    **dict.fromkeys(("TQDM_NCOLS", "TQDM_NROWS", "TQDM_POSITION"), Between(0, 10_000)),
}

FOREIGN: dict[str, Kind] = {**SDK, **HUB, **NETWORK, **TORCH, **TQDM}
ALLOCATOR = ("PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ALLOC_CONF")
IDLE = {  # that other workers read, and nothing in this one
    "RUNPOD_MAX_CONCURRENCY": "the jobs in progress at once are TTS_CONCURRENCY",
}
INJECTED = {  # by the platform, or known to the libraries above, with nothing to check
    *("RUNPOD_AI_API_ID", "RUNPOD_ENDPOINT_ID", "RUNPOD_ENDPOINT_SECRET", "RUNPOD_POD_ID"),
    *("RUNPOD_GPU_SIZE", "RUNPOD_GPU_NAME", "RUNPOD_GPU_COUNT", "RUNPOD_GPU_TYPE_ID", "RUNPOD_CPU_COUNT"),
    *("RUNPOD_DC_ID", "RUNPOD_POD_HOSTNAME", "RUNPOD_MEM_GB", "RUNPOD_PUBLIC_IP", "RUNPOD_POD_IP", "RUNPOD_VOLUME_ID"),
    *("RUNPOD_PROJECT_ID", "RUNPOD_WEBHOOK_JOB_STREAM", "RUNPOD_EARLY_FITNESS_CHECKS_DONE"),
    *("CUDA_VERSION", "CUDA_HOME", "CUDA_PATH", "CUDNN_VERSION", "CUDA_MODULE_DATA_LOADING", "PYTORCH_HIP_ALLOC_CONF"),
    *("HF_HUB_VERBOSITY", "HF_XET_CACHE", "HF_ASSETS_CACHE", "TORCH_TRACE", "TORCH_DTRACE"),
}
MISNAMED = {"PYTORCH_CUDA_ALLOC_CONFIG": "PYTORCH_CUDA_ALLOC_CONF"}  # by more than a slip, and often
