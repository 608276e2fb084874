"""Settings to a worker that is ready to serve, and how long each phase took.

Importing this module imports torch; read the settings first.
"""

from __future__ import annotations

import logging
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import torch

from tts.engine.attention import choose_backend
from tts.engine.engine import Engine
from tts.errors import ModelError
from tts.model.checkpoint import load_dit, load_vocos
from tts.model.config import load_config
from tts.model.vocos import load_vocos_config
from tts.synthesizer import Delivery, Synthesizer
from tts.text.tokens import load_vocabulary
from tts.worker import Worker
from warmup.environment import Settings
from warmup.weights import find

log = logging.getLogger("worker")
OUTPUT = Path("output")  # results of local runs


@dataclass
class Phases:
    """A stopwatch over the phases of the start."""

    seconds: dict[str, float] = field(default_factory=dict)
    _last: float = field(default_factory=time.perf_counter)

    def end(self, phase: str) -> None:
        """Note that a phase ends now."""
        now = time.perf_counter()
        self.seconds[phase] = round(now - self._last, 3)
        self._last = now


def start(settings: Settings) -> Worker:
    """Load the model that the settings ask for.

    Raises:
        ModelError: the files are missing, broken or don't fit together, or the device isn't there.
    """
    _log_to_stderr(settings.log_level)
    phases = Phases()
    files = find(settings)
    config, vocabulary = load_config(files.config), load_vocabulary(files.vocab)
    phases.end("files_s")
    device = _device(settings.device)
    dtype = _dtype(settings.dtype, device)
    torch.backends.cudnn.allow_tf32 = False  # or float32 convolutions, the vocoder's too, lose ten bits
    network = load_dit(files.checkpoint, config.architecture, len(vocabulary), device, dtype)
    vocoder = load_vocos(files.vocoder_weights, load_vocos_config(files.vocoder_config), device)
    phases.end("weights_s")
    engine = Engine(
        network, vocoder, choose_backend(settings.attention, device, dtype), _batch_frames(settings, device)
    )
    delivery = Delivery(settings.inline_limit_mb * 10**6, None if settings.on_runpod else OUTPUT)
    log.info("model %s on %s in %s: %s", files.name, device, str(dtype).removeprefix("torch."), phases.seconds)
    if settings.model == "auto" and files.name == "demo":
        log.warning("no F5-TTS weights on this machine: this is the embedded demo model, a stand-in to try the worker")
    return Worker(
        Synthesizer(files.name, engine, vocabulary, delivery),
        settings.max_text_chars,
        local=not settings.on_runpod,
        settings=settings.shown(),
        startup=phases.seconds,
    )


def _device(wanted: str) -> torch.device:
    try:
        device = torch.device(("cuda" if torch.cuda.is_available() else "cpu") if wanted == "auto" else wanted)
    except RuntimeError as error:
        raise ModelError(f"TTS_DEVICE={wanted} is no device; it is auto, cpu, cuda or cuda:N") from error
    if device.type not in ("cpu", "cuda"):
        raise ModelError(f"TTS_DEVICE={wanted} is not served; it is auto, cpu, cuda or cuda:N")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise ModelError(f"TTS_DEVICE={wanted}, but torch finds {torch.cuda.device_count()} CUDA devices here")
    return device


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


def _log_to_stderr(level: str) -> None:
    """Send this program's log to stderr, whatever handlers imported libraries have installed."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)-7s| %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
