"""Stored voices as jobs see them: what is added is what speaks later, on every worker that shares the folder."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
import soundfile

from tests.conftest import as_file, tone
from tests.support.hostile_server import hostile, loopback, ok
from tests.support.recordings import likeness
from tts.api.voices import VoiceAddRequest, VoiceDeleteRequest, VoiceGetRequest, VoiceListed, VoiceListReply
from tts.clock import SAMPLE_RATE, Samples
from tts.errors import (
    DeliveryFailed,
    Internal,
    InvalidInput,
    RequestError,
    TranscriptionUnavailable,
    VoiceNotFound,
    VoiceUnusable,
)
from tts.voice.download import Downloads, Limits
from tts.voice.library import Library
from tts.voice.reference import make_voice
from tts.voice.registry import Voices
from tts.voice.shelf import Shelf, as_flac

T = TypeVar("T")
WORDS = "Some call me nature, others call me mother nature."


def done(answer: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(answer)


def adding(data: bytes, name: str = "anna", **given: Any) -> VoiceAddRequest:
    fields = {"voice_base64": base64.b64encode(data).decode(), "voice_text": WORDS, **given}
    return VoiceAddRequest.model_validate({"action": "voice_add", "name": name, **fields})


def getting(name: str = "anna", style: str | None = None) -> VoiceGetRequest:
    return VoiceGetRequest(action="voice_get", name=name, style=style)


def deleting(name: str = "anna", style: str | None = None) -> VoiceDeleteRequest:
    return VoiceDeleteRequest(action="voice_delete", name=name, style=style)


def one(listed: VoiceListReply, name: str) -> VoiceListed:
    (found,) = (voice for voice in listed.voices if voice.name == name)
    return found


class Two:
    """Two workers that share a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.voices, self.others = (Voices(library=Library(folder)) for _ in range(2))
        self.shelf, self.other = Shelf(self.voices), Shelf(self.others)


@pytest.fixture
def two(tmp_path: Path) -> Two:
    return Two(tmp_path / "voices")


@pytest.mark.parametrize("gain", [1.0, 0.02], ids=["loud", "quiet"])
def test_a_voice_that_is_added_speaks_on_another_worker_at_once(two: Two, speech: Samples, gain: float) -> None:
    with pytest.raises(VoiceNotFound):
        two.others.named("anna")
    data = as_file((gain * speech).astype(np.float32), subtype="PCM_24")
    added = done(two.shelf.add(adding(data, language="en")))
    spoken, sent = two.others.named("anna"), make_voice(data, WORDS)
    assert (added.status, added.style, added.text, added.language) == ("created", "default", WORDS, "en")
    assert (spoken.name, spoken.id, spoken.text) == ("anna", added.id, WORDS)
    assert spoken.duration_s == pytest.approx(sent.duration_s, abs=0.1)
    assert spoken.gain == pytest.approx(sent.gain, rel=0.02)
    assert likeness(spoken.samples, sent.samples) > 0.99


def test_a_long_recording_is_stored_as_the_part_that_is_used(two: Two, speech: Samples) -> None:
    lines = "\n".join(f"{at},{at + 5},{WORDS}" for at in (0, 5.33, 10.67, 16))
    added = done(two.shelf.add(adding(as_file(np.tile(speech, 4)), voice_text=f"Start,End,Segment\n{lines}\n")))
    assert added.text == f"{WORDS} {WORDS}"
    assert added.duration_s < 12.1
    assert two.others.named("anna").text == added.text


def test_the_same_again_is_unchanged_and_something_else_takes_its_place(two: Two, speech: Samples) -> None:
    first = done(two.shelf.add(adding(as_file(speech))))
    assert done(two.other.add(adding(as_file(speech, "FLAC")))).status == "unchanged"
    before = two.others.named("anna")
    assert two.others.named("anna") is before, "made once"
    updated = done(two.shelf.add(adding(as_file(speech), voice_text="Other words, as many as there were before.")))
    assert (updated.status, updated.created) == ("updated", first.created)
    assert updated.id != first.id
    assert two.others.named("anna").text == "Other words, as many as there were before."


