"""Recordings in a row: one file written behind the other, which FFmpeg would read the first of; tags before them."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from tts.media.undecodable import TooCostly

_MOST = 1000  # files; none of them can be a word
_ID3 = re.compile(rb"ID3[\2-\4]..[\0-\x7f]{4}", re.DOTALL)  # name, version, flags, size
_ID3_HEADER = 10  # bytes, as has the footer
_MP3_FRAME = re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]")
_OGG_HEADER = 27  # bytes, then one for each segment
_OGG_FIRST = 2  # flag of the first page of a logical stream


def files_in(data: bytes) -> list[bytes]:
    """Return the recordings that stand in a row in the bytes, without the ID3v2 tags before them.

    Raises:
        TooCostly: there are more than anybody has recorded.
    """
    start = _after_tags(data, 0)
    if data.startswith(b"OggS", start):
        starts = _ogg_starts(data, start)
    elif data.startswith(b"RIFF", start):
        starts = _riff_starts(data, start)
    elif data.startswith(b"ftyp", start + 4):
        starts = _mp4_starts(data, start)
    elif _MP3_FRAME.match(data, start):
        starts = [start, *_mp3_starts(data, start)]
    else:
        starts = [start]
    if len(starts) > _MOST:
        raise TooCostly(f"it is {len(starts)} files in a row")
    ends = [*starts[1:], len(data)]
    return [data[begin:end] for begin, end in zip(starts, ends, strict=True)]


def _after_tags(data: bytes, start: int) -> int:
    """Return where the first thing that is no ID3v2 tag begins; a tag that swallows the rest is left."""
    while _ID3.match(data, start):
        size = 0
        for seven_bits in data[start + 6 : start + _ID3_HEADER]:
            size = size << 7 | seven_bits
        footer = _ID3_HEADER if data[start + 5] & 0x10 else 0
        end = start + _ID3_HEADER + size + footer
        if end >= len(data):
            break
        start = end
    return start


def _mp3_starts(data: bytes, start: int) -> Iterator[int]:
    """Yield where an MP3 goes on after a tag in its midst: files joined by writing one after the other."""
    after = start
    for tag in _ID3.finditer(data, start):
        if tag.start() < after:  # one of several, which are behind us
            continue
        after = _after_tags(data, tag.start())
        if after > tag.start() and _MP3_FRAME.match(data, after):
            yield after


def _riff_starts(data: bytes, start: int) -> list[int]:
    starts = []
    while data.startswith(b"RIFF", start):
        starts.append(start)
        (size,) = struct.unpack_from("<I", data[start : start + 8].ljust(8, b"\0"), 4)
        start += 8 + size
    return starts


def _ogg_starts(data: bytes, start: int) -> list[int]:
    """Return where the links of a chain of Ogg streams begin: at a first page that follows one that is none."""
    starts, first_before = [start], True
    while data.startswith(b"OggS", start) and start + _OGG_HEADER <= len(data):
        first = bool(data[start + 5] & _OGG_FIRST)
        if first and not first_before:
            starts.append(start)
        first_before = first
        segments = data[start + 26]
        start += _OGG_HEADER + segments
        start += sum(data[start - segments : start])
    return starts


def _mp4_starts(data: bytes, start: int) -> list[int]:
    """Return where files begin in a row of MP4 files; each does with a box that tells its type."""
    starts = []
    while start + 8 <= len(data):
        (size,) = struct.unpack_from(">I", data, start)
        if data.startswith(b"ftyp", start + 4):
            starts.append(start)
        if size == 1 and start + 16 <= len(data):
            (size,) = struct.unpack_from(">Q", data, start + 8)
        if size < 8:  # none, to the end; or no box
            break
        start += size
    return starts
