"""Where to compute, in which precision, and whether there is room. Importing this module imports torch."""

from __future__ import annotations

import torch

from tts.choice import Choice
from tts.errors import ModelError
from warmup.machine import DeviceSettings, Gpu, Platform
from warmup.report import HostProblem

_NEEDED_GB = 0.5  # of GPU memory beside the weights, for the chunks of one job


def choose_device(settings: DeviceSettings, platform: Platform) -> Choice[torch.device]:
    """Choose where to compute.

    Raises:
        ModelError: there is no such device, or this torch has no kernels for it.
        HostProblem: a GPU is there, or was promised, and can't be used.
    """
    wanted = settings.device
    there = platform.gpus[0].name if platform.gpus else "a GPU by RUNPOD_GPU_COUNT" if settings.gpu_promised else ""
    if there and wanted != "cpu" and settings.on_runpod and not torch.cuda.is_available():
        why = platform.driver_problem or ("torch doesn't say why" if platform.gpus else "nvidia-smi shows none")
        raise HostProblem("gpu", f"{there} is there, but torch can't use it: {why}")
    try:
        device = torch.device(("cuda" if torch.cuda.is_available() else "cpu") if wanted == "auto" else wanted)
    except RuntimeError as error:
        raise ModelError(f"TTS_DEVICE={wanted} is no device; it is auto, cpu, cuda or cuda:N") from error
    if device.type not in ("cpu", "cuda"):
        raise ModelError(f"TTS_DEVICE={wanted} is not served; it is auto, cpu, cuda or cuda:N")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise ModelError(f"TTS_DEVICE={wanted}, but torch finds {torch.cuda.device_count()} CUDA devices here")
    if device.type == "cuda":
        check_kernels(device)
    seen = "torch finds a GPU" if device.type == "cuda" else "torch finds no GPU"
    return Choice(device, seen if wanted == "auto" else f"TTS_DEVICE={wanted}")


def choose_dtype(settings: DeviceSettings, device: torch.device) -> Choice[torch.dtype]:
    """Choose the network's precision."""
    wanted = settings.dtype
    if wanted != "auto":
        return Choice(getattr(torch, wanted), f"TTS_DTYPE={wanted}")
    if device.type == "cuda":
        return Choice(torch.float16, "a GPU computes it fastest")
    return Choice(torch.float32, "CPUs have no half-precision kernels that are faster")


def gpus() -> tuple[Gpu, ...]:
    """Return the GPUs that torch finds, where no nvidia-smi tells them."""
    found = [torch.cuda.get_device_properties(number) for number in range(torch.cuda.device_count())]
    return tuple(Gpu(gpu.name, (gpu.major, gpu.minor), round(gpu.total_memory / 2**30, 1)) for gpu in found)


def batch_frames(settings: DeviceSettings, device: torch.device) -> int:
    """Return how many rows a step may have: of mel frames, twice under guidance. One chunk always fits."""
    if settings.max_batch_frames is not None:
        return settings.max_batch_frames
    # A CPU gains little by larger steps: the demo model's rows take 10 % less of its time when chunks of 3 s go four
    # at once, 2 % less when chunks of 10 s go two at once, and 6 % more when they go eight at once. On a GPU the
    # warm-up measures it; without one it is this.
    return 1 if device.type == "cpu" else 8192


def check_room(device: torch.device) -> None:
    """Refuse to serve where the weights left too little memory.

    Raises:
        HostProblem: they did.
    """
    if device.type == "cuda" and torch.cuda.mem_get_info(device)[0] < _NEEDED_GB * 1e9:
        raise HostProblem("gpu", f"too little memory is left beside the weights: {memory(device)}")


def memory(device: torch.device) -> str:
    """Tell how much of a GPU's memory is free."""
    free, total = torch.cuda.mem_get_info(device)
    return f"{free / 1e9:.1f} of {total / 1e9:.1f} GB are free"


def check_kernels(device: torch.device) -> None:
    """Refuse a GPU that this torch has no machine code for: its first kernel would fail."""
    major, minor = torch.cuda.get_device_capability(device)
    built = [tuple(map(int, arch.split("_")[1:])) for arch in torch.cuda.get_arch_list() if arch[-1].isdigit()]
    if built and not any(code // 10 == major and code % 10 <= minor for (code,) in built):
        raise ModelError(
            f"{torch.cuda.get_device_name(device)} has compute capability {major}.{minor}; torch {torch.__version__} "
            f"has kernels for {', '.join(f'{code // 10}.{code % 10}' for (code,) in built)}; choose another GPU type"
        )
