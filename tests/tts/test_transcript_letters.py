"""Letters of a transcript that the model lacks are said, as those of a text are."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from tts.errors import VoiceUnusable
from tts.plan import Plan, plan
from tts.text.tokens import load_vocabulary, tokens
from tts.voice.registry import Voices

VOCABULARY = load_vocabulary(Path(str(files("f5_tts") / "infer" / "examples" / "vocab.txt")))
VOICE = Voices().named("basic_en")


def planned(voice_text: str, text: str = "Hello there.") -> Plan:
    return plan(text, replace(VOICE, text=voice_text), VOCABULARY, speed=1.0, duration_s=None, seed=7)


def test_letters_of_the_transcript_that_are_left_out_are_a_warning() -> None:
    (warning,) = planned("Some call me ሰላም nature, others call me mother nature.").warnings
    assert "voice_text" in warning
    assert "ሰ, ላ, ም" in warning


def test_letters_of_text_and_transcript_are_told_apart() -> None:
    of_transcript, of_text = planned("Some call me ሰ nature, others call me mother.", "Hello ሎ there.").warnings
    assert "voice_text" in of_transcript
    assert "ሎ" in of_text
    assert "voice_text" not in of_text


def test_the_transcript_is_read_in_letters_that_the_model_knows() -> None:
    """An unknown letter was read as a blank: "caŷ" as "ca "."""
    read, plain = (planned(f"Some ca{letter} me nature, others call me.").chunks[0].tokens for letter in "ŷy")
    assert read == plain


def test_a_transcript_of_known_letters_keeps_upstreams_tokens() -> None:
    made = planned("Some call me nature, 对 others.")
    expected = VOCABULARY.encode(tokens("Some call me nature, 对 others. Hello there."))
    assert list(made.chunks[0].tokens) == expected


def test_a_transcript_of_which_the_model_knows_no_letter_is_refused() -> None:
    with pytest.raises(VoiceUnusable, match="no letter") as refusal:
        planned("ሰላም ሰላም ሰላም ሰላም")
    assert refusal.value.field == "voice_text"
