"""The voices that are here, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from tts.voice.registry import built_in


def listed() -> str:
    """Return the name and the words of every built-in voice, a line each."""
    voices = built_in()
    width = max(map(len, voices))
    return "\n".join(f"{name:{width}}  {voice.text}" for name, voice in voices.items())


def main(arguments: Sequence[str]) -> int:
    """Print the voices; return the exit status."""
    if arguments:
        print("voices takes no arguments")
        return 2
    print(listed())
    return 0
