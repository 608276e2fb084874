"""Several channels to one: their mean, unless one of them alone is the voice."""

from __future__ import annotations

import numpy as np

from tts.clock import Samples
from tts.media.ffmpeg import Piece

_CENTRE, _BASS = "FC", "LFE"  # FFmpeg's names
_HEARD = 0.01  # power of a centre that speaks, as a share of the loudest channel's
_CANCELLED = 0.25  # power of the mean, as a share of its channels', below which they cancel each other


class Mixer:
    """Mixes a recording piece by piece and keeps account of its channels.

    Where channels begin to be others half way, the account is that of the last ones.
    """

    def __init__(self) -> None:
        self._names: tuple[str, ...] = ()
        self._weights = np.ones(1, np.float32)  # (channels,)
        self._count = 0
        self._sum = np.zeros(1)  # (channels,) of the samples
        self._products = np.zeros((1, 1))  # (channels, channels), sums of each times each other

    def mean(self, piece: Piece) -> Samples:
        """Return (samples,), the mean of all channels but the one for the bass."""
        if piece.sound.shape[1] != len(self._weights) or piece.names != self._names:
            self._start(piece)
        if len(self._weights) == 1:
            return piece.sound[:, 0]
        self._count += len(piece.sound)
        self._sum += np.ones(len(piece.sound), np.float32) @ piece.sound  # thirty times as fast as sum(axis=0)
        self._products += piece.sound.T @ piece.sound
        return piece.sound @ self._weights

    def better_alone(self) -> int | None:
        """Return the channel that serves better than the mean of all, if one does.

        That is the centre of surround sound, where films and broadcasts have their voices, or the loudest channel
        when the mean is far weaker: two in antiphase, or one that speaks among many that don't.
        """
        if not self._count:
            return None
        mean = self._sum / self._count
        covariance = self._products / self._count - np.outer(mean, mean)  # so that an offset is no sound
        powers = np.diag(covariance) * (self._weights > 0)
        loudest = int(np.argmax(powers))
        if _CENTRE in self._names:
            centre = self._names.index(_CENTRE)
            if powers[centre] > _HEARD * powers[loudest]:
                return centre
        mixed = self._weights @ covariance @ self._weights
        return loudest if mixed < _CANCELLED * powers[self._weights > 0].mean() else None

    def _start(self, piece: Piece) -> None:
        """Begin anew with the channels that the recording has from here on."""
        channels = piece.sound.shape[1]
        heard = np.array([name != _BASS for name in piece.names] or [True] * channels, np.float32)
        self._names, self._count = piece.names, 0
        self._weights = heard / max(1.0, heard.sum())
        self._sum, self._products = np.zeros(channels), np.zeros((channels, channels))
