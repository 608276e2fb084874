"""The voices that come with the worker."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from tts.errors import ModelError
from tts.published import published

DEFAULT_VOICE = "demo"
_EMBEDDED = Path(__file__).parents[1] / "assets" / "demo" / "voices"
_STELLA = "Six spoons of fresh snow peas, five thick slabs of blue cheese, and maybe a snack for her brother Bob."


@dataclass(frozen=True)
class Recording:
    """A voice as it is stored."""

    file: Traversable
    text: str


def built_in() -> dict[str, Recording]:
    """Return the embedded voices and, where the f5-tts package is installed, its example recordings, by name."""
    embedded = {
        file.stem: Recording(file, file.with_suffix(".txt").read_text("utf-8").strip())
        for file in sorted(_EMBEDDED.glob("*.flac"))
    }
    return embedded | _examples()


def _examples() -> dict[str, Recording]:
    try:
        examples = published() / "infer" / "examples"
    except ModelError:
        return {}
    return {
        "basic_en": Recording(
            examples / "basic" / "basic_ref_en.wav", "Some call me nature, others call me mother nature."
        ),
        "basic_zh": Recording(examples / "basic" / "basic_ref_zh.wav", "对，这就是我，万人敬仰的太乙真人。"),
        "main": Recording(examples / "multi" / "main.flac", _STELLA),
        "country": Recording(examples / "multi" / "country.flac", _STELLA),
        "town": Recording(
            examples / "multi" / "town.flac",
            "The difference in the rainbow depends considerably upon the size of the drops, and the width of the "
            "colored band increases as the size of the drops increases.",
        ),
    }
