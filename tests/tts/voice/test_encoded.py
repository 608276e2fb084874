"""Recordings in base64, as browsers and programs write them."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.voice.reference import decode_base64

HEADS = [
    "data:video/webm;codecs=vp8,opus;base64,",
    'data:video/webm;codecs="vp8, opus";base64,',
    "data:audio/webm;codecs=opus;base64,",
    "data:audio/wav;charset=utf-8;name=me,too.wav;base64,",
    "data: audio/mpeg; base64, ",
    "DATA:audio/wav;BASE64,",
    "data:;base64,",
    "data:,",
    "",
]


@given(st.binary(max_size=200), st.sampled_from(HEADS))
def test_the_bytes_come_back_whatever_stands_before_them(data: bytes, head: str) -> None:
    assert decode_base64(head + base64.b64encode(data).decode()) == data


@given(st.binary(max_size=200))
def test_both_alphabets_are_read(data: bytes) -> None:
    assert decode_base64(base64.urlsafe_b64encode(data).decode()) == data


@pytest.mark.parametrize("data", [b"\xff\xef\xbe", b"?>?>", b"a"])
def test_an_address_with_its_marks_escaped_is_read(data: bytes) -> None:
    assert decode_base64("data:audio/wav;base64," + quote(base64.b64encode(data).decode(), safe="")) == data
