"""`python -m demo.vocoder CORPUS RUN --minutes 25` trains a small Vocos on the corpus and writes it to RUN/vocos.

Upstream's Vocos classes; losses on the mel spectrogram and on spectra of four resolutions, no discriminator, which
on a CPU costs more than it brings in the time. Started again with the same RUN it goes on from its last weights.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.optim import AdamW
from vocos import Vocos

from demo.shards import recordings
from tts.clock import HOP, Samples

CONFIG = Path(__file__).with_name("vocos.yaml")
SEGMENT = 64 * HOP  # samples of an example
BATCH = 16  # examples of a step
_WINDOWS = (256, 512, 1024, 2048)  # samples, of the spectra compared
_MEL_SHARE = 15.0  # weight of the mel loss beside the spectra's
_FLOOR = 1e-5
_TOLD_EVERY_S, _KEPT_EVERY_S = 20.0, 240.0


def batches(waves: list[Samples], seed: str) -> Iterator[Tensor]:
    """Yield (b, samples) pieces of recordings without end."""
    random = Random(seed)
    while True:
        yield torch.stack([_piece(random, random.choice(waves)) for _ in range(BATCH)])


def loss(vocos: Vocos, wave: Tensor) -> Tensor:
    """Return how far (b, samples) is from itself after mel and vocoder."""
    mel = vocos.feature_extractor(wave)  # (b, mels, frames)
    again = vocos.head(vocos.backbone(mel))  # (b, samples)
    length = min(again.shape[-1], wave.shape[-1])
    again, wave = again[:, :length], wave[:, :length]
    heard = F.l1_loss(vocos.feature_extractor(again), vocos.feature_extractor(wave))
    return _MEL_SHARE * heard + sum(_distance(again, wave, window) for window in _WINDOWS)


def train(corpus: Path, run: Path, minutes: float, rate: float) -> None:
    """Learn for a time, then write the Vocos in half precision."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    vocos = Vocos.from_hparams(str(CONFIG)).to(device)
    if (run / "vocoder.safetensors").exists():
        vocos.load_state_dict(load_file(run / "vocoder.safetensors"))
    optimizer = AdamW(vocos.parameters(), rate, betas=(0.8, 0.99))
    waves = [said.samples for said in recordings(corpus)]
    began = told = kept = time.monotonic()
    for step, wave in enumerate(batches(waves, str(began)), 1):
        now = time.monotonic()
        spent = (now - began) / (60 * minutes)
        optimizer.param_groups[0]["lr"] = rate * max(0.01, 1 - spent)
        found = loss(vocos, wave.to(device))
        optimizer.zero_grad()
        found.backward()
        torch.nn.utils.clip_grad_norm_(vocos.parameters(), 10.0)
        optimizer.step()
        if now - told > _TOLD_EVERY_S or spent >= 1:
            told = now
            print(f"step {step}: loss {found.item():.3f}, {minutes * (1 - spent):.1f} minutes to go", flush=True)
        if now - kept > _KEPT_EVERY_S or spent >= 1:
            kept = now
            save_file(vocos.state_dict(), run / "vocoder.safetensors")
        if spent >= 1:
            break
    export(vocos, run / "vocos")


def export(vocos: Vocos, folder: Path) -> None:
    """Write weights and configuration in the layout of charactr/vocos-mel-24khz, without the mel front end."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {key: value for key, value in vocos.state_dict().items() if not key.startswith("feature_extractor.")}
    save_file({key: value.half().contiguous() for key, value in state.items()}, folder / "model.safetensors")
    (folder / "model.safetensors").chmod(0o644)  # safetensors writes for the owner only
    shutil.copyfile(CONFIG, folder / "config.yaml")


def _piece(random: Random, wave: Samples) -> Tensor:
    start = random.randrange(max(1, len(wave) - SEGMENT))
    piece = torch.from_numpy(wave[start : start + SEGMENT])
    return F.pad(piece, (0, SEGMENT - len(piece)))


def _distance(one: Tensor, other: Tensor, window: int) -> Tensor:
    """Return spectral convergence and mean difference of log magnitudes."""
    mine, given = _magnitudes(one, window), _magnitudes(other, window)
    return (mine - given).norm() / given.norm() + F.l1_loss(mine.log(), given.log())


def _magnitudes(wave: Tensor, window: int) -> Tensor:
    weights = torch.hann_window(window, device=wave.device)
    return torch.stft(wave, window, window // 4, window=weights, return_complex=True).abs().clamp(min=_FLOOR)


def main() -> None:
    """Train."""
    parser = argparse.ArgumentParser("python -m demo.vocoder", description="Train the demo model's vocoder.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--rate", type=float, default=5e-4)
    arguments = parser.parse_args()
    arguments.run.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    train(arguments.corpus, arguments.run, arguments.minutes, arguments.rate)


if __name__ == "__main__":
    main()
