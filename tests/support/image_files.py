"""What the tests of the packaging share: the files themselves, and how names are held against a schema."""

from __future__ import annotations

import json
from typing import Any

from tests.support.root import ROOT


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def read(name: str) -> Any:
    return json.loads(text(name))


DOCKERFILE = text("Dockerfile").replace("\\\n", " ")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def misfits(given: dict[str, Any], fields: set[str]) -> set[str]:
    """Return the names that are unknown or missing."""
    known = {field.rstrip("*") for field in fields}
    required = {field.rstrip("*") for field in fields if field.endswith("*")}
    return (set(given) - known) | (required - set(given))
