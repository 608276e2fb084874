"""Values that decide what torch logs; it takes them while it is imported, and a wrong one ends that."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from warmup.environment.kinds import Kind

_SHAPE = re.compile(r"([+-]?[\w.]+,\s*)*[+-]?[\w.]+")  # as torch/_logging/_internal.py has it
_REGISTERED = re.compile(r'register_(?:log|artifact)\(\s*"(\w+)"')


@dataclass(frozen=True)
class TorchLogs(Kind):
    """What to log. The names differ by version, so they are read from the torch that is installed."""

    @property
    def allowed(self) -> str:
        """The shape."""
        return "names that torch knows, such as +dynamo,recompiles"

    def read(self, text: str) -> list[str]:
        """Return the names, if torch is installed and knows them."""
        if not _SHAPE.fullmatch(text):
            raise ValueError(text)
        names = [name.strip().lstrip("+-") for name in text.split(",")]
        torch = find_spec("torch")
        if (
            torch is not None
            and torch.origin is not None
            and not all(_known(name, Path(torch.origin)) for name in names)
        ):
            raise ValueError(text)
        return names


@dataclass(frozen=True)
class LogFormat(Kind):
    """The form of a line of the log."""

    @property
    def allowed(self) -> str:
        """The shape."""
        return "short / basic / a format such as %(message)s"

    def read(self, text: str) -> str:
        """Return the format."""
        if text not in ("short", "basic"):
            logging.Formatter(text)
        return text


def _known(name: str, init: Path) -> bool:
    """Look a name up among torch's loggers and modules. `init`: torch/__init__.py."""
    registered = {"all", *_REGISTERED.findall((init.parent / "_logging" / "_registrations.py").read_text())}
    module = init.parent.parent.joinpath(*name.split("."))
    return name in registered or (
        name.startswith("torch.") and (module.is_dir() or module.with_suffix(".py").is_file())
    )
