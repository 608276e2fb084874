"""The worker's settings: one table, read once, before torch and the SDK are imported."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any


class SettingError(Exception):
    """A variable holds what it can't; the message names it and says what to paste."""


@dataclass(frozen=True)
class Settings:
    """What the operator decides. Field `model` is the variable `TTS_MODEL`, and so on."""

    model: str = "auto"
    model_config: str | None = None
    vocab: str | None = None
    vocoder: str | None = None
    attention: str = "auto"
    dtype: str = "auto"
    device: str = "auto"
    max_batch_frames: int | None = None
    concurrency: int = 2
    cache_dir: str | None = None
    allow_download: bool = True
    max_text_chars: int = 20_000
    inline_limit_mb: int = 10
    log_level: str = "INFO"
    on_runpod: bool = False

    def shown(self) -> dict[str, Any]:
        """Return the settings in force, by variable."""
        return {f"TTS_{name.upper()}": value for name, value in asdict(self).items() if name != "on_runpod"}


@dataclass(frozen=True)
class Variable:
    """One row of the table: how a value is read, and what it means."""

    read: Callable[[str], Any]
    allowed: str
    meaning: str


def _choice(*values: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in values:
            raise ValueError
        return text

    return read


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not low <= int(text) <= high:
            raise ValueError
        return int(text)

    return read


def _flag(text: str) -> bool:
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    if text.lower() not in words:
        raise ValueError
    return words[text.lower()]


def _one_of(*values: str, meaning: str) -> Variable:
    return Variable(_choice(*values), " / ".join(values), meaning)


def _between(low: int, high: int, meaning: str) -> Variable:
    return Variable(_number(low, high), f"{low}..{high}", meaning)


def _path(meaning: str) -> Variable:
    return Variable(str, "path", meaning)


TABLE: dict[str, Variable] = {
    "TTS_MODEL": Variable(
        str,
        "auto / demo / F5TTS_v1_Base / F5TTS_Base / path",
        "Which weights. `auto`: F5TTS_v1_Base if it is on the machine, else on RunPod a download, else the demo.",
    ),
    "TTS_MODEL_CONFIG": _path("YAML in the form of `f5_tts/configs`, or a packaged name, when TTS_MODEL is a path."),
    "TTS_VOCAB": _path("`vocab.txt` when TTS_MODEL is a path; left out: the one of the f5-tts package."),
    "TTS_VOCODER": _path("Folder of a Vocos (`config.yaml` and weights); left out: charactr/vocos-mel-24khz."),
    "TTS_ATTENTION": _one_of(
        "auto",
        "flash_attn",
        "torch_varlen",
        "sdpa",
        meaning="Attention kernel; `auto` takes a variable-length one if it runs here, else sdpa.",
    ),
    "TTS_DTYPE": _one_of(
        "auto",
        "float16",
        "bfloat16",
        "float32",
        meaning="Precision; `auto`: float16 on a GPU, float32 on a CPU.",
    ),
    "TTS_DEVICE": Variable(str, "auto / cpu / cuda / cuda:N", "Where to compute."),
    "TTS_MAX_BATCH_FRAMES": _between(
        4_096,
        1_048_576,
        "Mel frames in the network at once; left out: 32768 on a GPU, one chunk on a CPU, where more is no faster.",
    ),
    "TTS_CONCURRENCY": _between(1, 64, "Jobs in progress at once; they share the device."),
    "TTS_CACHE_DIR": _path("Hugging Face cache to look in and download to; left out: the hub's own."),
    "TTS_ALLOW_DOWNLOAD": Variable(_flag, "true / false", "Whether missing weights may be downloaded."),
    "TTS_MAX_TEXT_CHARS": _between(1, 20_000, "Longest text of a job."),
    "TTS_INLINE_LIMIT_MB": _between(1, 20, "Largest reply; the platform takes 10 MB (/run) or 20 MB (/runsync)."),
    "TTS_LOG_LEVEL": _one_of("DEBUG", "INFO", "WARNING", "ERROR", meaning="How much the log says."),
}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings of an environment; empty and "None" count as unset.

    Raises:
        SettingError: a value is not allowed.
    """
    values: dict[str, Any] = {}
    for name, variable in TABLE.items():
        text = environment.get(name, "").strip()
        if text in ("", "None"):
            continue
        try:
            values[name.removeprefix("TTS_").lower()] = variable.read(text)
        except ValueError:
            raise SettingError(f"{name}={text} is not allowed; it is {variable.allowed}") from None
    return Settings(**values, on_runpod=bool(environment.get("RUNPOD_ENDPOINT_ID")))


def prepare() -> Settings:
    """Read this process's settings, and set what the SDK and torch read while they load.

    The SDK's default log level is DEBUG, at which it prints every request's text and audio. Threads of torch
    that wait for each other spin for milliseconds by default: on 2 cores that another process keeps busy, a job
    of 0.6 s then took 15.6 s, with the shorter spin 1.3 s (and 0.6 to 0.8 s on idle cores).
    """
    settings = read_settings(os.environ)
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    if "RUNPOD_DEBUG_LEVEL" not in os.environ:
        os.environ.setdefault("RUNPOD_LOG_LEVEL", "INFO")
    return settings
