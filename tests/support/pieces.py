"""Texts of which all is said as it is written, cut as `tts.text.chunks` and `tts.text.pieces` cut them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tts.text import chunks as of_chunks
from tts.text import pieces as of_pieces
from tts.text.pieces import Read
from tts.text.said import Said


@dataclass(frozen=True)
class Piece:
    text: str
    weight: float
    blank: float
    ends_sentence: bool


def chunks(text: str, limit: float, read: Read = str) -> list[str]:
    return [chunk.written for chunk in of_chunks.chunks(Said(text), limit, read)]


def pieces(text: str, limit: float, read: Read) -> Iterator[Piece]:
    for piece in of_pieces.pieces(Said(text), limit, read):
        yield Piece(piece.text.written, piece.weight, piece.blank, piece.ends_sentence)
