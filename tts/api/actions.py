"""The table of actions: the name of each, what it takes and returns, and who answers it.

A job of the queue, a call over HTTP and a command go through this table, and so do the jobs of a worker that can't
serve. A new action is a request, a reply, and a row here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, Union

from pydantic import BaseModel, TypeAdapter

from tts.api.hearing import CheckVoiceReply, CheckVoiceRequest, TranscribeReply, TranscribeRequest
from tts.api.replies import HealthReply, PlanReply, SynthesizeReply
from tts.api.requests import HealthRequest, Request, SynthesizeRequest
from tts.api.voices import (
    VoiceAddReply,
    VoiceAddRequest,
    VoiceDeleteReply,
    VoiceDeleteRequest,
    VoiceGetReply,
    VoiceGetRequest,
    VoiceListReply,
    VoiceListRequest,
)


@dataclass(frozen=True)
class Reached:
    """How far a job is."""

    steps: int
    of_steps: int
    chunks: int  # sampled to the end
    of_chunks: int
    seconds: float  # of the recording, by the share of steps that are taken
    of_seconds: float


Progress = Callable[[Reached], None]  # called between steps on the thread that owns the device, so it must be quick


@dataclass(frozen=True)
class Job:
    """What an answer needs to know of a job beside its request."""

    id: str
    progress: Progress | None = None  # of whoever watches
    s3_config: Any = None  # the bucket that the job brings along, not looked at yet


class KeepsVoices(Protocol):
    """The stored voices."""

    async def add(self, request: VoiceAddRequest) -> VoiceAddReply:
        """Store a recording."""

    async def list(self) -> VoiceListReply:
        """Return all voices."""

    async def get(self, request: VoiceGetRequest) -> VoiceGetReply:
        """Return a voice and its recording."""

    async def delete(self, request: VoiceDeleteRequest) -> VoiceDeleteReply:
        """Delete a voice or a style."""


class Listens(Protocol):
    """Who hears recordings."""

    async def transcribe(self, request: TranscribeRequest) -> TranscribeReply:
        """Tell what a recording says."""

    async def check_voice(self, request: CheckVoiceRequest) -> CheckVoiceReply:
        """Tell what a recording is worth as a voice."""


class Speaks(Protocol):
    """The loaded model."""

    @property
    def shelf(self) -> KeepsVoices:
        """The stored voices."""

    @property
    def listening(self) -> Listens:
        """Who hears recordings that nobody speaks with yet."""

    async def synthesize(self, request: SynthesizeRequest, job: Job) -> SynthesizeReply:
        """Say a request's text."""

    async def plan(self, request: SynthesizeRequest, job: Job) -> PlanReply:
        """Tell what `synthesize` would make of a request."""


class Parts(Protocol):
    """What a worker is made of, as far as answers need it."""

    @property
    def synthesizer(self) -> Speaks:
        """The loaded model; raises `WorkerUnusable` where there is none."""

    async def health(self) -> HealthReply:
        """Tell how the worker is."""


@dataclass(frozen=True)
class Action:
    """One row of the table."""

    request: type[Request]
    reply: type[BaseModel]
    answer: Callable[[Parts, Any, Job], Awaitable[BaseModel]]
    kept: bool = True  # whether the same job gets the same reply again; no: it tells a state, which changes


async def _synthesize(parts: Parts, request: SynthesizeRequest, job: Job) -> SynthesizeReply:
    return await parts.synthesizer.synthesize(request, job)


async def _plan(parts: Parts, request: SynthesizeRequest, job: Job) -> PlanReply:
    return await parts.synthesizer.plan(request, job)


async def _transcribe(parts: Parts, request: TranscribeRequest, job: Job) -> TranscribeReply:
    return await parts.synthesizer.listening.transcribe(request)


async def _check_voice(parts: Parts, request: CheckVoiceRequest, job: Job) -> CheckVoiceReply:
    return await parts.synthesizer.listening.check_voice(request)


async def _health(parts: Parts, request: HealthRequest, job: Job) -> HealthReply:
    return await parts.health()


async def _voice_add(parts: Parts, request: VoiceAddRequest, job: Job) -> VoiceAddReply:
    return await parts.synthesizer.shelf.add(request)


async def _voice_list(parts: Parts, request: VoiceListRequest, job: Job) -> VoiceListReply:
    return await parts.synthesizer.shelf.list()


async def _voice_get(parts: Parts, request: VoiceGetRequest, job: Job) -> VoiceGetReply:
    return await parts.synthesizer.shelf.get(request)


async def _voice_delete(parts: Parts, request: VoiceDeleteRequest, job: Job) -> VoiceDeleteReply:
    return await parts.synthesizer.shelf.delete(request)


ACTIONS = {
    "synthesize": Action(SynthesizeRequest, SynthesizeReply, _synthesize),
    "plan": Action(SynthesizeRequest, PlanReply, _plan),
    "voice_add": Action(VoiceAddRequest, VoiceAddReply, _voice_add),
    "voice_list": Action(VoiceListRequest, VoiceListReply, _voice_list, kept=False),
    "voice_get": Action(VoiceGetRequest, VoiceGetReply, _voice_get, kept=False),
    "voice_delete": Action(VoiceDeleteRequest, VoiceDeleteReply, _voice_delete),
    "transcribe": Action(TranscribeRequest, TranscribeReply, _transcribe),
    "check_voice": Action(CheckVoiceRequest, CheckVoiceReply, _check_voice),
    "health": Action(HealthRequest, HealthReply, _health, kept=False),
}
DEFAULT = "synthesize"


def schema() -> dict[str, Any]:
    """Return the JSON Schema of requests and replies."""
    requests: Any = Union[tuple(action.request for action in ACTIONS.values())]  # noqa: UP007
    replies: Any = Union[tuple(action.reply for action in ACTIONS.values())]  # noqa: UP007
    return {name: TypeAdapter(parts).json_schema() for name, parts in (("request", requests), ("reply", replies))}