def test_a_style_is_another_recording_and_an_unknown_one_is_told_with_those_there_are(
    two: Two, speech: Samples
) -> None:
    done(two.shelf.add(adding(as_file(speech))))
    done(two.shelf.add(adding(as_file(tone(3)), style="happy", voice_text="La la la.")))
    assert two.others.named("anna", "happy").text == "La la la."
    assert two.others.named("anna").text == two.others.named("anna", "default").text == WORDS
    for name, style, styles in (("anna", "sad", "default, happy"), ("demo", "happy", "default")):
        with pytest.raises(VoiceNotFound) as told:
            two.others.named(name, style)
        assert (told.value.field, told.value.hint) == ("style", f"it has: {styles}")
    assert one(done(two.other.list()), "anna").styles == ["default", "happy"]
    assert done(two.shelf.delete(deleting("anna", "happy"))).deleted == ["happy"]
    with pytest.raises(VoiceNotFound, match="no style"):
        two.others.named("anna", "happy")


def test_a_voice_with_styles_alone_says_so(two: Two, speech: Samples) -> None:
    done(two.shelf.add(adding(as_file(speech), style="calm")))
    with pytest.raises(VoiceNotFound) as told:
        two.others.named("anna")
    assert told.value.hint == "it has: calm"


def test_the_list_tells_of_every_voice_where_it_comes_from_and_how_often_it_was_named(
    two: Two, speech: Samples
) -> None:
    added = done(two.shelf.add(adding(as_file(speech), language="en")))
    (two.folder / "me.wav").write_bytes(as_file(speech))
    (two.folder / "me.txt").write_text(WORDS)
    for name in ("anna", "anna", "me", "demo"):
        two.voices.named(name)
    listed = done(two.shelf.list())
    anna, me, demo = (one(listed, name) for name in ("anna", "me", "demo"))
    assert (anna.source, anna.id, anna.duration_s, anna.language, anna.uses) == (
        "stored",
        added.id,
        added.duration_s,
        "en",
        2,
    )
    assert (me.source, me.uses, demo.source, demo.uses) == ("by hand", 1, "built-in", 1)
    assert set(two.voices.names()) == {voice.name for voice in listed.voices}
    assert listed.damaged == []


def test_the_list_tells_what_could_be_better_about_a_recording(two: Two, speech: Samples) -> None:
    hiss = 0.1 * np.random.default_rng(0).standard_normal(len(speech)).astype(np.float32)
    done(two.shelf.add(adding(as_file(speech), "clean")))
    done(two.shelf.add(adding(as_file(speech + hiss), "noisy")))
    listed = done(two.other.list())
    assert one(listed, "clean").findings == []
    assert any(finding.startswith("noise: ") for finding in one(listed, "noisy").findings or [])
    assert one(listed, "demo").findings is None, "nobody looked"


def test_what_is_damaged_is_told_and_the_rest_is_listed(two: Two, speech: Samples) -> None:
    for name in ("anna", "berta"):
        done(two.shelf.add(adding(as_file(speech), name)))
    (two.folder / "anna" / "default.json").write_text("{")
    (two.folder / "demo.wav").touch()
    listed = done(two.other.list())
    assert one(listed, "berta")
    assert [(each.name, each.style, each.problem) for each in listed.damaged] == [
        ("anna", "default", "its record is not JSON"),
        ("demo", None, "a built-in voice has that name"),
    ]
    with pytest.raises(VoiceUnusable) as told:
        two.others.named("anna")
    assert (told.value.code, told.value.hint) == ("voice_unusable", "add it again with voice_add")


@pytest.mark.parametrize("name", ["anna", "demo", "basic_en", "me"])
def test_a_voice_is_shown_with_the_recording_that_is_used(two: Two, speech: Samples, name: str) -> None:
    done(two.shelf.add(adding(as_file(speech), language="en")))
    (two.folder / "me.wav").write_bytes(as_file(speech))
    (two.folder / "me.txt").write_text(WORDS)
    shown, voice = done(two.other.get(getting(name))), two.voices.named(name)
    assert (shown.name, shown.id, shown.text, shown.styles) == (name, voice.id, voice.text, ["default"])
    assert shown.audio.base64 is not None
    file = base64.b64decode(shown.audio.base64)
    samples, rate = soundfile.read(io.BytesIO(file), dtype="float32")
    assert (rate, len(file), shown.audio.format) == (SAMPLE_RATE, shown.audio.bytes, "flac")
    assert likeness(samples, voice.samples) > 0.99
    again = make_voice(file, shown.text)
    assert again.duration_s == pytest.approx(voice.duration_s, abs=0.1), "it can be added again elsewhere"


def test_what_is_stored_is_no_louder_than_full_scale_and_keeps_what_is_quiet() -> None:
    loud = tone(2, level=1.7)
    samples, _ = soundfile.read(io.BytesIO(as_flac(loud)), dtype="float32")
    np.testing.assert_allclose(samples, loud / np.abs(loud).max(), atol=1e-6)
    quiet = tone(2, level=1e-4)
    samples, _ = soundfile.read(io.BytesIO(as_flac(quiet)), dtype="float32")
    np.testing.assert_allclose(samples, quiet, atol=1e-6)


