"""The mel front end: 24 kHz sound to the log-mel frames that F5-TTS and Vocos share.

Same definition as `torchaudio.transforms.MelSpectrogram(power=1, norm=None, mel_scale="htk")` followed by
`clamp(1e-5).log()` (upstream `get_vocos_mel_spectrogram`).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from tts.clock import BINS, HOP, MELS, SAMPLE_RATE, WINDOW

_FLOOR = 1e-5  # smallest magnitude whose logarithm is taken


class MelFrontEnd(nn.Module):
    """Log-mel spectrogram of a waveform."""

    window: Tensor
    bands: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("window", torch.hann_window(WINDOW), persistent=False)
        self.register_buffer("bands", mel_bands(), persistent=False)

    @torch.inference_mode()
    def forward(self, wave: Tensor) -> Tensor:
        """Return the frames of a waveform.

        Args:
            wave: (samples,) float32 at 24 kHz, longer than half a window (512 samples).

        Returns:
            (1 + samples // 256, 100) float32, natural logarithm of the magnitude in each band.
        """
        spectrum = torch.stft(
            wave, WINDOW, HOP, WINDOW, self.window, center=True, pad_mode="reflect", return_complex=True
        )  # (bins, frames)
        return (spectrum.abs().T @ self.bands).clamp(min=_FLOOR).log()


def mel_bands() -> Tensor:
    """Return the triangular filters, (bins, mels): equally spaced on the HTK mel scale from 0 Hz to Nyquist."""
    nyquist = SAMPLE_RATE / 2
    bins = torch.linspace(0, nyquist, BINS)
    top = 2595.0 * math.log10(1.0 + nyquist / 700.0)
    corners = 700.0 * (10.0 ** (torch.linspace(0, top, MELS + 2) / 2595.0) - 1.0)  # Hz, (mels + 2,)
    rising = (bins[:, None] - corners[:-2]) / (corners[1:-1] - corners[:-2])
    falling = (corners[2:] - bins[:, None]) / (corners[2:] - corners[1:-1])
    return torch.minimum(rising, falling).clamp(min=0)
