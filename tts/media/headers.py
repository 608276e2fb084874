"""What a file says of itself, where FFmpeg doesn't read it or believes too much of it.

Lengths that a program writing to a pipe could not know, or that are too large for WAV; big-endian WAV.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from tts.media.undecodable import NotAudio

_XING = re.compile(rb"(?:Xing|Info)\0\0\0[\1\3\5\7\x09\x0b\x0d\x0f](.{4})", re.DOTALL)  # flag 1: the count is there
_W64 = b"riff\x2e\x91\xcf\x11"
_W64_FIRST, _W64_HEADER = 40, 24  # bytes
_ENDLESS = 0xFFFFFFFF
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


_WAV = _Chunks(12, b"data", struct.Struct("<I"), aligned=True)
_FAMILIES = {
    b"RIFF": _WAV,
    b"RIFX": _Chunks(12, b"data", struct.Struct(">I"), aligned=True),
    b"FORM": _Chunks(12, b"SSND", struct.Struct(">I"), aligned=True),
    b"caff": _Chunks(8, b"data", struct.Struct(">q"), aligned=False),
}


def readable(data: bytes) -> tuple[bytes, float]:
    """Make a WAV, RF64, W64, AIFF or CAF file one that FFmpeg reads to its end.

    Returns:
        The file, and what share of the sound that it announces it holds, 1 at most.

    Raises:
        NotAudio: FFmpeg would read it wrongly.
    """
    if data.startswith(b".snd") and data[12:16] == _G723_40:
        raise NotAudio("its sound is in G.723 of 40 kbit/s, which isn't read")
    data = _as_wav(data)
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


def _as_wav(data: bytes) -> bytes:
    """Return RF64 and W64, WAV for files beyond 4 GiB, as WAV: what is received is shorter, whatever it says."""
    if data[:4] in (b"RF64", b"BW64"):
        return _from_rf64(data)
    return _from_w64(data) if data.startswith(_W64) else data


def _from_rf64(data: bytes) -> bytes:
    """Put the length of the sound where it stands in WAV; RF64 has it in a chunk of its own."""
    place, sizes = _WAV.find(data, b"data"), _WAV.find(data, b"ds64")
    if place is None or sizes is None or len(data) < sizes + 20:
        return data
    (size,) = struct.unpack_from("<Q", data, sizes + 12)
    return b"RIFF" + data[4:place] + struct.pack("<I", min(size, _ENDLESS)) + data[place + 4 :]


def _from_w64(data: bytes) -> bytes:
    """Write the chunks of W64 as those of WAV. Its names are longer; its sizes count the header, and end at eights."""
    chunks: list[bytes] = []
    place = _W64_FIRST
    while place + _W64_HEADER <= len(data):
        name, (size,) = data[place : place + 4], struct.unpack_from("<Q", data, place + 16)
        content = max(0, size - _W64_HEADER)
        if name == b"data":
            known = min(content, _ENDLESS)
            return b"RIFF\0\0\0\0WAVE" + b"".join(chunks) + name + struct.pack("<I", known) + data[place + 24 :]
        if name == b"fmt ":
            chunks.append(name + struct.pack("<I", min(content, 64)) + data[place + 24 : place + 24 + min(content, 64)])
        place += max(_W64_HEADER, size + 7 & ~7)
    return data


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
