"""A signed C2PA manifest inside a file: that a trained algorithm made it, as a machine can read and check.

Needs the package's extra `provenance` (c2pa-python), and a certificate and a key of the operator's. Without them files
say what they are in their metadata alone.
"""

from __future__ import annotations

import io
import json
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np

from tts.errors import ModelError
from tts.media.encode import encode
from tts.media.metadata import LABEL

TYPES = {"wav": "audio/wav", "flac": "audio/flac", "mp3": "audio/mpeg"}  # formats that can hold a manifest
_SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
_AGENT = "worker-f5-tts"
_SPARE = 256  # bytes; a title makes a manifest longer than the one that was measured


@dataclass(frozen=True)
class Provenance:
    """Signs files. Safe to use from several threads."""

    certificates: bytes  # PEM, the signer's first
    key: bytes  # PEM
    algorithm: str  # C2PA's name: es256, es384, es512, ps256 or ed25519
    added: dict[str, int]  # bytes that a manifest without a title adds, by format
    _one_at_a_time: threading.Lock

    def size(self, format: str, title: str) -> int:
        """Return the bytes that signing adds to a file at most; 0 where the format holds no manifest."""
        return self.added[format] + _SPARE + 2 * len(json.dumps(title)) if format in self.added else 0

    def signed(self, data: bytes, format: str, title: str) -> bytes:
        """Return a file with its manifest; as it is where the format holds none."""
        if format not in TYPES:
            return data
        with self._one_at_a_time:
            return _signed(data, format, title, self._signer())

    def _signer(self) -> Any:
        import c2pa

        info = c2pa.C2paSignerInfo(self.algorithm.encode(), self.certificates, self.key, None)
        return c2pa.Signer.from_info(info)


def provenance(certificates: bytes, key: bytes) -> Provenance:
    """Return what signs with a certificate and its key, having tried it in every format.

    Raises:
        ModelError: it can't: the two don't belong together, C2PA takes no such certificate, or the package is missing.
    """
    try:
        import c2pa  # a library of 23 MB, so only where there is something to sign with
    except ImportError as error:
        raise ModelError("c2pa-python is not installed; it is the extra `provenance` of this package") from error
    signs = Provenance(certificates, key, _algorithm(certificates, key), {}, threading.Lock())

    for format in TYPES:
        silence = encode(np.zeros(2400, np.float32), format)
        try:
            signs.added[format] = len(signs.signed(silence, format, "")) - len(silence)
        except c2pa.C2paError as error:
            raise ModelError(f"C2PA refuses the certificate or the key: {error}") from error
    return signs


def _algorithm(certificates: bytes, key: bytes) -> str:
    """Return C2PA's name for what a key signs with."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    try:
        certificate = x509.load_pem_x509_certificates(certificates)[0]
        private = serialization.load_pem_private_key(key, None)
    except (ValueError, TypeError) as error:  # TypeError: the key has a password
        raise ModelError("the certificate or the key is no PEM, or the key has a password") from error
    if certificate.public_key() != private.public_key():
        raise ModelError("the key isn't that of the certificate")
    if isinstance(private, ec.EllipticCurvePrivateKey):
        by_size = {256: "es256", 384: "es384", 521: "es512"}
        if private.curve.key_size in by_size:
            return by_size[private.curve.key_size]
    elif isinstance(private, rsa.RSAPrivateKey):
        return "ps256"
    elif isinstance(private, ed25519.Ed25519PrivateKey):
        return "ed25519"
    raise ModelError("C2PA has no signature for a key of this kind; it takes EC, RSA and Ed25519")


def _signed(data: bytes, format: str, title: str, signer: Any) -> bytes:
    import c2pa

    created = {
        "action": "c2pa.created",
        "digitalSourceType": _SOURCE,
        "softwareAgent": {"name": _AGENT},
        "description": LABEL,
    }
    manifest = {
        "claim_generator_info": [{"name": _AGENT}],
        "title": title,
        "format": TYPES[format],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [created]}}],
    }
    target = io.BytesIO()
    builder = c2pa.Builder(json.dumps(manifest))
    builder.sign(signer, TYPES[format], io.BytesIO(data), target)
    return target.getvalue()
