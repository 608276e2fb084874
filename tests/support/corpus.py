"""A hundred recordings over containers, codecs, headers and cuts, each with what is right for it."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import numpy as np
import soundfile

from tests.support.recordings import Write, cover, ffmpeg, id3, sndfile, with_size
from tts.clock import SAMPLE_RATE, Samples

CBR = ffmpeg("mp3", "libmp3lame", bits_per_s=64_000, write_xing="0", id3v2_version="0")
VBR = ffmpeg("mp3", "libmp3lame", tune={"flags": "+qscale", "global_quality": "470"}, write_xing="0", id3v2_version="0")
XING = sndfile("MP3", "MPEG_LAYER_III")
VORBIS, OPUS = sndfile("OGG", "VORBIS"), sndfile("OGG", "OPUS")
WAV, AIFF, FLAC, AU, CAF = (sndfile(format) for format in ("WAV", "AIFF", "FLAC", "AU", "CAF"))
FRAGMENTS = ffmpeg("mp4", "aac", movflags="frag_keyframe+empty_moov")
FAST_START = ffmpeg("ipod", "aac", movflags="faststart")


def edited(write: Write, edit: Callable[[bytes], bytes]) -> Write:
    return lambda samples: edit(write(samples))


def sized(write: Write, chunk: bytes, size: int | Callable[[int], int], order: str = "<I", after: int = 4) -> Write:
    """Return what writes a file with another length of its sound, given or made of the right one."""

    def edit(data: bytes) -> bytes:
        (right,) = struct.unpack_from(order, data, data.index(chunk) + after)
        return with_size(data, chunk, size(right) if callable(size) else size, order, after)

    return edited(write, edit)


def big_endian(samples: Samples) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, SAMPLE_RATE, format="WAV", subtype="PCM_16", endian="BIG")
    return file.getvalue()


def of_unknown_length(data: bytes) -> bytes:
    """Empty the count of samples and the checksum of a FLAC file, as `flac - < sound > file` leaves them."""
    return data[:21] + bytes([data[21] & 0xF0]) + bytes(4 + 16) + data[42:]


def in_a_row(*writes: Write) -> Write:
    """Return what writes the halves of a sound as files of their own, one behind the other."""

    def write(samples: Samples) -> bytes:
        parts = np.array_split(samples, len(writes))
        return b"".join(write(part) for write, part in zip(writes, parts, strict=True))

    return write


def noise(size: int) -> bytes:
    return np.random.default_rng(6).bytes(size)


W64_DATA = b"data\xf3\xac\xd3\x11"

CODECS: dict[str, Write] = {
    "WAV, 16 bits, 8 kHz": sndfile("WAV", rate=8_000),
    "WAV, 16 bits, 44.1 kHz, stereo": sndfile("WAV", rate=44_100, channels=2),
    "WAV, 24 bits, 48 kHz": sndfile("WAV", "PCM_24", 48_000),
    "WAV, 24 bits, 192 kHz": sndfile("WAV", "PCM_24", 192_000),
    "WAV, 32 bits": sndfile("WAV", "PCM_32"),
    "WAV, 8 bits": sndfile("WAV", "PCM_U8"),
    "WAV, floats": sndfile("WAV", "FLOAT"),
    "WAV, doubles": sndfile("WAV", "DOUBLE"),
    "WAV, mu-law, 8 kHz": sndfile("WAV", "ULAW", 8_000),
    "WAV, A-law, 8 kHz": sndfile("WAV", "ALAW", 8_000),
    "WAV, IMA ADPCM": sndfile("WAV", "IMA_ADPCM"),
    "WAV, MS ADPCM": sndfile("WAV", "MS_ADPCM"),
    "WAV, GSM 6.10": sndfile("WAV", "GSM610", 8_000),
    "WAV, G.721": sndfile("WAV", "G721_32", 8_000),
    "WAV, G.722": ffmpeg("wav", "g722", 16_000),
    "WAV, G.726": ffmpeg("wav", "g726", 8_000),
    "WAV, MP3 inside": ffmpeg("wav", "libmp3lame"),
    "WAV, extensible, nine channels": sndfile("WAVEX", channels=9),
    "RF64": sndfile("RF64"),
    "W64": sndfile("W64"),
    "AIFF, 16 bits": AIFF,
    "AIFF, 24 bits, 44.1 kHz, stereo": sndfile("AIFF", "PCM_24", 44_100, 2),
    "AIFF, floats": sndfile("AIFF", "FLOAT"),
    "AU, 16 bits": AU,
    "AU, mu-law, 8 kHz": sndfile("AU", "ULAW", 8_000),
    "AU, G.723 of 24 kbit/s": sndfile("AU", "G723_24", 8_000),
    "8SVX, 16 bits": sndfile("SVX"),
    "CAF, 16 bits": CAF,
    "CAF, ALAC": sndfile("CAF", "ALAC_16"),
    "NIST SPHERE": sndfile("NIST"),
    "VOC": sndfile("VOC"),
    "FLAC, 16 bits": FLAC,
    "FLAC, 24 bits, 96 kHz, stereo": sndfile("FLAC", "PCM_24", 96_000, 2),
    "MP3 with Xing header": XING,
    "MP3 with Xing header, 44.1 kHz, stereo": sndfile("MP3", "MPEG_LAYER_III", 44_100, 2),
    "MP3 with Xing header, 8 kHz": sndfile("MP3", "MPEG_LAYER_III", 8_000),
    "MP3 of constant rate, no header": CBR,
    "MP3 of variable rate, no header": VBR,
    "MP2": ffmpeg("mp2", "mp2"),
    "Ogg Vorbis": VORBIS,
    "Ogg Vorbis, 44.1 kHz, stereo": sndfile("OGG", "VORBIS", 44_100, 2),
    "Ogg Opus": OPUS,
    "Ogg FLAC": ffmpeg("ogg", "flac"),
    "M4A, AAC": ffmpeg("ipod", "aac"),
    "M4A, AAC, index first": FAST_START,
    "M4A, ALAC": ffmpeg("ipod", "alac"),
    "MP4 in fragments": FRAGMENTS,
    "MP4, Opus": ffmpeg("mp4", "libopus", 48_000),
    "MP4, a film": ffmpeg("mp4", "aac", 48_000, picture=True),
    "MOV, 16 bits": ffmpeg("mov", "pcm_s16le"),
    "AMR": ffmpeg("amr", "libopencore_amrnb", 8_000),
    "3GP, AMR": ffmpeg("3gp", "libopencore_amrnb", 8_000),
    "AAC, ADTS": ffmpeg("adts", "aac"),
    "AAC, LATM": ffmpeg("latm", "aac"),
    "WebM, Opus": ffmpeg("webm", "libopus", 48_000),
    "WebM from a browser, without lengths": ffmpeg("webm", "libopus", 48_000, live="1"),
    "Matroska, FLAC": ffmpeg("matroska", "flac"),
    "Matroska, MP3": ffmpeg("matroska", "libmp3lame"),
    "Matroska, a film": ffmpeg("matroska", "libopus", 48_000, picture=True),
    "AVI, MP3": ffmpeg("avi", "libmp3lame"),
    "FLV, AAC": ffmpeg("flv", "aac"),
    "MPEG-TS, AAC": ffmpeg("mpegts", "aac"),
    "MPEG-TS, MP2": ffmpeg("mpegts", "mp2"),
    "MPEG-PS, MP2": ffmpeg("mpeg", "mp2"),
    "WMA": ffmpeg("asf", "wmav2", 22_050, bits_per_s=64_000),
    "AC-3": ffmpeg("ac3", "ac3", 48_000),
    "E-AC-3": ffmpeg("eac3", "eac3", 48_000),
    "WavPack": ffmpeg("wv", "wavpack"),
    "TTA": ffmpeg("tta", "tta"),
}

HEADERS: dict[str, Write] = {
    "WAV, size 0": sized(WAV, b"data", 0),
    "WAV, both sizes 0": sized(sized(WAV, b"data", 0), b"RIFF", 0),
    "WAV, size 0x7FFFFFFF": sized(WAV, b"data", 0x7FFFFFFF),
    "WAV, size 0x7FFFF000": sized(WAV, b"data", 0x7FFFF000),
    "WAV, size 0x80000000": sized(WAV, b"data", 0x80000000),
    "WAV, size 0xFFFFFFFF": sized(WAV, b"data", 0xFFFFFFFF),
    "WAV, size 0xFFFFFFDB": sized(WAV, b"data", 0xFFFFFFDB),
    "WAV, size two bytes too large": sized(WAV, b"data", lambda right: right + 2),
    "WAV, size of the file": sized(WAV, b"data", lambda right: right + 44),
    "WAV, outer size 0": sized(WAV, b"RIFF", 0),
    "WAV, outer size too large": sized(WAV, b"RIFF", lambda right: right + 1000),
    "WAV, 24 bits, size 0": sized(sndfile("WAV", "PCM_24", 48_000), b"data", 0),
    "W64, size 0": sized(sndfile("W64"), W64_DATA, 0, "<Q", 16),
    "W64, size of a pipe": sized(sndfile("W64"), W64_DATA, 2**63 - 1, "<Q", 16),
    "W64, size of its header": sized(sndfile("W64"), W64_DATA, 24, "<Q", 16),
    "RF64, size 0": sized(sndfile("RF64"), b"ds64", 0, "<Q", 16),
    "RF64, size of a pipe": sized(sndfile("RF64"), b"ds64", 2**64 - 1, "<Q", 16),
    "WAV, big-endian": big_endian,
    "WAV, big-endian, size 0": sized(big_endian, b"data", 0, ">I"),
    "AIFF, sizes 0": sized(sized(AIFF, b"SSND", 0, ">I"), b"COMM", 0, ">I", 10),
    "AIFF, sizes of a pipe": sized(sized(AIFF, b"SSND", 0x7F000008, ">I"), b"COMM", 0x7F000000, ">I", 10),
    "AIFF, size 0xFFFFFFFF": sized(AIFF, b"SSND", 0xFFFFFFFF, ">I"),
    "AIFF, size two bytes too large": sized(AIFF, b"SSND", lambda right: right + 2, ">I"),
    "AIFF, outer size 0": sized(AIFF, b"FORM", 0, ">I"),
    "AIFF, outer size too small": sized(AIFF, b"FORM", lambda right: right // 2, ">I"),
    "AU, size unknown": sized(AU, b".snd", 0xFFFFFFFF, ">I", 8),
    "CAF, size unknown": sized(CAF, b"data", -1, ">q"),
    "FLAC, length unknown": edited(FLAC, of_unknown_length),
    "FLAC, length unknown, 44.1 kHz, stereo": edited(sndfile("FLAC", rate=44_100, channels=2), of_unknown_length),
    "ID3 before WAV": edited(WAV, lambda data: id3(b"TIT2" + bytes(300)) + data),
    "ID3 before AIFF": edited(AIFF, lambda data: id3(b"TIT2" + bytes(300)) + data),
    "ID3 before FLAC": edited(FLAC, lambda data: id3(b"TIT2" + bytes(300)) + data),
    "ID3 before Ogg": edited(VORBIS, lambda data: id3(b"TIT2" + bytes(300)) + data),
    "ID3 with cover before WAV": edited(WAV, lambda data: cover() + data),
    "ID3 with cover before FLAC": edited(FLAC, lambda data: cover() + data),
    "ID3 with cover before MP3 with Xing header": edited(XING, lambda data: cover() + data),
    "ID3 with cover before MP3 of constant rate": edited(CBR, lambda data: cover() + data),
    "ID3 with cover before MP3 of variable rate": edited(VBR, lambda data: cover() + data),
    "ID3 with cover before AAC": edited(ffmpeg("adts", "aac"), lambda data: cover() + data),
    "two ID3 tags before MP3": edited(CBR, lambda data: id3(bytes(90)) + cover() + data),
    "zeros before MP3": edited(CBR, lambda data: bytes(3000) + data),
    "zeros behind MP3": edited(CBR, lambda data: data + bytes(30_000)),
    "noise behind MP3": edited(CBR, lambda data: data + noise(30_000)),
    "ID3v1 behind MP3": edited(XING, lambda data: data + b"TAG" + b"Some title".ljust(125)),
    "APE tag behind MP3": edited(
        CBR, lambda data: data + b"APETAGEX" + struct.pack("<IIII8x", 2000, 32 + 4000, 1, 0) + noise(4000)
    ),
    "lyrics behind MP3": edited(CBR, lambda data: data + b"LYRICSBEGININD0000200" + b"la " * 90 + b"000291LYRICS200"),
}

IN_A_ROW: dict[str, Write] = {
    "MP3, then MP3": in_a_row(XING, XING),
    "MP3 of constant rate, then MP3": in_a_row(CBR, CBR),
    "MP3 with cover, then MP3 with cover": in_a_row(*[edited(XING, lambda data: cover() + data)] * 2),
    "AAC behind ID3, then AAC behind ID3": in_a_row(
        *[edited(ffmpeg("adts", "aac"), lambda data: id3(b"PRIV" + bytes(59)) + data)] * 2
    ),
    "WAV, then WAV": in_a_row(WAV, WAV),
    "WAV, then WAV of another rate": in_a_row(WAV, sndfile("WAV", "PCM_24", 48_000)),
    "FLAC behind ID3, then FLAC behind ID3": in_a_row(
        *[edited(FLAC, lambda data: id3(b"TIT2" + bytes(59)) + data)] * 2
    ),
    "MP4 in fragments, then MP4 in fragments": in_a_row(FRAGMENTS, FRAGMENTS),
    "M4A, then M4A, index first": in_a_row(ffmpeg("ipod", "aac"), FAST_START),
    "WebM, then WebM": in_a_row(*[ffmpeg("webm", "libopus", 48_000)] * 2),
    "AAC, then AAC of another rate": in_a_row(ffmpeg("adts", "aac"), ffmpeg("adts", "aac", 48_000)),
    "Vorbis, then Vorbis": in_a_row(VORBIS, VORBIS),
    "Opus, then Opus": in_a_row(OPUS, OPUS),
    "three times Opus": in_a_row(OPUS, OPUS, OPUS),
    "Vorbis, then Vorbis of another rate": in_a_row(VORBIS, sndfile("OGG", "VORBIS", 16_000)),
    "Vorbis, then Vorbis in stereo": in_a_row(VORBIS, sndfile("OGG", "VORBIS", channels=2)),
    "Opus, then Opus in stereo": in_a_row(OPUS, sndfile("OGG", "OPUS", channels=2)),
    "Vorbis, then Opus": in_a_row(VORBIS, OPUS),
    "Ogg FLAC, then Ogg FLAC": in_a_row(ffmpeg("ogg", "flac"), ffmpeg("ogg", "flac")),
}

# Formats that say at their beginning how much there is: what breaks off is refused.
TELLING: dict[str, Write] = {
    "WAV": WAV,
    "WAV, floats": sndfile("WAV", "FLOAT"),
    "WAV, big-endian": big_endian,
    "RF64": sndfile("RF64"),
    "W64": sndfile("W64"),
    "WAV behind ID3": HEADERS["ID3 with cover before WAV"],
    "AIFF": AIFF,
    "AU": AU,
    "CAF": CAF,
    "FLAC": FLAC,
    "NIST SPHERE": CODECS["NIST SPHERE"],
    "MP3 with Xing header": XING,
    "MP3 with Xing header behind ID3": HEADERS["ID3 with cover before MP3 with Xing header"],
    "M4A": CODECS["M4A, AAC"],
    "M4A, index first": FAST_START,
    "MOV": CODECS["MOV, 16 bits"],
    "WavPack": CODECS["WavPack"],
    "TTA": CODECS["TTA"],
}

# Formats that don't: what is there is the recording.
STREAMING: dict[str, Write] = {
    "WAV, size unknown": HEADERS["WAV, size 0xFFFFFFFF"],
    "WAV, size 0": HEADERS["WAV, size 0"],
    "AIFF, sizes 0": HEADERS["AIFF, sizes 0"],
    "FLAC, length unknown": HEADERS["FLAC, length unknown"],
    "MP3 of constant rate": CBR,
    "MP3 of variable rate": VBR,
    "MP2": CODECS["MP2"],
    "Ogg Vorbis": VORBIS,
    "Ogg Opus": OPUS,
    "Ogg FLAC": CODECS["Ogg FLAC"],
    "AAC": CODECS["AAC, ADTS"],
    "AMR": CODECS["AMR"],
    "AC-3": CODECS["AC-3"],
    "WebM": CODECS["WebM, Opus"],
    "WebM from a browser": CODECS["WebM from a browser, without lengths"],
    "Matroska, FLAC": CODECS["Matroska, FLAC"],
    "MP4 in fragments": FRAGMENTS,
    "MPEG-TS": CODECS["MPEG-TS, AAC"],
}
