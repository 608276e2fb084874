"""What is replaced in the SDKs is what was read when its replacement was written."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from sdk.seams import replace
from tests.support.platform_api import SDKS

BOTH = {
    "rp_http._transmit": "91c0715a2d31",
    "rp_http._handle_result": "c43096466495",
    "rp_job.get_job": "3aa76b8f60dd",
    "rp_job.get_stop_signals": "95c4778bdcb5",
}
READ = {  # what is replaced and what calls it, as it was when it was read; read it again before a new digest
    "SDK 1": {
        **BOTH,
        "rp_scale.handle_shutdown": "74c14dbe2d22",
        "rp_scale.get_jobs": "a480b9b83e48",
        "rp_scale.run_jobs": "b488c45fca19",
        "rp_scale.monitor_stop_signals": "507726240f5a",
    },
    "SDK 2": {
        **BOTH,
        "rp_scale.handle_shutdown": "7bb78b8ec4ee",
        "rp_scale.get_jobs": "6c941b063c60",
        "rp_scale.run_jobs": "1375f3de22d3",
        "rp_scale.monitor_stop_signals": "37aed7feea77",
        "rp_prestart.build_prestart_cancelled_payload": "72bf8fae48a8",
    },
}


def modules(sdk: str) -> Path:
    """Return the folder that holds an SDK's loop."""
    if folder := SDKS[sdk].get("PYTHONPATH"):
        return Path(folder) / "runpod" / "serverless" / "modules"
    found = importlib.util.find_spec("runpod")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "serverless" / "modules"


@pytest.mark.parametrize("sdk", READ)
def test_what_is_replaced_in_the_sdk_is_what_was_read(sdk: str) -> None:
    there = {}
    for name in READ[sdk]:
        module, function = name.split(".")
        source = (modules(sdk) / f"{module}.py").read_text("utf-8")
        found = [node for node in ast.walk(ast.parse(source)) if getattr(node, "name", "") == function]
        there[name] = hashlib.sha256((ast.get_source_segment(source, found[0]) or "").encode()).hexdigest()[:12]
    assert there == READ[sdk]


def test_a_function_that_takes_something_else_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    async def other(session: object, job_data: str) -> None:
        """Post, as no SDK that is known does."""

    for there in (None, other):
        module = ModuleType("runpod.serverless.modules.rp_http")
        module.__dict__["_transmit"] = there
        replace(module, "_transmit", lambda there: pytest.fail("replaced"))
        assert module.__dict__["_transmit"] is there
    assert caplog.text.count("no _transmit as it is known here") == 2
