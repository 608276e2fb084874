"""Voices on disk: one folder that many workers read, add to and delete from at once.

    VOICES/anna/default.json              what the recording says, its id, length and language, and which file it is
    VOICES/anna/default.3f9c1a2be04d55e1.flac
    VOICES/anna/happy.json                another recording of the same voice
    VOICES/me.wav, me.txt                 put there by hand: used as it stands, never written

A record (`.json`) appears and changes by a rename, and names a file that was whole before; no recording is ever written
twice. So nobody reads half an entry, nobody needs a lock, which a network volume may not have, and a process that is
killed leaves no more than a file that no record names.
"""

from tts.voice.library.entry import Damage, Damaged, Entry, Missing
from tts.voice.library.library import Full, Library

__all__ = ["Damage", "Damaged", "Entry", "Full", "Library", "Missing"]
