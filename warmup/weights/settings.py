"""What the operator decides about weights."""

from __future__ import annotations

from dataclasses import dataclass

from warmup.storage import StorageSettings

_EACH = ("tiny", "base", "small", "medium")
WHISPER_SIZES = (*_EACH, *(f"{size}.en" for size in _EACH), "large-v1", "large-v2", "large-v3", "large-v3-turbo")
OTHER_SIZES = (("large", "large-v3"), ("turbo", "large-v3-turbo"))  # as faster-whisper has them


@dataclass(frozen=True, kw_only=True)
class WeightsSettings(StorageSettings):
    """Which weights, and where they may come from."""

    model: str = "auto"
    model_config: str | None = None
    vocab: str | None = None
    vocoder: str | None = None
    asr_model: str = "auto"
    allow_download: bool = True
    on_runpod: bool = False
    offline: bool = False  # HF_HUB_OFFLINE
    hub_cache: str = "~/.cache/huggingface/hub"  # of the hub's own library
