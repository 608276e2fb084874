"""The formats and rates of the contract."""

FORMATS = ("wav", "flac", "mp3", "ogg", "opus", "aac", "pcm")  # opus is ogg's other name
RATES = (8_000, 16_000, 22_050, 24_000, 44_100, 48_000)  # Hz
OPUS_RATES = (8_000, 16_000, 24_000, 48_000)  # Hz that Opus knows of those


def rates(format: str) -> tuple[int, ...]:
    """Return the rates that a format can have, in Hz."""
    return OPUS_RATES if format in ("ogg", "opus") else RATES
