"""Files to a model on its device. Importing this module imports torch; read the settings first."""

from __future__ import annotations

import logging
import resource
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import torch

from tts.asr.heard import Weights
from tts.asr.whisper import Whisper, unavailable
from tts.choice import Choice
from tts.engine.attention import choose_backend
from tts.engine.engine import Engine
from tts.errors import ModelError, TranscriptionUnavailable
from tts.media.delivery import Delivery
from tts.model.checkpoint import load_dit, load_vocos
from tts.model.config import load_config
from tts.model.dit import DiT
from tts.model.vocos import load_vocos_config
from tts.synthesizer import Synthesizer
from tts.text.pronunciations import read_words
from tts.text.tokens import load_vocabulary
from warmup.device import batch_frames, check_room, choose_device, choose_dtype, gpus, memory
from warmup.environment.settings import Settings
from warmup.flash_attn import ensure as flash_attn
from warmup.flash_attn.ensure import Outcome
from warmup.machine import Platform
from warmup.report import Finding, HostProblem, Phases
from warmup.signing import signing
from warmup.storage import Storage
from warmup.voices import stored_voices
from warmup.weights import half, whisper
from warmup.weights.find import ModelFiles, find
from warmup.weights.places import Places
from warmup.weights.verify import disproved

log = logging.getLogger("worker")
OUTPUT = Path("output")  # results of local runs


@dataclass(frozen=True)
class Loaded:
    """A model on its device."""

    synthesizer: Synthesizer
    platform: Platform
    flash_attn: Outcome
    checkpoint: Path  # that was read: the one found, or its half-precision copy
    dtype: str
    reasons: dict[str, str]  # for the choice of device, dtype, attention and checkpoint
    findings: tuple[Finding, ...]

    def memory_gb(self) -> dict[str, float]:
        """Return what the process has taken at most, and the GPU's memory."""
        found = {"process peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6}  # from kB
        device = self.synthesizer.engine.device
        if device.type == "cuda":
            free, total = torch.cuda.mem_get_info(device)
            found |= {"GPU used by torch": torch.cuda.max_memory_reserved(device) / 1e9}
            found |= {"GPU free": free / 1e9, "GPU total": total / 1e9}
        return {name: round(value, 3) for name, value in found.items()}


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
    where = choose_device(settings, platform)
    device = where.value
    precision = choose_dtype(settings, device)
    dtype = precision.value
    if device.type == "cuda" and not platform.gpus:  # no nvidia-smi in this container
        platform = replace(platform, gpus=gpus())
    torch.backends.cudnn.allow_tf32 = False  # or float32 convolutions, the vocoder's too, lose ten bits
    with ThreadPoolExecutor(1) as background:
        fetching = background.submit(_flash_attn, settings, platform, keep, device, dtype)
        try:
            network, read = _network(files, keep, device, dtype)
            vocoder = load_vocos(files.vocoder_weights, load_vocos_config(files.vocoder_config), device)
        except torch.OutOfMemoryError as error:
            raise HostProblem("gpu", f"the weights don't fit the GPU's memory: {memory(device)}") from error
        phases.end("weights")
        kernel = fetching.result()
    _demand(settings, kernel)
    flash_attn.enable(kernel)
    refused = kernel.reason if kernel.version is None and device.type == "cuda" else ""
    backend = choose_backend(settings.attention, device, dtype, refused)
    engine = Engine(network, vocoder, backend.value, batch_frames(settings, device))
    check_room(device)
    phases.end("device")
    delivery = Delivery(settings.inline_limit_mb * 10**6, None if settings.on_runpod else OUTPUT, settings.bucket)
    ear = Whisper(partial(_weights, Places(settings, keep), str(device)), str(device))
    voices = stored_voices(settings, keep, ear)
    signer, findings = signing(settings)
    words = {} if settings.words is None else read_words(Path(settings.words))
    vocabulary = load_vocabulary(files.vocab)
    synthesizer = Synthesizer(files.name, engine, vocabulary, delivery, voices, words=words, provenance=signer)
    reasons = {"device": where.reason, "dtype": precision.reason, "attention": backend.reason, "read from": read.reason}
    return Loaded(synthesizer, platform, kernel, read.value, str(dtype).removeprefix("torch."), reasons, findings)


def _weights(places: Places, device: str) -> Weights:
    """Return the model that hears.

    Raises:
        TranscriptionUnavailable: there is none; the log says why.
    """
    try:
        return whisper.bring(places, device)
    except (ModelError, HostProblem) as error:
        log.error("no recording can be heard: %s", error)
        raise TranscriptionUnavailable(*unavailable()) from error


def _network(files: ModelFiles, keep: Storage, device: torch.device, dtype: torch.dtype) -> tuple[DiT, Choice[Path]]:
    """Return the network, and the file that it was read from."""
    arch, tokens = load_config(files.config).architecture, len(load_vocabulary(files.vocab))
    if dtype != torch.float32:
        copy = half.copy_path(keep.half, files.checkpoint, str(dtype).removeprefix("torch."))
        if copy.exists():
            try:
                return load_dit(copy, arch, tokens, device, dtype), Choice(copy, "half the size of the checkpoint")
            except ModelError as error:
                log.warning("%s; the checkpoint itself is read", error)
                copy.unlink(missing_ok=True)
    source = next(origin.source for origin in files.origins if origin.path == files.checkpoint)
    return load_dit(files.checkpoint, arch, tokens, device, dtype), Choice(files.checkpoint, source)


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
