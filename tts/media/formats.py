"""The formats and rates of the contract."""

FORMATS = ("wav", "flac", "mp3", "ogg", "opus", "aac", "pcm")  # opus is ogg's other name
RATES = (8_000, 16_000, 22_050, 24_000, 44_100, 48_000)  # Hz
_TYPES = {
    **{"wav": "audio/wav", "flac": "audio/flac", "mp3": "audio/mpeg", "aac": "audio/aac"},
    **dict.fromkeys(("ogg", "opus"), "audio/ogg"),
    **{"srt": "application/x-subrip", "vtt": "text/vtt", "ass": "text/x-ssa", "csv": "text/csv"},
    "json": "application/json",
}  # those of text are without charset, which is UTF-8 in all of them
OPUS_RATES = (8_000, 16_000, 24_000, 48_000)  # Hz that Opus knows of those


def rates(format: str) -> tuple[int, ...]:
    """Return the rates that a format can have, in Hz."""
    return OPUS_RATES if format in ("ogg", "opus") else RATES


def content_type(suffix: str) -> str:
    """Return the type under which the web knows a file, by the end of its name."""
    return _TYPES.get(suffix.rpartition(".")[2], "application/octet-stream")
