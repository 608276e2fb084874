"""A job's input to a request that can be served here, as far as can be told before torch is imported."""

from __future__ import annotations

from typing import Any

from tts.api import Request, SynthesizeRequest, parse
from tts.voice.registry import DEFAULT_VOICE
from warmup.environment.settings import Settings
from warmup.voices import stored_voices


def checked(given: Any, settings: Settings) -> Request:
    """Return the request that an input means.

    Raises:
        RequestError: a field is wrong, or the voice is none of those that are here.
    """
    request = parse(given, settings.max_text_chars)
    if isinstance(request, SynthesizeRequest) and request.voice_base64 is None and request.voice_url is None:
        stored_voices(settings).find(request.voice or DEFAULT_VOICE, request.style)
    return request


def to_be_said(given: dict[str, Any], settings: Settings) -> SynthesizeRequest:
    """Return the request to say something, its sound to come in the reply.

    Raises:
        RequestError: see `checked`; or the input asks for something else.
    """
    request = checked({**given, "action": "synthesize", "deliver": "inline"}, settings)
    assert isinstance(request, SynthesizeRequest)
    return request
