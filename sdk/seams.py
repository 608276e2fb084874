"""Where the SDK is held: three of its functions are replaced by ones that call them.

Each is replaced only while it takes what it is known to take; else the SDK works as it does by itself, and the log says
so. A test reads the source of both SDKs, and fails when a new one has changed what is replaced here.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from types import ModuleType
from typing import Any

from sdk.intake import patient_stops, patient_take
from sdk.leaving import Handler, Leaving, handed_back
from sdk.posting import persistent

KNOWN = {  # by the module in which the SDK looks the function up: its parameters
    ("rp_http", "_transmit"): ("client_session", "url", "job_data"),
    ("rp_scale", "get_job"): ("session", "num_jobs"),
    ("rp_scale", "get_stop_signals"): ("session",),
}

log = logging.getLogger("worker")


def held(handle: Handler, *, concurrency: int, grace_s: float) -> Handler:
    """Hold the SDK's loop, and return the handler that goes with it."""
    from runpod.serverless.modules import rp_http, rp_scale

    leaving = Leaving(grace_s)
    replace(rp_http, "_transmit", persistent)
    replace(rp_scale, "get_job", lambda take: patient_take(take, leaving, concurrency))
    replace(rp_scale, "get_stop_signals", lambda stops: patient_stops(stops, leaving))
    if hasattr(rp_scale, "build_prestart_cancelled_payload"):  # SDK 2: the answer to a job taken while the model loads
        rp_scale.build_prestart_cancelled_payload = handed_back
    return leaving.handing_back(handle)


def replace(module: ModuleType, name: str, better: Callable[[Any], Any]) -> None:
    """Replace a function of the SDK by one that calls it, if it is the one that is known here."""
    there = getattr(module, name, None)
    known = KNOWN[module.__name__.rpartition(".")[2], name]
    if there is None or tuple(inspect.signature(there).parameters) != known:
        log.warning("this runpod has no %s as it is known here; it works as it does by itself", name)
        return
    setattr(module, name, better(there))
