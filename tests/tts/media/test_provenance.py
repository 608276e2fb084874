"""Signed manifests, checked by C2PA's own reader against a chain made on the spot."""

from __future__ import annotations

import io
from typing import Any

import av
import c2pa
import numpy as np
import pytest

from tests.conftest import tone
from tests.support.certificates import Chain, Kind, chain
from tts.errors import ModelError
from tts.media.encode import encode
from tts.media.metadata import tags
from tts.media.provenance import TYPES, Provenance, provenance

TITLE = "Grüße an alle"
AI = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


@pytest.fixture(scope="module")
def authority() -> Chain:
    return chain()


@pytest.fixture(scope="module")
def signs(authority: Chain) -> Provenance:
    return provenance(authority.certificates, authority.key)


def read(data: bytes, format: str, anchors: bytes) -> tuple[str, dict[str, Any]]:
    """Return what the reader thinks of a file, and its manifest."""
    settings = {"verify": {"verify_trust": True}, "trust": {"trust_anchors": anchors.decode()}}
    reader = c2pa.Reader(TYPES[format], io.BytesIO(data), context=c2pa.Context(c2pa.Settings.from_dict(settings)))
    return reader.get_validation_state(), reader.get_active_manifest()


def sound(data: bytes) -> Any:
    with av.open(io.BytesIO(data)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)


@pytest.mark.parametrize("format", TYPES)
def test_a_signed_file_says_in_a_way_that_can_be_checked_that_an_algorithm_made_it(
    format: str, signs: Provenance, authority: Chain
) -> None:
    said = tags(TITLE, "demo", 1)
    plain = encode(tone(0.5), format, tags=said)
    data = signs.signed(plain, format, said.title)
    state, manifest = read(data, format, authority.authority)
    assert state == "Trusted"
    assert manifest["title"] == TITLE
    (action,) = manifest["assertions"][0]["data"]["actions"]
    assert action["action"] == "c2pa.created"
    assert action["digitalSourceType"] == AI
    assert np.array_equal(sound(data), sound(plain))
    assert 0 < len(data) - len(plain) <= signs.size(format, said.title)


@pytest.mark.parametrize("format", TYPES)
def test_a_changed_file_and_a_foreign_signer_are_noticed(format: str, signs: Provenance, authority: Chain) -> None:
    data = signs.signed(encode(tone(3), format), format, TITLE)
    changed = bytearray(data)
    changed[len(data) // 2] ^= 1  # in the sound
    assert read(bytes(changed), format, authority.authority)[0] == "Invalid"
    assert read(data, format, chain().authority)[0] == "Valid", "signed, but by nobody who is trusted"


@pytest.mark.parametrize("kind", ["ec", "rsa", "ed25519"])
def test_every_kind_of_key_that_c2pa_has_signs(kind: Kind) -> None:
    made = chain(kind)
    data = provenance(made.certificates, made.key).signed(encode(tone(0.2), "wav"), "wav", TITLE)
    assert read(data, "wav", made.authority)[0] == "Trusted"


@pytest.mark.parametrize("format", ["ogg", "aac", "pcm"])
def test_a_format_without_a_place_stays_as_it_is(format: str, signs: Provenance) -> None:
    assert signs.signed(b"sound", format, TITLE) == b"sound"
    assert signs.size(format, TITLE) == 0


@pytest.mark.parametrize("title", ["", "x" * 61, "世" * 61, '"\\' * 30])
def test_a_manifest_is_never_larger_than_was_said(title: str, signs: Provenance) -> None:
    for format in TYPES:
        plain = encode(tone(0.3), format)
        assert len(signs.signed(plain, format, title)) - len(plain) <= signs.size(format, title)


def test_what_cannot_sign_is_refused_with_its_reason(authority: Chain) -> None:
    for certificates, key, why in (
        (authority.certificates, chain().key, "isn't that of the certificate"),
        (authority.certificates, b"nonsense", "no PEM"),
        (b"nonsense", authority.key, "no PEM"),
        (authority.authority, authority.key, "isn't that of the certificate"),
    ):
        with pytest.raises(ModelError, match=why):
            provenance(certificates, key)
