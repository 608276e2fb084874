"""What the operator decides about flash_attn."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FlashAttnSettings:
    """Whether a build is wanted, and where it may come from."""

    flash_attn: str = "auto"
    flash_attn_wheels: str | None = None
    allow_download: bool = True
