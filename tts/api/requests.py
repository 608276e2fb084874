"""What a job's `input` may hold. Names are snake_case, seconds end in `_s`; null is the same as left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator, model_validator

from tts.api.problems import Problem, quoted
from tts.api.recordings import Language, StyleName, VoiceBase64, VoiceText, VoiceUrl, about_voice
from tts.limits import TEXT_LIMIT
from tts.media.formats import rates
from tts.text.normalize.languages import advice, is_known
from tts.text.pronunciations import wrong as wrong_words


def _word_for_fit(value: Any) -> Any:
    return {True: "fit", False: "auto"}[value["fit"]] if value in ({"fit": True}, {"fit": False}) else value


Deliver = Annotated[
    Literal["auto", "fit", "inline", "url"],
    BeforeValidator(_word_for_fit),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "enum": ["auto", "fit", "inline", "url"]},
                {
                    "type": "object",
                    "properties": {"fit": {"type": "boolean"}},
                    "required": ["fit"],
                    "additionalProperties": False,
                },
                {"type": "null"},
            ]
        }
    ),
]
STEPS = {"draft": 7, "standard": 16, "high": 32}


def _optional_may_be_null(schema: dict[str, Any]) -> None:
    for name, shape in schema["properties"].items():
        if name in schema.get("required", []) or "anyOf" in shape:
            continue
        about = {key: shape.pop(key) for key in ("default", "description", "title") if key in shape}
        schema["properties"][name] = {"anyOf": [shape, {"type": "null"}], **about}


class Request(BaseModel):
    """The input of a job."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, json_schema_extra=_optional_may_be_null)

    action: str

    def contradictions(self) -> Iterator[Problem]:
        """Tell which fields, each right by itself, don't go together or ask for what isn't served."""
        yield from ()

    @model_validator(mode="before")
    @classmethod
    def _null_is_left_out(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        fields = cls.model_fields
        empty = {name for name, value in given.items() if value is None and name in fields}
        return {name: value for name, value in given.items() if name not in empty or fields[name].is_required()}

    @field_validator("*")
    @classmethod
    def _is_text(cls, value: Any) -> Any:
        try:
            return value if not isinstance(value, str) or value.isascii() else value.encode().decode()
        except UnicodeEncodeError as error:
            raise ValueError("holds half of a surrogate pair, which is no unicode character") from error


class PausesAsked(BaseModel):
    """Exact silence where something ends; left out: as the model speaks."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    sentence_s: float | None = Field(None, ge=0, le=10, allow_inf_nan=False, description="Behind every sentence.")
    paragraph_s: float | None = Field(None, ge=0, le=10, allow_inf_nan=False, description="Behind every paragraph.")


class SynthesizeRequest(Request):
    """Say a text in a voice."""

    action: Literal["synthesize", "plan"] = Field(
        "synthesize", description="`plan` tells what the same input would come to, and says nothing."
    )
    text: Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT)] = Field(
        description="What to say, with marks: [docs/text.md](text.md#marks)."
    )
    voice: str | None = Field(
        None, max_length=200, description="Name of a stored or built-in voice; left out: the embedded voice."
    )
    style: StyleName = Field(None, description="Which of a stored voice's recordings; left out: `default`.")
    voice_url: VoiceUrl = None
    voice_base64: VoiceBase64 = None
    voice_text: VoiceText = None
    check_transcript: bool = Field(
        False,
        description="Whether a `voice_text` that the recording contradicts is refused. Otherwise it is a warning, "
        "and looked for only where the pace is unusual.",
    )
    language: Language = None
    normalize: bool = Field(True, description="Numbers, dates, units, abbreviations, addresses are said as words.")
    words: dict[str, str] | None = Field(
        None, description='What is said instead of words, e.g. `{"RunPod": "run pod"}`: 1000 at most.'
    )
    pauses: PausesAsked | None = Field(None, description="Silence behind sentences and paragraphs, to the sample.")
    speed: float = Field(1.0, ge=0.3, le=3.0, allow_inf_nan=False, description="1 is the reference's own pace.")
    quality: Literal["draft", "standard", "high"] = Field("standard", description="7, 16 or 32 steps.")
    steps: int | None = Field(None, ge=4, le=64, description="Solver steps; overrides `quality`.")
    cfg_strength: float = Field(2.0, ge=0, le=10, allow_inf_nan=False, description="Classifier-free guidance.")
    sway: float = Field(-1.0, ge=-1, le=1, allow_inf_nan=False, description="Sway sampling coefficient.")
    seed: int | None = Field(None, ge=0, le=2**63 - 1, description="Left out: random. Returned in the reply.")
    reproducible: bool = Field(
        False,
        description="The same request and seed give the same bytes, whatever else runs: its chunks share no step with "
        "others, which takes longer. Left out: the same sound but for rounding.",
    )
    duration_s: float | None = Field(
        None, gt=0, le=3600, allow_inf_nan=False, description="Total length to fit, instead of `speed`."
    )
    format: Literal["wav", "flac", "mp3", "ogg", "opus", "aac", "pcm"] = Field(
        "wav",
        description="`ogg` is Opus in Ogg, and `opus` its other name; `pcm` is 16-bit little-endian mono, no header.",
    )
    sample_rate: Literal[8000, 16000, 22050, 24000, 44100, 48000] = Field(24000, description="Hz.")
    loudness: float | None = Field(
        None,
        ge=-40,
        le=-10,
        allow_inf_nan=False,
        description="LUFS; left out: as loud as the reference. No true peak is ever above -1 dBTP.",
    )
    captions: list[Literal["srt", "vtt", "ass", "json", "csv"]] = Field(
        [],
        max_length=5,
        description="The words with the times at which they are said, as srt, vtt, ass (karaoke), json or csv "
        "(Start,End,Word).",
    )
    deliver: Deliver = Field(
        "auto",
        description="`inline`: base64 in the reply. `url`: a link into a bucket. `auto`: inline if it fits the reply, "
        "else a link if there is a bucket; a file in a local run. `fit`: as `auto`, and in a smaller format where it "
        'would fit nowhere; `{"fit": true}` is the same.',
    )
    idempotency_key: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="What comes with the same key within ten minutes is answered with the same reply, by the worker "
        "that made it; with another input it is refused.",
    )

    @property
    def solver_steps(self) -> int:
        """Steps that the solver takes."""
        return self.steps or STEPS[self.quality]

    def contradictions(self) -> Iterator[Problem]:
        """Tell which fields don't go together, and what a recording or a text holds that can't be meant."""
        if not self.text.strip():
            yield Problem("text", "text is blank", "send the words to say")
        yield from self._about_the_words()
        yield from about_voice(self.voice, self.voice_url, self.voice_base64, self.voice_text)
        if self.style is not None and self.voice is None:
            yield Problem("style", "style comes without a stored voice", "send it with voice", lacks=("voice",))
        if self.duration_s is not None and self.speed != 1:
            yield Problem("speed", "speed and duration_s exclude each other", "send only one of them")
        if self.sample_rate not in rates(self.format):
            others = ", ".join(map(str, rates(self.format)))
            said = f"{self.format} has no {self.sample_rate} Hz"
            yield Problem("sample_rate", said, f"send one of {others}, or another format")

    def _about_the_words(self) -> Iterator[Problem]:
        if self.language is not None and not is_known(self.language):
            yield Problem("language", f"language {quoted(self.language)} is unknown", advice(self.language))
        if problem := wrong_words(self.words or {}):
            yield Problem("words", f"words {problem}", 'send an object such as {"RunPod": "run pod"}')


class HealthRequest(Request):
    """Tell how the worker is."""

    action: Literal["health"]