def test_built_in_voices_and_those_put_there_are_neither_replaced_nor_deleted(two: Two, speech: Samples) -> None:
    two.folder.mkdir()
    (two.folder / "me.wav").write_bytes(as_file(speech))
    for name in ("demo", "basic_en", "me"):
        with pytest.raises(InvalidInput) as told:
            done(two.shelf.add(adding(as_file(speech), name)))
        assert told.value.field == "name"
        with pytest.raises(InvalidInput) as told:
            done(two.shelf.delete(deleting(name)))
        assert (told.value.field, told.value.hint) == ("name", "delete stored voices only")
    assert [file.name for file in two.folder.iterdir()] == ["me.wav"]


def test_what_is_not_there_is_neither_shown_nor_deleted(two: Two, speech: Samples) -> None:
    done(two.shelf.add(adding(as_file(speech))))
    missing = (two.shelf.get(getting("ann")), two.shelf.delete(deleting("ann")))
    for answer in missing:
        with pytest.raises(VoiceNotFound) as told:
            done(answer)
        assert (told.value.field, told.value.hint) == ("name", "did you mean 'anna'?")
    assert done(two.shelf.delete(deleting())).deleted == ["default"]
    with pytest.raises(VoiceNotFound):
        two.others.named("anna")


REFUSED: dict[str, tuple[dict[str, Any], type[RequestError]]] = {
    "no audio": ({"voice_base64": "AAAA"}, VoiceUnusable),
    "no base64": ({"voice_base64": "?!"}, InvalidInput),
    "no transcript": ({"voice_text": None}, TranscriptionUnavailable),
    "a transcript it can't hold": ({"voice_text": "word " * 300}, VoiceUnusable),
}


@pytest.mark.parametrize("case", REFUSED)
def test_nothing_is_stored_of_what_can_not_serve(two: Two, speech: Samples, case: str) -> None:
    given, kind = REFUSED[case]
    with pytest.raises(kind):
        done(two.shelf.add(adding(as_file(speech), **given)))
    assert not two.folder.exists()


def test_a_folder_that_can_not_be_written_is_told_without_its_path(tmp_path: Path, speech: Samples) -> None:
    (tmp_path / "voices").write_text("a file")
    for voices in (Voices(library=Library(tmp_path / "voices")), Voices()):
        with pytest.raises(DeliveryFailed) as told:
            done(Shelf(voices).add(adding(as_file(speech))))
        assert str(tmp_path) not in str(told.value.as_dict())
        assert "TTS_VOICES_DIR" in told.value.hint


def test_a_volume_that_is_gone_takes_no_built_in_voice_with_it(
    two: Two, speech: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(two.shelf.add(adding(as_file(speech))))

    def gone(*given: Any, **named: Any) -> Any:
        raise OSError(116, "Stale file handle")

    for name in ("open", "listdir", "scandir"):
        monkeypatch.setattr("os." + name, gone)
    with pytest.raises(Internal, match="can't be read"):
        two.others.named("anna")
    monkeypatch.setattr(Path, "read_bytes", lambda path: as_file(speech))
    assert two.others.named("demo")


def test_a_library_that_is_full_says_what_to_do(tmp_path: Path, speech: Samples) -> None:
    shelf = Shelf(Voices(library=Library(tmp_path, max_voices=1)))
    done(shelf.add(adding(as_file(speech))))
    with pytest.raises(InvalidInput) as told:
        done(shelf.add(adding(as_file(speech), "berta")))
    assert told.value.hint == "delete one with voice_delete"


def test_a_recording_at_an_address_is_stored_like_any_other(tmp_path: Path, speech: Samples) -> None:
    with hostile() as server:
        url = server.answer("/me.flac", ok(as_file(speech, "FLAC"), Content_Type="text/plain"))
        shelf = Shelf(Voices(library=Library(tmp_path), downloads=Downloads(Limits(seconds=5), loopback)))
        added = done(shelf.add(adding(b"", voice_url=url, voice_base64=None)))
    assert added.text == WORDS
    assert Voices(library=Library(tmp_path)).named("anna").id == added.id


def test_a_stored_name_speaks_before_one_that_was_put_there(two: Two, speech: Samples) -> None:
    done(two.shelf.add(adding(as_file(speech))))
    (two.folder / "anna.wav").write_bytes(as_file(tone(3)))
    assert two.others.named("anna").text == WORDS
    assert one(done(two.other.list()), "anna").source == "stored"
