"""Values that name files which have to be there, or to be writable."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from warmup.environment.kinds import Kind, Text

_CERTIFICATE = (b"-----BEGIN CERTIFICATE-----", b"-----BEGIN TRUSTED CERTIFICATE-----")


@dataclass(frozen=True)
class Present(Text):
    """A file or a folder that is of no use unless it is there."""

    folder: bool = False

    def doubt(self, text: str) -> str:
        """Tell that it isn't."""
        there = os.path.isdir(text) if self.folder else os.path.isfile(text)
        return "" if there else f"names a {'folder' if self.folder else 'file'} that is not there"


@dataclass(frozen=True)
class Place(Text):
    """Where a folder or a file is, or is to be made."""

    expands: bool = True

    @property
    def allowed(self) -> str:
        """What it has to be."""
        return f"a {self.what}, or a path where one can be made"

    def read(self, text: str) -> str:
        """Return the path, unless something else has it or lies in its way."""
        path = os.path.abspath(text)
        if os.path.exists(path) and os.path.isdir(path) != (self.what == "folder"):
            raise ValueError(text)
        above = os.path.dirname(path)
        while not os.path.exists(above):
            above = os.path.dirname(above)
        if not os.path.isdir(above):
            raise ValueError(text)
        return text


@dataclass(frozen=True)
class Certificates(Kind):
    """A file of certificate authorities; of some readers also a folder. Without it no server can be trusted."""

    file: bool = True
    folder: bool = False

    @property
    def allowed(self) -> str:
        """What it has to be."""
        what = "a file of PEM certificates" if self.file else "a folder of certificates"
        return f"{what} or a folder of them" if self.file and self.folder else what

    def read(self, text: str) -> str:
        """Return the path if certificates are there."""
        folders = [folder for folder in text.split(os.pathsep) if os.path.isdir(folder)]
        if (self.folder and folders) or (self.file and _has_certificates(text)):
            return text
        raise ValueError(text)


@dataclass(frozen=True)
class Pem(Kind):
    """What PEM holds: a file of it, or its text, which is all that a secret of the platform can be."""

    what: str  # as in -----BEGIN ...-----
    expands: bool = True

    @property
    def allowed(self) -> str:
        """Both."""
        return f"a PEM file with a {self.what}, or its text"

    def read(self, text: str) -> str:
        """Return the PEM text, in lines also where it came as one with escapes."""
        pem = text.replace("\\n", "\n") if text.startswith("-----BEGIN ") else _text(text)
        if not re.search(rf"-----BEGIN [A-Z ]*{self.what}-----", pem):
            raise ValueError("no PEM")  # not the text, which may be a secret
        return pem


@dataclass(frozen=True)
class Output(Kind):
    """A file to write to."""

    @property
    def allowed(self) -> str:
        """What it has to be."""
        return "a file that can be written"

    def read(self, text: str) -> str:
        """Return the path if it can be written."""
        there = text if os.path.exists(text) else os.path.dirname(text) or "."
        if os.path.isdir(text) or not os.access(there, os.W_OK):
            raise ValueError(text)
        return text


def _has_certificates(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            content = file.read()
    except (OSError, ValueError):
        return False
    return any(mark in content for mark in _CERTIFICATE)


def _text(path: str) -> str:
    try:
        with open(path, encoding="ascii") as file:
            return file.read()
    except (OSError, ValueError) as error:
        raise ValueError(path) from error
