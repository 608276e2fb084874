"""`python -m demo.train CORPUS RUN --minutes 90` trains the network and keeps its state in the folder RUN.

Started again with the same RUN it goes on where it stopped. The learning rate falls with the time spent, not with
steps, so that a run ends when it should on whatever machine.
"""

from __future__ import annotations

import argparse
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from demo.data import BATCH_FRAMES, Batch, Speech, batches
from demo.muon import Muon
from demo.network import network, vocabulary

WARM_UP = 100  # steps
LOWEST = 0.02  # of the learning rate, at the end
KEPT_EVERY_S = 240.0  # and new recordings are taken in
MOST_SHARDS = 60  # that are taken in at once: half a minute of work
TOLD_EVERY_S = 20.0
_REACH = 15  # the average reaches back over a fifteenth of the run, so that a short one isn't held back by its start
_LONGEST = 1000  # steps over which it reaches at most


@dataclass
class Progress:
    """What a run has behind it."""

    step: int = 0
    frames: int = 0
    spent_s: float = 0.0
    loss: float = 0.0  # running mean


class Run:
    """A network in training, and all that is needed to go on with it."""

    def __init__(self, folder: Path, *, rate: float, seconds: float, device: torch.device, compiled: bool) -> None:
        self.folder, self.rate, self.seconds, self.device = folder, rate, seconds, device
        self.model = network(compiled=compiled).to(device)
        self.averaged = {name: value.detach().clone() for name, value in self.model.transformer.named_parameters()}
        self.optimizers = _optimizers(self.model.transformer, rate)
        self.progress = Progress()
        self.stopped = False
        if (folder / "state.pt").exists():
            self._restore()

    @property
    def done(self) -> float:
        """Share of the time that is spent, 0..1."""
        return min(1.0, self.progress.spent_s / self.seconds)

    def learn(self, batch: Batch) -> float:
        """Take one step; return the loss."""
        rate = self._rate()
        with torch.autocast(self.device.type, torch.bfloat16):
            loss: Tensor = self.model(*(part.to(self.device) for part in (batch.mel, batch.tokens, batch.prompt)))
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.step()
            optimizer.zero_grad()
        self._average()
        return loss.item()

    def begin(self, weights: Path) -> None:
        """Start from exported weights instead of random ones, unless there is a state to go on from."""
        if self.progress.step:
            return
        prefix = "ema_model.transformer."
        given = {name.removeprefix(prefix): value.float() for name, value in load_file(weights).items()}
        with torch.no_grad():
            for name, value in self.model.transformer.named_parameters():
                value.copy_(given[name])
                self.averaged[name].copy_(given[name])

    def save(self) -> None:
        """Write state and averaged weights, each whole or not at all."""
        _save(self.averaged, self.folder / "averaged.pt")
        state = {
            "model": self.model.transformer.state_dict(),
            "averaged": self.averaged,
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "progress": vars(self.progress),
        }
        _save(state, self.folder / "state.pt")

    def _rate(self) -> float:
        warm = min(1.0, (self.progress.step + 1) / WARM_UP)
        return self.rate * warm * max(LOWEST, min(1.0, 1.4 * (1 - self.done)))

    @torch.no_grad()
    def _average(self) -> None:
        share = max(1 / _LONGEST, _REACH / (_REACH + self.progress.step))
        current = [value.detach() for _, value in self.model.transformer.named_parameters()]
        torch._foreach_lerp_(list(self.averaged.values()), current, share)

    def _restore(self) -> None:
        state = torch.load(self.folder / "state.pt", map_location=self.device, weights_only=True)
        self.model.transformer.load_state_dict(state["model"])
        self.averaged = state["averaged"]
        self.progress = Progress(**state["progress"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)


def train(run: Run, speech: Speech, frames: int) -> None:
    """Learn until the time is over, or the process is asked to end, and keep the state."""

    def stop(number: int, frame: object) -> None:
        run.stopped = True

    signal.signal(signal.SIGTERM, stop)
    told = kept = last = time.monotonic()
    progress = run.progress
    for batch in batches(speech, vocabulary(), f"training from {progress.step}", frames):
        if run.done >= 1 or run.stopped:
            break
        loss = run.learn(batch)
        progress.step += 1
        progress.frames += batch.mel.shape[0] * batch.mel.shape[1]
        progress.loss += (loss - progress.loss) * max(0.01, 1 / progress.step)
        now = time.monotonic()
        progress.spent_s += now - last
        last = now
        if now - told > TOLD_EVERY_S:
            told = now
            _tell(run)
        if now - kept > KEPT_EVERY_S:
            kept = now
            run.save()
            speech.grow(MOST_SHARDS)
    run.save()
    _tell(run)


def _tell(run: Run) -> None:
    progress = run.progress
    pace = progress.frames / progress.spent_s
    end = time.strftime("%H:%M", time.localtime(time.time() + run.seconds - progress.spent_s))
    print(f"step {progress.step}: loss {progress.loss:.4f}, {pace:.0f} frames/s, ends {end}", flush=True)


def _optimizers(transformer: nn.Module, rate: float) -> list[Optimizer]:
    """Return Muon for the products of the blocks and AdamW for all else."""
    matrices, others = [], []
    for name, value in transformer.named_parameters():
        inner = name.startswith("transformer_blocks.") and value.ndim == 2 and "attn_norm" not in name
        (matrices if inner else others).append(value)
    return [Muon(matrices, rate), AdamW(others, rate, betas=(0.9, 0.98), weight_decay=0.01)]


def _save(state: object, path: Path) -> None:
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.rename(path)


def main() -> None:
    """Train."""
    parser = argparse.ArgumentParser("python -m demo.train", description="Train the demo model.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--frames", type=int, default=BATCH_FRAMES, help="mel frames of a step")
    parser.add_argument("--weights", type=Path, help="model.safetensors to begin with")
    parser.add_argument("--no-compile", action="store_true")
    arguments = parser.parse_args()
    arguments.run.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(0)
    run = Run(
        arguments.run,
        rate=arguments.rate,
        seconds=60 * arguments.minutes,
        device=device,
        compiled=not arguments.no_compile,
    )
    if arguments.weights:
        run.begin(arguments.weights)
    train(run, Speech(arguments.corpus), arguments.frames)


if __name__ == "__main__":
    main()
