"""What can't be the words of a recording is refused before it costs anything."""

from __future__ import annotations

import pytest

from tests.conftest import as_file, tone
from tts.errors import VoiceUnusable
from tts.text.durations import weight
from tts.voice.reference import make_voice
from tts.voice.registry import built_in
from tts.voice.transcript.check import check

NAMES = [
    "me.wav",
    "ME.TXT",
    "my voice.mp3",
    "/runpod-volume/voices/ref.txt",
    "/workspace/voices/ref",
    "./ref.srt",
    "~/voices/ref.lab",
    "C:\\x\\ref.txt",
    "C:\\Users\\Tom Smith\\My voices\\the first one.txt",
    "\\\\server\\voices\\ref.wav",
    "https://example.com/voices/ref?token=a",
    "s3://bucket/ref.wav",
]
PLACEHOLDERS = [
    "string",
    "Reference text",
    "reference_text",
    "Your reference text here.",
    "<your transcript>",
    "[transcript]",
    "{{ref_text}}",
    "${REF_TEXT}",
    "The content, subtitle or transcription of reference audio.",
    "Lorem ipsum dolor sit amet",
    "None",
    "null",
    "undefined",
    "N/A",
    "TODO",
]
SENTENCES = [
    "I saved it as a text file.",
    "Go to example.com and look for me, will you?",
    "He works with Node.js.",
    "The string broke. None of us saw it.",
    "I/O and/or A/B tests.",
    "This is the transcript of the recording that you asked for.",
]


@pytest.mark.parametrize("text", NAMES)
def test_the_name_of_a_file_is_no_transcript(text: str) -> None:
    with pytest.raises(VoiceUnusable, match="name of a file") as refusal:
        make_voice(as_file(tone(2)), text)
    assert refusal.value.field == "voice_text"


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_a_placeholder_is_no_transcript(text: str) -> None:
    with pytest.raises(VoiceUnusable, match="placeholder"):
        make_voice(as_file(tone(1.1)), text)


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_that_speaks_of_files_or_text_is_a_transcript(text: str) -> None:
    assert check(text, weight(text) / 14) == ()


@pytest.mark.parametrize(
    ("text", "length_s"), [("Some.", 5.0), ("Yes. No.", 4.8), ("你好。", 8.0), ("Hello there.", 10.0)]
)
def test_a_few_words_for_many_seconds_are_refused(text: str, length_s: float) -> None:
    """Seven words came back as 27 s of sound, since the transcript of 5 s was "Some."."""
    with pytest.raises(VoiceUnusable, match="too short"):
        check(text, length_s)


@pytest.mark.parametrize(("text", "length_s"), [("No.", 1.05), ("你好。", 1.5), ("Yes!", 1.2)])
def test_a_single_word_is_a_transcript_of_a_second(text: str, length_s: float) -> None:
    check(text, length_s)


def test_marks_that_weigh_nothing_do_not_pass_for_a_short_text() -> None:
    with pytest.raises(VoiceUnusable, match="longer than"):
        check("a" + "\u0301" * 5000, 5.0)


# A sentence, and the seconds that espeak-ng 1.51 takes for it at 80 and at 220 words a minute.
READ = {
    "English": ("The two red cats sit under the old tree, and nobody knows where they came from.", 9.95, 3.62),
    "German": ("Die beiden roten Katzen sitzen unter dem alten Baum, und niemand weiß, woher sie kamen.", 11.09, 4.24),
    "Russian": ("Две рыжие кошки сидят под старым деревом, и никто не знает, откуда они пришли.", 8.83, 4.04),
    "Mandarin": ("两只红色的猫坐在老树下面，没有人知道它们是从哪里来的。", 19.4, 7.48),
    "Japanese": ("にひきのあかいねこがふるいきのしたにすわっていて、どこからきたのかだれもしりません。", 11.31, 4.13),
    "Korean": ("빨간 고양이 두 마리가 오래된 나무 아래에 앉아 있고 어디서 왔는지 아무도 모릅니다.", 12.56, 4.38),
    "Arabic": ("تجلس القطتان الحمراوان تحت الشجرة القديمة ولا أحد يعرف من أين جاءتا.", 12.3, 4.95),
    "Hindi": ("दो लाल बिल्लियाँ पुराने पेड़ के नीचे बैठी हैं और कोई नहीं जानता कि वे कहाँ से आईं।", 11.86, 3.98),
}


@pytest.mark.parametrize("language", READ)
def test_whoever_reads_slowly_or_fast_is_believed(language: str) -> None:
    text, slow_s, fast_s = READ[language]
    assert check(text, slow_s) == check(text, fast_s) == ()


def test_the_built_in_voices_are_believed() -> None:
    for recording in built_in().values():
        assert make_voice(recording.file.read_bytes(), recording.text).warnings == ()
