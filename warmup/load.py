"""Files to a model on its device. Importing this module imports torch; read the settings first."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from tts.engine.attention import choose_backend
from tts.engine.engine import Engine
from tts.errors import ModelError
from tts.media.delivery import Delivery
from tts.model.checkpoint import load_dit, load_vocos
from tts.model.config import load_config
from tts.model.dit import DiT
from tts.model.vocos import load_vocos_config
from tts.synthesizer import Synthesizer
from tts.text.tokens import load_vocabulary
from tts.voice.registry import Voices
from warmup.environment.settings import Settings
from warmup.flash_attn import ensure as flash_attn
from warmup.flash_attn.ensure import Outcome
from warmup.machine import Gpu, Platform
from warmup.report import HostProblem, Phases
from warmup.storage import Storage
from warmup.weights import half
from warmup.weights.find import ModelFiles, find
from warmup.weights.verify import disproved

log = logging.getLogger("worker")
OUTPUT = Path("output")  # results of local runs
_NEEDED_GB = 0.5  # of GPU memory beside the weights, for the chunks of one job


@dataclass(frozen=True)
class Loaded:
    """A model on its device."""

    synthesizer: Synthesizer
    platform: Platform
    flash_attn: Outcome
    checkpoint: Path  # that was read: the one found, or its half-precision copy
    dtype: str


def load_sound(
    settings: Settings, files: ModelFiles, keep: Storage, platform: Platform, phases: Phases
) -> tuple[ModelFiles, Loaded]:
    """Load the model; what can't be loaded since it isn't what was published gives way to another copy, or a download.

    Returns:
        The model, and the files that it was made from.

    Raises:
        ModelError: as `load`, and as `find` if a file gave way.
        HostProblem: as both.
    """
    while True:
        try:
            return files, load(settings, files, keep, platform, phases)
        except ModelError as error:
            wrong = disproved(files.pinned, keep)
            others = find(settings, keep) if wrong else files
            if others.pinned == files.pinned:  # the files are right, or nothing could be noted of them
                raise
            log.warning("%s", error)
            files = others


def load(settings: Settings, files: ModelFiles, keep: Storage, platform: Platform, phases: Phases) -> Loaded:
    """Load the model; flash_attn is brought and probed meanwhile.

    Raises:
        ModelError: files don't fit together, or this machine can't run them.
        HostProblem: the GPU can't be used now, or TTS_FLASH_ATTN=require and it can't be had now.
    """
    device = _device(settings, platform)
    dtype = _dtype(settings.dtype, device)
    if device.type == "cuda" and not platform.gpus:  # no nvidia-smi in this container
        platform = replace(platform, gpus=_gpus())
    torch.backends.cudnn.allow_tf32 = False  # or float32 convolutions, the vocoder's too, lose ten bits
    with ThreadPoolExecutor(1) as background:
        fetching = background.submit(_flash_attn, settings, platform, keep, device, dtype)
        try:
            network, checkpoint = _network(files, keep, device, dtype)
            vocoder = load_vocos(files.vocoder_weights, load_vocos_config(files.vocoder_config), device)
        except torch.OutOfMemoryError as error:
            raise HostProblem("gpu", f"the weights don't fit the GPU's memory: {_memory(device)}") from error
        phases.end("weights")
        kernel = fetching.result()
    _demand(settings, kernel)
    flash_attn.enable(kernel)
    refused = kernel.reason if kernel.version is None and device.type == "cuda" else ""
    backend = choose_backend(settings.attention, device, dtype, refused)
    engine = Engine(network, vocoder, backend, _batch_frames(settings, device))
    _check_room(device)
    phases.end("device")
    delivery = Delivery(settings.inline_limit_mb * 10**6, None if settings.on_runpod else OUTPUT)
    synthesizer = Synthesizer(files.name, engine, load_vocabulary(files.vocab), delivery, Voices())
    return Loaded(synthesizer, platform, kernel, checkpoint, str(dtype).removeprefix("torch."))


def _network(files: ModelFiles, keep: Storage, device: torch.device, dtype: torch.dtype) -> tuple[DiT, Path]:
    """Return the network, and the file that it was read from."""
    arch, tokens = load_config(files.config).architecture, len(load_vocabulary(files.vocab))
    if dtype != torch.float32:
        copy = half.copy_path(keep.half, files.checkpoint, str(dtype).removeprefix("torch."))
        if copy.exists():
            try:
                return load_dit(copy, arch, tokens, device, dtype), copy
            except ModelError as error:
                log.warning("%s; the checkpoint itself is read", error)
                copy.unlink(missing_ok=True)
    return load_dit(files.checkpoint, arch, tokens, device, dtype), files.checkpoint


def _device(settings: Settings, platform: Platform) -> torch.device:
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
        _check_kernels(device)
    return device


def _gpus() -> tuple[Gpu, ...]:
    found = [torch.cuda.get_device_properties(number) for number in range(torch.cuda.device_count())]
    return tuple(Gpu(gpu.name, (gpu.major, gpu.minor), round(gpu.total_memory / 2**30, 1)) for gpu in found)


def _check_kernels(device: torch.device) -> None:
    """Refuse a GPU that this torch has no machine code for: its first kernel would fail."""
    major, minor = torch.cuda.get_device_capability(device)
    built = [tuple(map(int, arch.split("_")[1:])) for arch in torch.cuda.get_arch_list() if arch[-1].isdigit()]
    if built and not any(code // 10 == major and code % 10 <= minor for (code,) in built):
        raise ModelError(
            f"{torch.cuda.get_device_name(device)} has compute capability {major}.{minor}; torch {torch.__version__} "
            f"has kernels for {', '.join(f'{code // 10}.{code % 10}' for (code,) in built)}; choose another GPU type"
        )


def _flash_attn(
    settings: Settings, platform: Platform, keep: Storage, device: torch.device, dtype: torch.dtype
) -> Outcome:
    if device.type != "cuda":
        return Outcome("computing on the CPU")
    if dtype == torch.float32:
        return Outcome("FlashAttention has no float32 kernels")
    if settings.attention not in ("auto", "flash_attn"):
        return Outcome(f"TTS_ATTENTION={settings.attention}")
    return flash_attn.ensure(settings, platform, keep)


def _demand(settings: Settings, kernel: Outcome) -> None:
    if settings.flash_attn != "require" or kernel.version is not None:
        return
    problem = f"TTS_FLASH_ATTN=require, but it can't be used: {kernel.reason}"
    raise ModelError(problem) if kernel.lasting else HostProblem("flash_attn", problem)


def _check_room(device: torch.device) -> None:
    if device.type == "cuda" and torch.cuda.mem_get_info(device)[0] < _NEEDED_GB * 1e9:
        raise HostProblem("gpu", f"too little memory is left beside the weights: {_memory(device)}")


def _memory(device: torch.device) -> str:
    free, total = torch.cuda.mem_get_info(device)
    return f"{free / 1e9:.1f} of {total / 1e9:.1f} GB are free"


def _batch_frames(settings: Settings, device: torch.device) -> int:
    if settings.max_batch_frames is not None:
        return settings.max_batch_frames
    # On a CPU packed chunks fall out of its caches: eight at once took 12 % longer than one after the other.
    return 1 if device.type == "cpu" else 32_768


def _dtype(wanted: str, device: torch.device) -> torch.dtype:
    if wanted == "auto":
        return torch.float16 if device.type == "cuda" else torch.float32
    dtype: torch.dtype = getattr(torch, wanted)
    return dtype
