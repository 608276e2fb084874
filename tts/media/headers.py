"""What a file says of itself, where FFmpeg doesn't read it or believes too much of it.

Tags before a file, files in a row, lengths that a program writing to a pipe could not know, big-endian WAV.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from tts.media.undecodable import NotAudio

_ID3 = re.compile(rb"ID3[\2-\4]..[\0-\x7f]{4}", re.DOTALL)  # name, version, flags, size
_ID3_HEADER = 10  # bytes, as has the footer
_MP3_FRAME = re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]")
_OGG_HEADER = 27  # bytes, then one for each segment
_OGG_FIRST = 2  # flag of the first page of a logical stream
_XING = re.compile(rb"(?:Xing|Info)\0\0\0[\1\3\5\7\x09\x0b\x0d\x0f](.{4})", re.DOTALL)  # flag 1: the count is there
_UNKNOWN = 0x7F000000  # bytes; from here on, lengths are what programs write to a pipe
_AU_ENCODINGS = {(1, 16): 3, (1, 24): 4, (1, 32): 5, (3, 32): 6, (3, 64): 7, (0x40, 4): 23}  # by WAV's code and bits
_G721 = b"\x40\0"  # its code in WAV
_G723_40 = b"\0\0\0\x1a"  # its code in AU; FFmpeg makes noise of it


@dataclass(frozen=True)
class _Chunks:
    """How a family of formats writes its chunks: a name of four bytes, a size, the content."""

    first: int  # where the first chunk begins
    sound: bytes  # name of the chunk with the sound
    size: struct.Struct
    aligned: bool  # chunks begin at even places

    def find(self, data: bytes, sought: bytes) -> int | None:
        """Return where the size of a chunk stands."""
        place = self.first
        while place + 4 + self.size.size <= len(data):
            name, (size,) = data[place : place + 4], self.size.unpack_from(data, place + 4)
            if name == sought:
                return place + 4
            if size < 0:
                return None
            place += 4 + self.size.size + size + (size % 2 if self.aligned else 0)
        return None


_FAMILIES = {
    b"RIFF": _Chunks(12, b"data", struct.Struct("<I"), aligned=True),
    b"RIFX": _Chunks(12, b"data", struct.Struct(">I"), aligned=True),
    b"FORM": _Chunks(12, b"SSND", struct.Struct(">I"), aligned=True),
    b"caff": _Chunks(8, b"data", struct.Struct(">q"), aligned=False),
}


def files_in(data: bytes) -> list[bytes]:
    """Return the recordings that stand in a row in the bytes, without the ID3v2 tags before them."""
    start = _after_tags(data, 0)
    if data.startswith(b"OggS", start):
        starts = _ogg_starts(data, start)
    elif data.startswith(b"RIFF", start):
        starts = _riff_starts(data, start)
    elif _MP3_FRAME.match(data, start):
        starts = [start, *_mp3_starts(data, start)]
    else:
        starts = [start]
    ends = [*starts[1:], len(data)]
    return [data[begin:end] for begin, end in zip(starts, ends, strict=True)]


def readable(data: bytes) -> tuple[bytes, float]:
    """Make a WAV, AIFF or CAF file one that FFmpeg reads to its end.

    Returns:
        The file, and what share of the sound that it announces it holds, 1 at most.

    Raises:
        NotAudio: FFmpeg would read it wrongly.
    """
    if data.startswith(b".snd") and data[12:16] == _G723_40:
        raise NotAudio("its sound is in G.723 of 40 kbit/s, which isn't read")
    family = _FAMILIES.get(data[:4])
    place = family.find(data, family.sound) if family else None
    if family is None or place is None:
        return data, 1.0
    (announced,) = family.size.unpack_from(data, place)
    begin = place + family.size.size
    there = (len(data) - begin) & (~1 if family.aligned else ~0)
    known = 0 < announced < _UNKNOWN
    share = min(1.0, there / announced) if known else 1.0
    if data.startswith(b"RIFX") or _is_g721(data, family):
        return _as_au(data, family, begin, min(there, announced) if known else there), share
    outer = family.size.pack(len(data) - 8) if family.aligned else data[4:8]
    inner = family.size.pack(announced if known else there)
    return data[:4] + outer + data[8:place] + inner + data[begin:], share


def mp3_frames(data: bytes) -> int | None:
    """Return the number of frames that an MP3 file's Xing header tells, or None where it has none."""
    found = _XING.search(data, 0, 4096)
    return int.from_bytes(found[1], "big") if found else None


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
    for tag in _ID3.finditer(data, start):
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


def _is_g721(data: bytes, family: _Chunks) -> bool:
    """Tell whether a WAV file is of G.721, whose halves of a byte FFmpeg takes in the wrong order, but not in AU."""
    place = family.find(data, b"fmt ")
    return family.size.format == "<I" and place is not None and data[place + 4 : place + 6] == _G721


def _as_au(data: bytes, family: _Chunks, begin: int, size: int) -> bytes:
    """Put another header before the sound of a WAV file that FFmpeg reads wrongly: big-endian, or of G.721."""
    place = family.find(data, b"fmt ")
    if place is None or len(data) < place + 20:
        raise NotAudio("its header doesn't say how its sound is written")
    order = ">" if family.size.format == ">I" else "<"
    code, channels, rate, _, _, bits = struct.unpack_from(f"{order}HHIIHH", data, place + 4)
    if (code, bits) not in _AU_ENCODINGS:
        raise NotAudio("it is a WAV file in a codec that isn't read")
    header = struct.pack(">4s5I", b".snd", 24, size, _AU_ENCODINGS[code, bits], rate, channels)
    return header + data[begin : begin + size]
