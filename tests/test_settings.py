"""Settings: what is read, what is refused, where weights are looked for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tts.errors import ModelError
from warmup.environment import TABLE, SettingError, Settings, read_settings
from warmup.start import start
from warmup.weights import DEMO, find


def test_every_setting_has_a_variable_and_every_variable_a_setting() -> None:
    assert list(Settings().shown()) == list(TABLE)


@pytest.mark.parametrize("value", ["", "  ", "None"])
def test_empty_counts_as_unset(value: str) -> None:
    assert read_settings(dict.fromkeys(TABLE, value)) == Settings()


def test_values_are_read_in_their_types() -> None:
    settings = read_settings(
        {"TTS_MODEL": "demo", "TTS_CONCURRENCY": " 4 ", "TTS_ALLOW_DOWNLOAD": "False", "RUNPOD_ENDPOINT_ID": "ep"}
    )
    assert (settings.model, settings.concurrency, settings.allow_download) == ("demo", 4, False)
    assert settings.on_runpod


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TTS_CONCURRENCY", "0"),
        ("TTS_CONCURRENCY", "two"),
        ("TTS_ATTENTION", "flash"),
        ("TTS_DTYPE", "fp16"),
        ("TTS_ALLOW_DOWNLOAD", "maybe"),
        ("TTS_INLINE_LIMIT_MB", "500"),
        ("TTS_LOG_LEVEL", "verbose"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_with_what_is(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=rf"{name}={value} is not allowed; it is .*{TABLE[name].allowed[:4]}"):
        read_settings({name: value})


def hub(folder: Path, repo: str, files: list[str], revision: str = "abc", main: bool = True) -> None:
    """Make a Hugging Face cache that holds a repository's files."""
    root = folder / f"models--{repo.replace('/', '--')}"
    for file in files:
        path = root / "snapshots" / revision / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    if main:
        (root / "refs").mkdir(exist_ok=True)
        (root / "refs" / "main").write_text(revision)


@pytest.mark.parametrize("main", [True, False], ids=["refs/main", "only snapshot"])
def test_auto_takes_the_real_weights_when_a_cache_holds_them(tmp_path: Path, main: bool) -> None:
    hub(tmp_path, "SWivid/F5-TTS", ["F5TTS_v1_Base/model_1250000.safetensors"], main=main)
    hub(tmp_path, "charactr/vocos-mel-24khz", ["config.yaml", "pytorch_model.bin"], main=main)
    files = find(Settings(cache_dir=str(tmp_path)))
    assert (files.name, files.config) == ("F5TTS_v1_Base", "F5TTS_v1_Base")
    assert files.checkpoint == tmp_path / "models--SWivid--F5-TTS/snapshots/abc/F5TTS_v1_Base/model_1250000.safetensors"
    assert files.vocab.read_text("utf-8").count("\n") == 2545


def test_auto_takes_the_demo_model_elsewhere_and_never_on_runpod(tmp_path: Path) -> None:
    assert find(Settings(cache_dir=str(tmp_path))).name == "demo"
    with pytest.raises(ModelError, match=r"SWivid/F5-TTS.* is not on this machine and TTS_ALLOW_DOWNLOAD is false"):
        find(Settings(cache_dir=str(tmp_path), on_runpod=True, allow_download=False))


def test_a_model_by_path_needs_its_architecture_named() -> None:
    checkpoint = str(DEMO / "model.safetensors")
    with pytest.raises(ModelError, match="needs TTS_MODEL_CONFIG"):
        find(Settings(model=checkpoint))
    with pytest.raises(ModelError, match=r"TTS_MODEL=F5TTS_v2 doesn't exist; it is a path, or one of auto, demo"):
        find(Settings(model="F5TTS_v2"))
    with pytest.raises(ModelError, match=r"TTS_VOCODER=.*nowhere"):
        find(Settings(model=checkpoint, model_config="F5TTS_Base", vocoder="nowhere"))


def test_a_model_by_path_is_served_under_its_own_name(tmp_path: Path) -> None:
    shutil.copytree(DEMO, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.safetensors").rename(tmp_path / "mine.safetensors")
    worker = start(
        Settings(
            model=str(tmp_path / "mine.safetensors"),
            model_config=str(tmp_path / "config.yaml"),
            vocab=str(tmp_path / "vocab.txt"),
            vocoder=str(tmp_path / "vocos"),
        )
    )
    assert worker.synthesizer.model == "mine"


@pytest.mark.parametrize(
    ("device", "words"), [("cuda:9", "CUDA devices here"), ("gpu", "is no device"), ("mps", "is not served")]
)
def test_a_device_that_is_not_there_is_refused(device: str, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        start(Settings(model="demo", device=device))
