"""Damaged recordings, those that a fuzzer found and new ones: decoded or refused in words, and never more than that."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fuzz import FINDS, Heard, answer, fuzz
from tts.media.decoder import Decoder

FOUND = sorted(file for file in FINDS.iterdir() if file.name != "README")


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    decoder = Decoder()
    yield decoder
    decoder.stop()


@pytest.fixture
def heard() -> Iterator[Heard]:
    heard = Heard()
    logging.getLogger("worker").addHandler(heard)
    yield heard
    logging.getLogger("worker").removeHandler(heard)


@pytest.mark.parametrize("file", FOUND, ids=[file.name for file in FOUND])
def test_what_a_fuzzer_found_is_answered_now(file: Path, decoder: Decoder, heard: Heard) -> None:
    assert answer(decoder, file.read_bytes(), heard)[1] == ""


@pytest.mark.slow
def test_ten_seconds_of_damage_find_nothing_new() -> None:
    counted, finds = fuzz(10, seed=7)
    assert finds == {}
    assert counted["decoded"] > 10, "damage that leaves nothing to decode tries no decoder"
    assert counted["Damaged"] > 10
