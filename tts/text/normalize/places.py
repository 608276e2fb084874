"""Places of a text that are said elsewise."""

from __future__ import annotations

from dataclasses import replace

from tts.text.said import Edit


def apart(edit: Edit, text: str) -> Edit:
    """Return an edit whose words don't touch the letters and digits beside it: `4B` is `four B`."""
    before = edit.said[:1].isalnum() and text[edit.start - 1 : edit.start].isalnum()
    behind = edit.said[-1:].isalnum() and text[edit.end : edit.end + 1].isalnum()
    return replace(edit, said=f"{' ' * before}{edit.said}{' ' * behind}") if before or behind else edit
