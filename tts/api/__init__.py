"""The public contract: what a job's `input` may hold and what its reply holds.

Unknown names are refused with what they are called here. `make docs` writes the contract into docs/api.md.
"""

from tts.api.actions import ACTIONS, Action, Job, Parts, Progress, Reached, schema
from tts.api.hearing import CheckVoiceReply, CheckVoiceRequest, TranscribeReply, TranscribeRequest
from tts.api.parse import parse
from tts.api.replies import (
    Audio,
    AudioPlanned,
    ChunkPlanned,
    ChunkSaid,
    HealthReply,
    PlanReply,
    SynthesizeReply,
    Timing,
    VoiceUsed,
)
from tts.api.requests import HealthRequest, Request, SynthesizeRequest

__all__ = [
    "ACTIONS",
    "Action",
    "Audio",
    "AudioPlanned",
    "CheckVoiceReply",
    "CheckVoiceRequest",
    "ChunkPlanned",
    "ChunkSaid",
    "HealthReply",
    "HealthRequest",
    "Job",
    "Parts",
    "PlanReply",
    "Progress",
    "Reached",
    "Request",
    "SynthesizeReply",
    "SynthesizeRequest",
    "Timing",
    "TranscribeReply",
    "TranscribeRequest",
    "VoiceUsed",
    "parse",
    "schema",
]
