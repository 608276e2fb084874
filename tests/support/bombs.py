"""Files of at most 20 MB that take far more time or memory than they should, for whoever believes them."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
import soundfile

from tests.support.recordings import id3

MOST = 20 * 10**6  # bytes
LONG_S = 599


def flac(rate: int, channels: int = 1, seconds: int = LONG_S) -> bytes:
    """Return silence."""
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", rate, channels, "PCM_16", format="FLAC") as output:
        second = np.zeros((rate, channels), np.int16)
        for _ in range(seconds):
            output.write(second)
    return file.getvalue()


def ffmpeg(container: str, codec: str, rate: int, layout: str = "mono", seconds: int = LONG_S, **options: str) -> bytes:
    """Return silence."""
    with TemporaryDirectory() as folder:
        with av.open(f"{folder}/file", "w", format=container) as output:
            stream = output.add_stream(codec, rate=rate, layout=layout, options=options)
            stream.codec_context.open()
            size = stream.frame_size or 4096
            channels = stream.layout.nb_channels
            planar = stream.format.is_planar
            kind = np.dtype({"u8": "u1", "s16": "i2", "s32": "i4", "flt": "f4"}[stream.format.name.removesuffix("p")])
            shape = (channels, size) if planar else (1, channels * size)
            frame = av.AudioFrame.from_ndarray(np.zeros(shape, kind), stream.format.name, layout)
            frame.sample_rate = rate
            for at in range(0, seconds * rate, size):
                frame.pts = at
                output.mux(stream.encode(frame))
            output.mux(stream.encode(None))
        return Path(folder, "file").read_bytes()


def wav(rate: int, channels: int, bits: int, size: int = MOST - 44) -> bytes:
    """Return silence."""
    frame = channels * bits // 8
    head = struct.pack(
        "<4sI8sIHHIIHH4sI",
        b"RIFF",
        36 + size,
        b"WAVEfmt ",
        16,
        1,
        channels,
        rate,
        rate * frame,
        frame,
        bits,
        b"data",
        size,
    )
    return head + bytes(size)


def noise(seconds: int = LONG_S, rate: int = 44_100) -> bytes:
    """Return a FLAC file of almost 20 MB that is no silence."""
    file, random = io.BytesIO(), np.random.default_rng(0)
    with soundfile.SoundFile(file, "w", rate, 1, "PCM_16", format="FLAC") as output:
        for _ in range(seconds):
            output.write(random.integers(-23, 23, rate, np.int16))
    return file.getvalue()


def picture(side: int = 10_000) -> bytes:
    """Return a PNG file, all black."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = zlib.compress(bytes(side * (1 + 3 * side)), 9)
    head = struct.pack(">2I5B", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def with_cover() -> bytes:
    """Return an MP3 file with a cover of a hundred million pixels."""
    file = io.BytesIO()
    soundfile.write(file, np.zeros(48_000), 24_000, format="MP3", subtype="MPEG_LAYER_III")
    frame = b"\0image/png\0\3\0" + picture()
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return id3(b"APIC" + size + b"\0\0" + frame) + file.getvalue()


def sample_table(entries: int = 4_900_000) -> bytes:
    """Return an MP4 file whose index says that there are millions of samples of some bytes each."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        stream = output.add_stream("aac", rate=24_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        frame.sample_rate = 24_000
        for at in range(10):
            frame.pts = 1024 * at
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    data = file.getvalue()
    at = data.index(b"stsz")
    old = data[at - 4 : at - 4 + int.from_bytes(data[at - 4 : at], "big")]
    table = b"stsz" + struct.pack(">III", 0, 0, entries) + b"\0\0\0\1" * entries
    new = struct.pack(">I", 4 + len(table)) + table
    grown = bytearray(data.replace(old, new))
    for box in (b"moov", b"trak", b"mdia", b"minf", b"stbl"):
        place = grown.index(box) - 4
        size = int.from_bytes(grown[place : place + 4], "big")
        struct.pack_into(">I", grown, place, size + len(new) - len(old))
    for name, stride in ((b"stts", 8), (b"stsc", 12)):
        place = grown.index(name) + 12
        struct.pack_into(">I", grown, place + (0 if stride == 8 else 4), entries)
    return bytes(grown)


def repeated(part: bytes, size: int = MOST) -> bytes:
    return (part * (size // len(part) + 1))[:size]


def short_wav() -> bytes:
    return wav(8_000, 1, 8, 2)


def behind(head: bytes, fill: Callable[[int], bytes]) -> bytes:
    return head + fill(MOST - len(head))


def random(size: int) -> bytes:
    return np.random.default_rng(1).bytes(size)


BOMBS: dict[str, Callable[[], bytes]] = {
    "FLAC at 655 kHz, 599 s of silence": lambda: flac(655_350),
    "FLAC at 192 kHz, stereo, 599 s of silence": lambda: flac(192_000, 2),
    "FLAC at 48 kHz, eight channels, 599 s of silence": lambda: flac(48_000, 8),
    "FLAC, 599 s of noise": noise,
    "WavPack at 2 MHz, 60 s of silence": lambda: ffmpeg("wv", "wavpack", 2_000_000, seconds=60),
    "WavPack at 1 MHz, 120 s of silence": lambda: ffmpeg("wv", "wavpack", 1_000_000, seconds=120),
    "TTA at 48 kHz, 599 s of silence": lambda: ffmpeg("tta", "tta", 48_000),
    "Opus, 5.1, 599 s of silence": lambda: ffmpeg("ogg", "libopus", 48_000, "5.1"),
    "AAC, 5.1, 599 s of silence": lambda: ffmpeg("adts", "aac", 48_000, "5.1"),
    "ALAC, 599 s of silence": lambda: ffmpeg("ipod", "alac", 24_000),
    "WMA, 599 s of silence": lambda: ffmpeg("asf", "wmav2", 44_100, "stereo", b="64000"),
    "WAV, 8 bits, 2 kHz": lambda: wav(2_000, 1, 8, 2_000 * LONG_S),
    "WAV, 8 bits, 599 s": lambda: wav(33_400, 1, 8),
    "WAV, 64 channels": lambda: wav(8_000, 64, 8),
    "WAV, 65535 channels": lambda: wav(8_000, 65_535, 8, 65_535 * 300),
    "WAV, 1 MHz": lambda: wav(1_000_000, 1, 8),
    "450,000 WAV files in a row": lambda: repeated(short_wav()),
    "as many ID3 tags": lambda: repeated(id3(b"")),
    "as many ID3 tags behind MP3 frames": lambda: behind(
        b"\xff\xfb\x90\0", lambda size: repeated(id3(b"") + b"\xff\xfb\x90\0", size)
    ),
    "as many pages of Ogg": lambda: repeated(b"OggS\0\2" + bytes(20) + b"\0"),
    "words of MP3 frames": lambda: repeated(b"\xff\xfb\x90\xc4"),
    "words of AAC frames": lambda: repeated(b"\xff\xf1\x50\x80\x00\xff\xfc"),
    "words of AC-3 frames": lambda: repeated(b"\x0b\x77\0\0\x14\x40"),
    "an MP3 with a cover of a hundred million pixels": with_cover,
    "an MP4 with an index of millions": sample_table,
    "zeros": lambda: bytes(MOST),
    "ones": lambda: b"\xff" * MOST,
    "chance": lambda: random(MOST),
    **{
        f"chance behind the first bytes of {name}": (lambda head=head: behind(head, random))  # type: ignore[misc]
        for name, head in {
            "FLAC": b"fLaC\0\0\0\x22\x10\0\x10\0" + bytes(6) + b"\x0a\xc4\x42\xf0" + bytes(20),
            "MP4": b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42\0\0\0\0\0\0\xff\xffmoov",
            "Matroska": b"\x1aE\xdf\xa3\x84B\x82\x88matroska\x18S\x80g\x01\xff\xff\xff\xff\xff\xff\xff",
            "ASF": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"),
            "AMR": b"#!AMR\n",
            "WavPack": b"wvpk",
            "APE": b"MAC \x96\x0f",
            "CAF": b"caff\0\1\0\0desc",
            "MPEG-TS": b"G@\0\x10",
        }.items()
    },
}
