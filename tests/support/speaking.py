"""Speech of espeak-ng and sounds that are no speech, and recordings of several voices in a row."""

from __future__ import annotations

import subprocess

import numpy as np

from tests.conftest import tone
from tts.clock import SAMPLE_RATE, Samples
from tts.media.decode import decode
from tts.voice.registry import built_in

SAID = {  # a sentence about a river in languages that tiny.en doesn't know
    "de": "Das Wetter war heute Morgen schön, deshalb gingen wir am Fluss entlang bis zur Brücke.",
    "fr": "Il faisait beau ce matin, alors nous avons marché le long de la rivière jusqu'au pont.",
    "es": "Hacía buen tiempo esta mañana, así que caminamos junto al río hasta el puente.",
    "it": "Questa mattina il tempo era bello e abbiamo camminato lungo il fiume fino al ponte.",
    "nl": "Het weer was vanmorgen mooi, dus liepen we langs de rivier tot aan de brug.",
    "pl": "Dziś rano była ładna pogoda, więc szliśmy wzdłuż rzeki aż do mostu.",
    "ru": "Сегодня утром была хорошая погода, и мы гуляли вдоль реки до моста.",
    "sv": "Vädret var fint i morse så vi gick längs floden till bron.",
    "tr": "Bu sabah hava güzeldi, bu yüzden nehir boyunca köprüye kadar yürüdük.",
    "cmn": "今天早上天气很好，所以我们沿着河一直走到桥边。",
    "ar": "كان الطقس جميلا هذا الصباح فمشينا على طول النهر حتى الجسر",
    "hi": "आज सुबह मौसम अच्छा था, इसलिए हम नदी के किनारे पुल तक चले।",
}


def spoken(language: str, text: str, words_a_minute: int = 150) -> Samples:
    """Return a text said by espeak-ng, 24 kHz."""
    command = ["espeak-ng", "-v", language, "-s", str(words_a_minute), "--stdout", text]
    return decode(subprocess.run(command, capture_output=True, check=True).stdout, 60)


def recorded(name: str) -> Samples:
    """Return one of the built-in recordings, 24 kHz."""
    return decode(built_in()[name].file.read_bytes(), 60)


def in_a_row(*names: str, gap_s: float = 0.5) -> tuple[Samples, str]:
    """Return built-in recordings one after the other with silence between them, and what they say."""
    gap = np.zeros(round(gap_s * SAMPLE_RATE), np.float32)
    parts = [part for name in names for part in (recorded(name), gap)]
    return np.concatenate(parts[:-1]), " ".join(built_in()[name].text for name in names)


def music(seconds: float, note_s: float = 0.4) -> Samples:
    """Return chords of three notes with eight partials each."""
    draw, at = np.random.default_rng(0), np.arange(round(note_s * SAMPLE_RATE)) / SAMPLE_RATE
    bars = []
    for _ in range(round(seconds / note_s)):
        pitches = 220 * 2 ** (draw.choice(24, 3) / 12)
        bars.append(sum(np.sin(2 * np.pi * hertz * k * at) / k for hertz in pitches for k in range(1, 9)))
    return np.concatenate([bar * np.exp(-2 * at) * 0.1 for bar in bars]).astype(np.float32)


def noise(seconds: float, level: float = 0.1) -> Samples:
    """Return white noise."""
    return (np.random.default_rng(0).standard_normal(round(seconds * SAMPLE_RATE)) * level).astype(np.float32)


NO_WORDS = {
    "white noise": noise(5),
    "a tone": tone(5, 440),
    "a chord": sum((tone(5, hertz, 0.1) for hertz in (220, 277, 330)), np.zeros(5 * SAMPLE_RATE, np.float32)),
    "music": music(6),
    "bursts of noise": noise(6) * (np.sin(6 * np.pi * np.arange(6 * SAMPLE_RATE) / SAMPLE_RATE) > 0),
}
