"""Where stored voices are kept: TTS_VOICES_DIR, else with what else is kept for the next start."""

from __future__ import annotations

import os
from pathlib import Path

from tts.asr.heard import Ear
from tts.voice.library import Library
from tts.voice.registry import Voices
from warmup.storage import Storage, StorageSettings, storage


def stored_voices(settings: StorageSettings, keep: Storage | None = None, ear: Ear | None = None) -> Voices:
    """Return the voices of a worker with these settings.

    Args:
        settings: which name the folder, or none.
        keep: where things are kept, if that was looked up before.
        ear: hears recordings that come without a transcript.
    """
    if settings.voices_dir is not None:
        folder = Path(os.path.expanduser(settings.voices_dir))
    else:
        folder = (keep or storage(settings)).root / "voices"
    return Voices(ear, library=Library(folder))
