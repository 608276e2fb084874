"""What a file says of itself: that it is synthetic speech, and how it was made.

WAV has it in a LIST INFO chunk, FLAC and Ogg in Vorbis comments, MP3 in ID3v2. ADTS, the frames of AAC, has no place of
its own; it gets ID3v2 in front, as in HTTP Live Streaming, which decoders pass over. Raw PCM has none.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import av

LABEL = "Synthetic speech, made by a machine"
_TITLE = 60  # characters, about
_ROUND = 64  # bytes around a value, and around all of them, at most
_ID3 = {  # format: FFmpeg's muxer, a codec it takes, options that have it write the tag and nothing else
    "mp3": ("mp3", "libmp3lame", {"id3v2_version": "4", "write_xing": "0"}),
    "aac": ("adts", "aac", {"write_id3v2": "1"}),
}


@dataclass(frozen=True)
class Tags:
    """What a file is to say, none of it if empty."""

    title: str = ""
    artist: str = ""  # the voice
    comment: str = ""

    def items(self) -> dict[str, str]:
        """Return what isn't empty, by the names that libsndfile and FFmpeg have for it."""
        return {name: value for name, value in vars(self).items() if value}


def tags(text: str, voice: str, seed: int) -> Tags:
    """Return what a recording says: how its text begins, who speaks, that it is synthetic, and its seed."""
    title = " ".join(text.split())
    if len(title) > _TITLE:
        title = title[:_TITLE].rpartition(" ")[0] or title[:_TITLE]
        title += "…"
    return Tags(title, voice, f"{LABEL} (F5-TTS); voice: {voice}; seed: {seed}")


def id3(format: str, said: Tags) -> bytes:
    """Return an ID3v2.4 tag to stand before an MP3 or AAC file, as FFmpeg writes it."""
    if not said.items():
        return b""
    muxer, codec, options = _ID3[format]
    file = io.BytesIO()
    with av.open(file, "w", format=muxer, options=options) as container:
        container.add_stream(codec, rate=24_000, layout="mono")
        container.metadata.update(said.items())
        container.start_encoding()
        return file.getvalue()


def added(format: str, said: Tags) -> int:
    """Return the bytes that tags add to a file at most."""
    if not said.items():
        return 0
    if format in _ID3:
        return len(id3(format, said))
    return 0 if format == "pcm" else sum(len(value.encode()) + _ROUND for value in said.items().values()) + _ROUND
