"""The f5-tts package's data files: configurations, vocabulary and example voices of the published models."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

from tts.errors import ModelError

INSTALL = "pip install --no-deps f5-tts==1.1.22"  # without its trainer and web page, which the worker does not need


def published() -> Traversable:
    """Return the package's folder. Nothing of it is imported: it is a namespace package.

    Raises:
        ModelError: it is not installed.
    """
    try:
        return files("f5_tts")
    except ModuleNotFoundError as error:
        raise ModelError(f"the published models need the files of the f5-tts package: {INSTALL}") from error
