"""What the operator decides about weights."""

from __future__ import annotations

from dataclasses import dataclass

from warmup.storage import StorageSettings


@dataclass(frozen=True, kw_only=True)
class WeightsSettings(StorageSettings):
    """Which weights, and where they may come from."""

    model: str = "auto"
    model_config: str | None = None
    vocab: str | None = None
    vocoder: str | None = None
    asr_model: str | None = None
    allow_download: bool = True
    on_runpod: bool = False
    offline: bool = False  # HF_HUB_OFFLINE
    hub_cache: str = "~/.cache/huggingface/hub"  # of the hub's own library
