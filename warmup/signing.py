"""What signs recordings, from the operator's certificate and key; a pair that is of no use is a finding."""

from __future__ import annotations

from tts.errors import ModelError
from tts.media.provenance import Provenance, provenance
from warmup.environment.settings import Settings
from warmup.report import Finding


def signing(settings: Settings) -> tuple[Provenance | None, tuple[Finding, ...]]:
    """Return what signs recordings, None where nothing is to, and what is wrong with what is to.

    Raises:
        ModelError: it can't sign and TTS_STRICT_ENV is set.
    """
    cert, key = settings.c2pa_cert, settings.c2pa_key
    if cert is None and key is None:
        return None, ()
    if cert is None or key is None:
        missing = "TTS_C2PA_CERT" if cert is None else "TTS_C2PA_KEY"
        return None, (_finding(settings, missing, "is not set, but its other half is: no recording is signed"),)
    try:
        return provenance(cert.encode(), key.encode()), ()
    except ModelError as error:
        return None, (_finding(settings, "TTS_C2PA_CERT", f"no recording is signed: {error}"),)


def _finding(settings: Settings, subject: str, problem: str) -> Finding:
    if settings.strict_env:
        raise ModelError(f"{subject}: {problem}")
    return Finding("error", subject, problem, "see docs/provenance.md")
