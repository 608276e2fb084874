"""The public contract: what a job's `input` may hold and what its reply holds.

Names are snake_case, seconds end in `_s`. Unknown keys are refused with the nearest known one.
`make docs` writes it into docs/api.md.
"""

from __future__ import annotations

import difflib
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator
from pydantic_core import ErrorDetails

from tts.errors import InvalidInput, TextTooLong
from tts.media.formats import OPUS_RATES

TEXT_LIMIT = 20_000  # characters
STEPS = {"draft": 7, "standard": 16, "high": 32}
_QUOTED = 80  # characters of a wrong name that an error repeats
# In the contract, but served by a later version.
_LATER = ("voice_url", "captions", "normalize", "max_wer", "max_retries", "loudness")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SynthesizeRequest(_Strict):
    """Say a text in a voice."""

    @field_validator("*")
    @classmethod
    def _is_text(cls, value: Any) -> Any:
        try:
            return value if not isinstance(value, str) or value.isascii() else value.encode().decode()
        except UnicodeEncodeError as error:
            raise ValueError("holds half of a surrogate pair, which is no unicode character") from error

    action: Literal["synthesize"] = "synthesize"
    text: Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT)] = Field(description="What to say.")
    voice: str | None = Field(
        None, max_length=200, description="Name of a built-in voice; left out: the embedded voice."
    )
    voice_base64: str | None = Field(
        None,
        max_length=100_000_000,
        description="A reference recording instead of a named voice, base64, data-URI prefix allowed.",
    )
    voice_text: str | None = Field(
        None,
        description="What is said in the recording: plain text, SRT, VTT, or CSV with Start,End,Segment.",
    )
    language: str | None = Field(None, max_length=35, description="E.g. `en`; a hint without effect in this version.")
    speed: float = Field(1.0, ge=0.3, le=3.0, allow_inf_nan=False, description="1 is the reference's own pace.")
    quality: Literal["draft", "standard", "high"] = Field("standard", description="7, 16 or 32 steps.")
    steps: int | None = Field(None, ge=4, le=64, description="Solver steps; overrides `quality`.")
    cfg_strength: float = Field(2.0, ge=0, le=10, allow_inf_nan=False, description="Classifier-free guidance.")
    sway: float = Field(-1.0, ge=-1, le=1, allow_inf_nan=False, description="Sway sampling coefficient.")
    seed: int | None = Field(None, ge=0, le=2**63 - 1, description="Left out: random. Returned in the reply.")
    duration_s: float | None = Field(
        None, gt=0, le=3600, allow_inf_nan=False, description="Total length to fit, instead of `speed`."
    )
    format: Literal["wav", "flac", "mp3", "ogg", "aac", "pcm"] = Field(
        "wav", description="`ogg` is Opus, `pcm` 16-bit little-endian mono without a header."
    )
    sample_rate: Literal[8000, 16000, 22050, 24000, 44100, 48000] = Field(24000, description="Hz.")
    deliver: Literal["auto", "inline"] = Field(
        "auto",
        description="`inline`: base64 in the reply. `auto`: the same on an endpoint, a file in a local run.",
    )

    @property
    def solver_steps(self) -> int:
        """Steps that the solver takes."""
        return self.steps or STEPS[self.quality]


class HealthRequest(_Strict):
    """Tell how the worker is."""

    action: Literal["health"]


Request = SynthesizeRequest | HealthRequest
_REQUESTS: dict[str, type[SynthesizeRequest] | type[HealthRequest]] = {
    "synthesize": SynthesizeRequest,
    "health": HealthRequest,
}


class Audio(_Strict):
    """The recording made. Exactly one of `base64` and `path` is there."""

    format: str
    sample_rate: int = Field(description="Hz.")
    duration_s: float
    bytes: int = Field(description="Size of the file.")
    base64: str | None = Field(None, description="The file, when delivered inline.")
    path: str | None = Field(None, description="The file, in a local run.")


class VoiceUsed(_Strict):
    """The voice that spoke."""

    name: str = Field(description="Empty for a recording sent with the request.")
    id: str = Field(description="Hash of the recording and its transcript.")
    text: str = Field(description="What the part of the recording that was used says.")


class ChunkSaid(_Strict):
    """One piece of the text and where it is in the recording."""

    text: str
    start_s: float
    end_s: float
    seed: int


class Timing(_Strict):
    """Where the time went."""

    voice_s: float = Field(description="Decoding and checking the reference; near 0 when it was used before.")
    queue_s: float = Field(description="Waiting for the device.")
    synthesis_s: float
    encode_s: float
    total_s: float
    real_time_factor: float = Field(description="synthesis_s divided by the seconds of audio.")


