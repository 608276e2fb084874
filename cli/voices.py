"""The voices that are here, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tts.errors import RequestError
from tts.limits import DEFAULT_STYLE
from tts.voice.registry import Voices
from warmup.environment.examine import prepare
from warmup.environment.settings import Settings
from warmup.voices import stored_voices


def listed(settings: Settings) -> str:
    """Return the name and the words of every voice, built-in, stored or put there, a line each; then what is damaged.

    Raises:
        RequestError: the folder of voices can't be read.
    """
    voices = stored_voices(settings)
    rows = list(_rows(voices))
    width = max(len(name) for name, _ in rows)
    damaged = [f"damaged: {each.name}: {each.problem}" for each in (*voices.entries()[1], *voices.by_hand()[1])]
    return "\n".join([*(f"{name:{width}}  {text}" for name, text in rows), *damaged])


def _rows(voices: Voices) -> Iterator[tuple[str, str]]:
    for name, recording in voices.built_in.items():
        yield name, recording.text
    for entry in voices.entries()[0]:
        yield entry.name if entry.style == DEFAULT_STYLE else f"{entry.name} ({entry.style})", entry.text
    for put in voices.by_hand()[0]:
        yield put.name, put.text or "(no transcript)"


def main(arguments: Sequence[str]) -> int:
    """Print the voices; return the exit status."""
    if arguments:
        print("voices takes no arguments")
        return 2
    try:
        print(listed(prepare().settings))
    except RequestError as error:
        print(f"{error.message}\n{error.hint}")
        return 1
    return 0
