"""Which architecture a YAML file describes, F5-TTS's own from before v1 included."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from tts.errors import ModelError
from tts.model.config import load_config, packaged

SINCE_V1 = ("text_mask_padding", "pe_attn_head", "qk_norm", "attn_backend", "attn_mask_enabled")


def before_v1(name: str) -> dict[str, Any]:
    """Return the model block of a packaged YAML as F5-TTS wrote it before v1."""
    document = yaml.safe_load((files("f5_tts") / "configs" / f"{name}.yaml").read_text("utf-8"))
    model: dict[str, Any] = document["model"]
    del model["backbone"]
    model["arch"] = {key: value for key, value in model["arch"].items() if key not in SINCE_V1}
    return model | {"tokenizer_path": "None", "vocoder": {"is_local": False, "local_path": "None"}}


def written(folder: Path, model: dict[str, Any]) -> Path:
    path = folder / "setting.yaml"
    path.write_text(yaml.safe_dump({"model": model}))
    return path


@pytest.mark.parametrize("name", packaged())
def test_a_file_from_before_v1_is_what_its_name_says(name: str, tmp_path: Path) -> None:
    found = load_config(written(tmp_path, before_v1(name)))
    assert (found.name, found.architecture) == (name, load_config(name).architecture)


@pytest.mark.parametrize("name", ["my_voice", "F5TTS_Base_ja", None])
def test_a_file_from_before_v1_under_another_name_is_v0(name: str | None, tmp_path: Path) -> None:
    model = before_v1("F5TTS_Base") | {"name": name}
    if name is None:
        del model["name"]
    assert load_config(written(tmp_path, model)).architecture == load_config("F5TTS_Base").architecture


@pytest.mark.parametrize("key", ["text_mask_padding", "pe_attn_head"])
@pytest.mark.parametrize("name", ["F5TTS_Base", "F5TTS_v1_Base"])
def test_a_file_that_says_one_of_the_two_is_taken_at_its_word_and_upstreams_defaults(
    name: str, key: str, tmp_path: Path
) -> None:
    packaged_arch = yaml.safe_load((files("f5_tts") / "configs" / f"{name}.yaml").read_text("utf-8"))["model"]["arch"]
    model = before_v1(name)
    model["arch"] |= {key: packaged_arch[key]}
    wanted = {"text_mask_padding": True, "pe_attn_head": None} | {key: packaged_arch[key]}
    found = load_config(written(tmp_path, model)).architecture
    assert {name: getattr(found, name) for name in wanted} == wanted


def test_an_e2_tts_file_from_before_v1_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="backbone UNetT is not served"):
        load_config(written(tmp_path, before_v1("E2TTS_Base")))
