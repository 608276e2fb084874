"""What can go wrong, and what of it a caller may see.

A `RequestError` reaches the caller word for word, as `{"code", "message", "hint", "field"}`. A
`ModelError` is the operator's: weights, configuration or vocabulary are wrong. Anything else is a defect
of this program; the caller sees `internal`, the log holds the trace.
"""

from __future__ import annotations

from typing import ClassVar


class RequestError(Exception):
    """A request that can't be served. `message` says what is wrong, `hint` what to do about it."""

    code: ClassVar[str] = "internal"

    def __init__(self, message: str, hint: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.field = field

    def as_dict(self) -> dict[str, str]:
        """Return the error as the reply shows it."""
        shown = {"code": self.code, "message": self.message, "hint": self.hint}
        return shown if self.field is None else {**shown, "field": self.field}


class InvalidInput(RequestError):
    """A field is missing, unknown, of the wrong type or out of range."""

    code = "invalid_input"


class TextTooLong(RequestError):
    """The text is longer than this worker accepts."""

    code = "text_too_long"


class VoiceNotFound(RequestError):
    """No voice of that name."""

    code = "voice_not_found"


class VoiceUnusable(RequestError):
    """The reference recording or its transcript can't serve as a voice."""

    code = "voice_unusable"


class TranscriptionUnavailable(RequestError):
    """A transcript is needed and can't be made here."""

    code = "transcription_unavailable"


class ResultTooLarge(RequestError):
    """The encoded audio doesn't fit the reply."""

    code = "result_too_large"


class OutOfMemory(RequestError):
    """One chunk alone exceeds the device's memory."""

    code = "out_of_memory"


class Cancelled(RequestError):
    """The job was cancelled while it ran."""

    code = "cancelled"


class WorkerUnusable(RequestError):
    """This worker can't serve any job; the message says why."""

    code = "worker_unusable"


class Internal(RequestError):
    """A defect of this program."""


class ModelError(Exception):
    """Weights, configuration or vocabulary are missing, broken or don't fit together.

    Its text is the operator's, with paths and variables; `for_callers` holds neither.
    """

    for_callers = "its model, or a setting of it, can't be used"
