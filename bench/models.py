"""Workers to measure: the embedded model, or random weights of published shapes where the real ones are not there."""

from __future__ import annotations

import os
from pathlib import Path

import torch
import yaml
from safetensors.torch import save_file
from torch import Tensor

from tts.model.checkpoint import Shapes, published_shapes, without_storage
from tts.model.config import Architecture, load_config
from tts.model.dit import DiT
from tts.text.tokens import Vocabulary, load_vocabulary
from tts.worker import Worker
from warmup.environment.examine import prepare
from warmup.start import start
from warmup.weights.find import DEMO

V1 = "F5TTS_v1_Base"
V1_BASE = load_config(V1).architecture
_VOCOS = {"dim": 512, "intermediate_dim": 1536, "num_layers": 8}  # of charactr/vocos-mel-24khz


def worker(model: str, folder: Path, **settings: str) -> Worker:
    """Start a worker as the handler does, warm-up included, and return it.

    Args:
        model: `demo`, or `random` for random weights of F5TTS_v1_Base's and Vocos' published shapes.
        folder: where random weights are written.
        settings: variables of the environment that differ from their defaults.

    Raises:
        RuntimeError: it can't serve; the message is the report's.
    """
    chosen = {"TTS_MODEL": "demo"} if model == "demo" else random_files(folder)
    os.environ.update(chosen | settings)
    started = start(prepare(), quiet=True)
    if started.worker is None:
        raise RuntimeError(started.report.problem)
    return started.worker


def random_files(folder: Path) -> dict[str, str]:
    """Write random weights in the published layouts, and return the variables that name them."""
    vocab = _published_vocabulary()
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump({"model": {"name": V1, "backbone": "DiT", "arch": vars(V1_BASE)}}))
    with without_storage():
        shapes = published_shapes(DiT(V1_BASE, len(load_vocabulary(vocab))))
    weights = folder / "model.safetensors"
    save_file({f"ema_model.{name}": tensor for name, tensor in random_tensors(shapes).items()}, weights)
    return {
        "TTS_MODEL": str(weights),
        "TTS_MODEL_CONFIG": str(config),
        "TTS_VOCAB": str(vocab),
        "TTS_VOCODER": str(_random_vocoder(folder)),
    }


def random_tensors(shapes: Shapes) -> dict[str, Tensor]:
    """Draw weights so that signals keep their size from layer to layer, as with trained ones."""
    generator, drawn = torch.Generator().manual_seed(0), {}
    for name, shape in shapes.items():
        spread = 0.15 if len(shape) < 2 or "grn" in name else torch.Size(shape[1:]).numel() ** -0.5
        drawn[name] = torch.randn(shape, generator=generator).mul_(spread)
        if name.endswith("norm.weight"):
            drawn[name] += 1
    return drawn


def random_network(arch: Architecture, device: torch.device, dtype: torch.dtype) -> DiT:
    """Return a network of random weights, without a file."""
    network = DiT(arch, len(load_vocabulary(_published_vocabulary())))
    network.load_state_dict(random_tensors({name: tuple(value.shape) for name, value in network.state_dict().items()}))
    return network.to(device, dtype).eval().requires_grad_(False)


def vocabulary(model: str) -> Vocabulary:
    """Return the tokens of a model that `worker` starts."""
    return load_vocabulary(DEMO / "vocab.txt" if model == "demo" else _published_vocabulary())


def synchronize(device: torch.device) -> None:
    """Wait until the device has done what it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _published_vocabulary() -> Path:
    from tts.published import published

    return Path(str(published() / "infer" / "examples" / "vocab.txt"))


def _random_vocoder(folder: Path) -> Path:
    """Write a vocoder of the published size whose sound stays within full scale."""
    from vocos import Vocos

    described = yaml.safe_load((DEMO / "vocos" / "config.yaml").read_text())
    described["backbone"]["init_args"] |= _VOCOS
    described["head"]["init_args"]["dim"] = _VOCOS["dim"]
    target = folder / "vocos"
    target.mkdir(exist_ok=True)
    (target / "config.yaml").write_text(yaml.safe_dump(described))
    state = Vocos.from_hparams(str(target / "config.yaml")).state_dict()
    state["head.out.bias"][: len(state["head.out.bias"]) // 2] -= 4  # log magnitudes
    torch.save(state, target / "pytorch_model.bin")
    return target