class SynthesizeReply(_Strict):
    """What a `synthesize` job returns."""

    audio: Audio
    seed: int
    voice: VoiceUsed
    chunks: list[ChunkSaid]
    timing: Timing
    model: str
    attention: str = Field(description="Attention backend: sdpa, flash_attn or torch_varlen.")
    warnings: list[str]


class HealthReply(_Strict):
    """What a `health` job returns."""

    model: str
    attention: str
    device: str
    dtype: str
    voices: list[str]
    warmup: dict[str, Any] = Field(
        description="What the start found: platform, settings, files, memory, seconds of every phase, findings."
    )
    counters: dict[str, float] = Field(description="Jobs done and failed, seconds of audio made.")


def parse(given: Any, max_text_chars: int = TEXT_LIMIT) -> Request:
    """Check a job's input.

    Raises:
        InvalidInput: it isn't an object, or a field is missing, unknown, of the wrong type or out of range.
        TextTooLong: the text exceeds `max_text_chars`.
    """
    if not isinstance(given, dict):
        raise InvalidInput("input is not an object", 'send {"input": {"text": "...", ...}}')
    action = given.get("action", "synthesize")
    if not isinstance(action, str) or action not in _REQUESTS:
        raise InvalidInput(
            f"there is no action {str(action)[:_QUOTED]!r}", _nearest(str(action), list(_REQUESTS), "actions"), "action"
        )
    _check_length(given.get("text"), max_text_chars)
    try:
        request = _REQUESTS[action].model_validate(given)
    except ValidationError as error:
        raise _explained(error.errors()[0], _REQUESTS[action]) from error
    if isinstance(request, SynthesizeRequest):
        _check_together(request)
    return request


def _check_length(text: Any, limit: int) -> None:
    limit = min(limit, TEXT_LIMIT)
    if isinstance(text, str) and len(text) > limit:
        raise TextTooLong(
            f"the text has {len(text)} characters, the limit is {limit}", "send it in several jobs", "text"
        )


def _check_together(request: SynthesizeRequest) -> None:
    if not request.text.strip():
        raise InvalidInput("text is blank", "send the words to say", "text")
    if mark := re.search(r"\[(voice|pause):[^\]]*\]", request.text):
        raise InvalidInput(
            f"{mark[0][:_QUOTED]} is a mark that this version doesn't serve",
            "send each part as a job of its own",
            "text",
        )
    if request.voice is not None and request.voice_base64 is not None:
        raise InvalidInput("voice and voice_base64 exclude each other", "send only one of them", "voice_base64")
    if request.voice_text is not None and request.voice_base64 is None:
        raise InvalidInput("voice_text comes without a recording", "send it with voice_base64", "voice_text")
    if request.duration_s is not None and request.speed != 1:
        raise InvalidInput("speed and duration_s exclude each other", "send only one of them", "speed")
    if request.format == "ogg" and request.sample_rate not in OPUS_RATES:
        raise InvalidInput(
            f"ogg holds Opus, which has no {request.sample_rate} Hz",
            f"use one of {', '.join(map(str, OPUS_RATES))}, or another format",
            "sample_rate",
        )


def _explained(error: ErrorDetails, request: type[BaseModel]) -> InvalidInput:
    field = ".".join(str(part) for part in error["loc"])[:_QUOTED]
    if error["type"] == "extra_forbidden":
        if field in _LATER:
            return InvalidInput(f"{field} is not served by this version", "leave it out", field)
        return InvalidInput(f"unknown field {field}", _nearest(field, list(request.model_fields), "fields"), field)
    if error["type"] == "missing":
        return InvalidInput(f"{field} is missing", f"add {field} to the input", field)
    rule = error["msg"].removeprefix("Input ").removeprefix("Value error, ")
    return InvalidInput(f"{field} {rule}", f"see {field} in docs/api.md", field)


def _nearest(name: str, known: list[str], what: str) -> str:
    near = difflib.get_close_matches(name[:_QUOTED], known, 1)
    return f"did you mean {near[0]}?" if near else f"known {what}: {', '.join(known)}"


def schema() -> dict[str, Any]:
    """Return the JSON Schema of requests and replies."""
    parts: dict[str, Any] = {"request": Request, "reply": SynthesizeReply | HealthReply}
    return {name: TypeAdapter(model).json_schema() for name, model in parts.items()}
