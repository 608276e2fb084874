"""Whether this Python can run the worker: said in a sentence, before an import fails with a trace."""

from __future__ import annotations

import sys
from importlib.util import find_spec

OLDEST, TOO_NEW = (3, 11), (3, 13)
_PACKAGES = ("torch", "runpod", "pydantic", "soundfile")


def check_python() -> None:
    """End the process with what to do if this Python is no good.

    Raises:
        SystemExit: its version is not served, or the worker's packages are not installed in it.
    """
    version = sys.version_info[:2]
    if not OLDEST <= version < TOO_NEW:
        sys.exit(
            f"this is Python {version[0]}.{version[1]}; the worker needs 3.11 or 3.12: "
            "`make run` sets one up, .venv/bin/python is then the one to use"
        )
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        sys.exit(
            f"{', '.join(missing)} not installed in {sys.executable}: "
            "`make run` installs everything into .venv, .venv/bin/python is then the one to use"
        )
