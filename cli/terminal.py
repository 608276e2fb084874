"""What a person at a terminal sees: steps as they go, and a summary at the end."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from tqdm import tqdm

from tts.api import Reached, SynthesizeReply


class StepBar:
    """A progress bar over solver steps; it appears after a second, and only on a terminal."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None

    def __enter__(self) -> StepBar:
        return self

    def __call__(self, reached: Reached) -> None:
        """Show the steps that are taken."""
        bar = self._bar
        if bar is None:
            bar = self._bar = tqdm(
                total=reached.of_steps,
                desc="synthesis",
                unit="step",
                delay=1,
                leave=False,
                disable=not sys.stderr.isatty(),
            )
        bar.update(reached.steps - bar.n)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()


def heard(reply: SynthesizeReply) -> str:
    """Return what was heard in a recording without a transcript, as a person should read it over; else nothing."""
    voice = reply.voice
    if voice.transcript == "given":
        return ""
    return f"heard in the recording: {voice.text}\nif that is wrong, give --voice-text"


def summary(reply: SynthesizeReply) -> str:
    """Return a reply in a few lines."""
    audio, timing = reply.audio, reply.timing
    lines = [
        f"audio   {audio.path or audio.url or f'{audio.bytes} bytes of {audio.format}, in the reply'}",
        f"length  {audio.duration_s:.2f} s, made in {timing.synthesis_s:.2f} s "
        f"(real-time factor {timing.real_time_factor:.3f})",
        f"model   {reply.model}, attention {reply.attention}",
        f"voice   {reply.voice.name or reply.voice.id}",
        f"seed    {reply.seed}",
    ]
    return "\n".join(lines + [f"note    {warning}" for warning in reply.warnings])
