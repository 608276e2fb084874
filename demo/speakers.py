"""Virtual speakers: the teacher's one voice, its source and filter changed in independent directions."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from random import Random

import numpy as np
import numpy.typing as npt

from tts.clock import SAMPLE_RATE

_WINDOW = 1200  # samples of a spectrum of hibari's
Spectra = npt.NDArray[np.float32]  # (bins, frames), or (frames,) of the pitch
# The directions and how far they go; the ratios are spread evenly in their logarithm.
_RATIOS = {"size": (0.82, 1.12), "height": (0.54, 1.25), "range": (0.5, 1.3), "warp": (0.93, 1.07)}
_AMOUNTS = {"tilt": (-4.0, 2.5), "breath": (-0.5, 0.9), "low": (-4.0, 4.0), "high": (-5.0, 5.0)}


@dataclass(frozen=True)
class Speaker:
    """A virtual speaker, made of the teacher's voice; the defaults leave it as it is."""

    name: str
    size: float = 1.0  # factor by which the recording is resampled: above 1 a smaller head, everything higher
    pitch: float = 1.0  # factor on the pitch alone, before resampling
    range: float = 1.0  # factor on how far, in octaves, the pitch moves from its middle
    warp: float = 1.0  # factor on the frequencies of the first two formants
    tilt: float = 0.0  # dB an octave from 1 kHz
    breath: float = 0.0  # nepers by which noise is louder
    low: float = 0.0  # dB around 600 Hz
    high: float = 0.0  # dB around 3 kHz


DEMO, DEMO_LOW = Speaker("demo"), Speaker("demo_low", 0.84, 0.8)
DEMO_MID = Speaker("demo_mid", 0.92, 0.9)  # of no recording for training


def trained(count: int = 62) -> list[Speaker]:
    """Return the speakers of the corpus."""
    return [DEMO, DEMO_LOW, *spread("trained", count)]


def held_out(count: int = 20) -> list[Speaker]:
    """Return the speakers of the evaluation, spread as widely, none of them trained."""
    return spread("held", count)


def spread(name: str, count: int) -> list[Speaker]:
    """Return speakers that fill the directions as a Latin square does: each range is cut into `count` parts."""
    random = Random(f"speakers {name}")
    orders = {way: random.sample(range(count), count) for way in (*_RATIOS, *_AMOUNTS)}
    places = [{way: (order[i] + 0.5) / count for way, order in orders.items()} for i in range(count)]
    return [_at(f"{name}_{i:02}", place) for i, place in enumerate(places)]


def _at(name: str, place: dict[str, float]) -> Speaker:
    """Return the speaker at a place of the unit cube."""
    ratios = {way: exp(log(low) + place[way] * (log(high) - log(low))) for way, (low, high) in _RATIOS.items()}
    amounts = {way: low + place[way] * (high - low) for way, (low, high) in _AMOUNTS.items()}
    height = ratios.pop("height")  # of the voice as it is heard, whatever the size
    return Speaker(name, pitch=height / ratios["size"], **ratios, **amounts)


def changed(parts: list[Spectra], speaker: Speaker) -> list[Spectra]:
    """Return what the teacher's network gives, as another speaker's source and filter would have it.

    Args:
        parts: log magnitude and phase of the harmonics, log magnitude of the noise, the same two of a free part, each
            (bins, frames); pitch in Hz, (frames,).
        speaker: who is to be heard.
    """
    harmonics, theta, noise, rest, phi, f0 = (_warped(part, speaker.warp) if part.ndim == 2 else part for part in parts)
    gain = _gain(speaker)[:, None]
    softer = 0.5 * speaker.breath * (_frequencies() > 2000)[:, None]
    pitch = _pitched(f0, speaker)
    return [harmonics + gain - softer, theta, noise + gain + speaker.breath, rest + gain, phi, pitch]


def _pitched(f0: Spectra, speaker: Speaker) -> Spectra:
    voiced = f0 > 40  # Hz, hibari's own threshold
    if not voiced.any():
        return f0
    middle = np.median(f0[voiced])
    moved = middle * (np.maximum(f0, 1) / middle) ** speaker.range * speaker.pitch
    return np.where(voiced, np.maximum(moved, 45), 0).astype(np.float32)


def _frequencies() -> Spectra:
    """Return the frequency of each bin in Hz."""
    return np.arange(_WINDOW // 2 + 1, dtype=np.float32) * SAMPLE_RATE / _WINDOW


def _gain(speaker: Speaker) -> Spectra:
    """Return (bins,) nepers."""
    octaves = np.log2(np.clip(_frequencies(), 100, 8000) / 1000)
    low, high = (np.exp(-((np.log2(np.maximum(_frequencies(), 50) / hertz)) ** 2)) for hertz in (600, 3000))
    decibels = speaker.tilt * octaves + speaker.low * low + speaker.high * high
    return (decibels * log(10) / 20).astype(np.float32)


def _warped(part: Spectra, warp: float) -> Spectra:
    """Move what lies below 2.5 kHz by a factor, what is above 6 kHz not at all."""
    if warp == 1:
        return part
    frequencies = _frequencies()
    source = np.interp(frequencies, [0, 2500 * warp, 6000, SAMPLE_RATE / 2], [0, 2500, 6000, SAMPLE_RATE / 2])
    places = np.clip(source / (SAMPLE_RATE / _WINDOW), 0, len(part) - 1)
    below = np.floor(places).astype(int)
    above, share = np.minimum(below + 1, len(part) - 1), (places - below)[:, None].astype(np.float32)
    return part[below] * (1 - share) + part[above] * share
