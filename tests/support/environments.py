"""Environments of workers, and what `examine` makes of them."""

from __future__ import annotations

from warmup.environment.examine import examine
from warmup.environment.foreign import FOREIGN
from warmup.environment.settings import TABLE
from warmup.report import Finding

TORCH = "2.8.0"
OLD, NEW = "PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ALLOC_CONF"
EVERY = [*TABLE, *FOREIGN, OLD, NEW]
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
TRANSFORMERS_CACHE=/t XDG_CACHE_HOME=/t AWS_ACCESS_KEY_ID=id AWS_SECRET_ACCESS_KEY=key CUDNN_VERSION=9.8.0.87
RUNPOD_POD_IP=203.0.113.7 RUNPOD_EARLY_FITNESS_CHECKS_DONE=1 RUNPOD_LOG_CAPTURE=off NV_CUDNN_VERSION=9.8 MODEL_NAME=x
PORT=80 S3_BUCKET_NAME=audio R2_BUCKET_NAME=audio B2_BUCKET_NAME=audio GO_PROXY=x
NO_PROXY=localhost,127.0.0.1,::1,.local
http_proxy=http://u:p@h
"""


def about(name: str, environment: dict[str, str], torch: str = TORCH) -> list[tuple[str, str]]:
    """Return level and fix of what is found about one variable."""
    return [(found.level, found.fix) for found in examine(environment, torch).findings if found.subject == name]


def left(environment: dict[str, str], torch: str = TORCH) -> dict[str, str]:
    """Return what is in the environment when torch and the SDK read it."""
    changed = environment | dict(examine(environment, torch).changes)
    return {name: text for name, text in changed.items() if text is not None}


def paste(environment: dict[str, str], findings: tuple[Finding, ...]) -> dict[str, str]:
    """Return the environment after an operator did what the findings say, in their order."""
    for found in findings:
        environment = {name: text for name, text in environment.items() if name != found.subject or not found.fix}
        name, _, text = found.fix.removeprefix("unset ").partition("=")
        if "=" in found.fix:
            environment[name] = text.replace("<your value>", "https://host").replace("<login>", "me:pw")
    return environment
