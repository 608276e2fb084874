"""What a job's reply holds."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Reply(BaseModel):
    """What a job returns."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Audio(Reply):
    """The recording made. Exactly one of `base64`, `url` and `path` is there."""

    format: str = Field(description="As it was asked for; a smaller one where `deliver` is `fit` and it has to be.")
    sample_rate: int = Field(description="Hz.")
    duration_s: float
    bytes: int = Field(description="Size of the file.")
    base64: str | None = Field(None, description="The file, when delivered inline.")
    url: str | None = Field(None, description="A link to the file in a bucket; whoever has it may follow it.")
    url_works_s: int | None = Field(None, description="Seconds that the link works.")
    path: str | None = Field(None, description="The file, in a local run.")


class VoiceUsed(Reply):
    """The voice that spoke, the first of several."""

    name: str = Field(description="Empty for a recording sent with the request.")
    style: str | None = Field(None, description="Of a stored voice, where one was asked for.")
    id: str = Field(description="Hash of the recording and its transcript.")
    text: str = Field(description="What the part of the recording that was used says.")
    transcript: Literal["given", "made", "made, checked"] = Field(
        description="Where that is from. `made`: it was heard; `checked`: heard twice, and both times the same."
    )


class ChunkPlanned(Reply):
    """One piece of the text and where it will be in the recording; pauses are between pieces."""

    text: str = Field(description="As it was asked for.")
    said: str | None = Field(None, description="What is said of it, where that is something else.")
    voice: str | None = Field(None, description="Who says it, where several voices speak.")
    start_s: float
    end_s: float


class ChunkSaid(ChunkPlanned):
    """One piece of the text and where it is in the recording; pauses are between pieces."""

    seed: int


class Timing(Reply):
    """Where the time went."""

    voice_s: float = Field(description="Decoding and checking the reference; near 0 when it was used before.")
    queue_s: float = Field(description="Waiting for the device, while it worked for others.")
    synthesis_s: float = Field(description="Of the device's time, this job's share.")
    encode_s: float
    total_s: float
    real_time_factor: float = Field(description="synthesis_s divided by the seconds of audio.")


class SynthesizeReply(Reply):
    """What a `synthesize` job returns."""

    audio: Audio
    captions: dict[str, str] | None = Field(None, description="The text of each format asked for.")
    seed: int
    reproducible: bool = Field(
        description="Whether the same request and seed give these bytes again on a worker like this one, as no chunk "
        "shared a step; else the same sound but for rounding."
    )
    voice: VoiceUsed
    chunks: list[ChunkSaid]
    timing: Timing
    model: str
    attention: str = Field(description="Attention backend: sdpa, flash_attn or torch_varlen.")
    warnings: list[str]


class AudioPlanned(Reply):
    """The recording that would be made."""

    format: str = Field(description="As in `audio` of the reply to `synthesize`, and so the next two.")
    sample_rate: int = Field(description="Hz.")
    duration_s: float = Field(description="At most: silence at the ends goes, unless `duration_s` was asked for.")
    bytes: int = Field(description="Size of the file, at most.")
    delivered: Literal["inline", "url", "file"] = Field(description="Where it would be.")


class PlanReply(Reply):
    """What a `plan` job returns: what the same input would come to with `synthesize`. Nothing has been said for it."""

    audio: AudioPlanned
    chunks: list[ChunkPlanned]
    sizes: dict[str, int] = Field(
        description="Bytes of the file in each format, reckoned as `bytes` is, at the sample rate asked for or at "
        "24 kHz where the format hasn't got it. In a reply a file takes a third more."
    )
    warnings: list[str]


class HealthReply(Reply):
    """What a `health` job returns. A worker that can't serve has no model, and `warmup` says why."""

    model: str | None = Field(None, description="Left out, as the next three, where none is loaded.")
    attention: str | None = None
    device: str | None = None
    dtype: str | None = None
    failure: str | None = Field(None, description="What failed: this worker takes no more jobs, and leaves.")
    voices: list[str] = Field(description="Names that a job may give.")
    damaged_voices: list[str] = Field(description="What lies in the folder of voices and can't be used, and why.")
    warmup: dict[str, Any] = Field(
        description="What the start found: platform, settings, files, memory, seconds of every phase, findings."
    )
    counters: dict[str, float] = Field(
        description="Jobs done, failed and answered again from memory, seconds of audio made."
    )
