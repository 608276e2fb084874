"""What can go wrong, and what of it a caller may see.

A `RequestError` reaches the caller word for word, as `{"code", "message", "hint", "field"}`; its class says the HTTP
status, and whether the same job may succeed when it is sent again. A `ModelError` is the operator's: weights,
configuration or vocabulary are wrong. Anything else is a defect of this program; the caller sees `internal`, the log
holds the trace.
"""

from __future__ import annotations

from typing import ClassVar


class RequestError(Exception):
    """A request that can't be served. `message` says what is wrong, `hint` what to do about it."""

    code: ClassVar[str]
    status: ClassVar[int]  # of HTTP
    retry: ClassVar[bool] = False  # whether the same job may succeed later, or on another worker

    def __init__(self, message: str, hint: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.field = field

    def as_dict(self) -> dict[str, str]:
        """Return the error as the reply shows it."""
        shown = {"code": self.code, "message": self.message, "hint": self.hint}
        return shown if self.field is None else {**shown, "field": self.field}


def kinds(base: type[RequestError] = RequestError) -> list[type[RequestError]]:
    """Return the classes below one that have a code of their own, children of children too."""
    below = [kind for child in base.__subclasses__() for kind in (child, *kinds(child))]
    return [kind for kind in below if "code" in vars(kind)]


class InvalidInput(RequestError):
    """A field is missing, unknown, of the wrong type or out of range."""

    code, status = "invalid_input", 400


class TextTooLong(RequestError):
    """The text is longer than this worker accepts."""

    code, status = "text_too_long", 413


class VoiceNotFound(RequestError):
    """No voice of that name."""

    code, status = "voice_not_found", 404


class VoiceUnusable(RequestError):
    """The reference recording or its transcript can't serve as a voice."""

    code, status = "voice_unusable", 422


class DownloadFailed(RequestError):
    """Nothing usable comes from the address."""

    code, status, retry = "download_failed", 502, True


class DownloadRefused(RequestError):
    """The address isn't asked for: it is not one of the public internet, or none of http or https."""

    code, status = "download_refused", 403


class TranscriptionUnavailable(RequestError):
    """A transcript is needed and can't be made here."""

    code, status = "transcription_unavailable", 422


class ResultTooLarge(RequestError):
    """The recording doesn't fit the reply."""

    code, status = "result_too_large", 422


class DeliveryFailed(RequestError):
    """The recording couldn't be put where it was to go."""

    code, status = "delivery_failed", 500


class OutOfMemory(RequestError):
    """One chunk alone exceeds the device's memory; another worker of the endpoint may have more."""

    code, status, retry = "out_of_memory", 503, True


class WorkerUnusable(RequestError):
    """This worker can't serve any job; the message says why."""

    code, status = "worker_unusable", 503


class Retry(RequestError):
    """The worker failed, not the job."""

    code, status, retry = "retry", 503, True


class Internal(RequestError):
    """A defect of this program."""

    code, status = "internal", 500


class ModelError(Exception):
    """Weights, configuration or vocabulary are missing, broken or don't fit together.

    Its text is the operator's, with paths and variables; `for_callers` holds neither.
    """

    for_callers = "its model, or a setting of it, can't be used"
