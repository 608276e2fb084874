"""Which Vocos a `config.yaml` describes: what this worker would decode otherwise than upstream is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tts.errors import ModelError
from tts.model.vocos import VocosConfig, load_vocos_config
from warmup.weights.find import DEMO

MISSING = object()


def described(folder: Path, part: str, key: str, value: Any) -> Path:
    """Write the demo's configuration with one value changed or left out."""
    document = yaml.safe_load((DEMO / "vocos" / "config.yaml").read_text("utf-8"))
    place = document[part] if key == "class_path" else document[part]["init_args"]
    place.pop(key, None)
    if value is not MISSING:
        place[key] = value
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("feature_extractor", "hop_length", 300),
        ("feature_extractor", "n_mels", 80),
        ("feature_extractor", "padding", "same"),
        ("feature_extractor", "class_path", "vocos.feature_extractors.EncodecFeatures"),
        ("backbone", "input_channels", 128),
        ("backbone", "adanorm_num_embeddings", 4),
        ("backbone", "activation", "none"),
        ("backbone", "class_path", "vocos.models.VocosResNetBackbone"),
        ("head", "padding", "same"),
        ("head", "padding", MISSING),  # which upstream takes for "same"
        ("head", "n_fft", 2_048),
        ("head", "class_path", "vocos.heads.IMDCTSymExpHead"),
        ("head", "init_args", {}),
        ("backbone", "num_layers", MISSING),
        ("backbone", "num_layers", "many"),
    ],
)
def test_a_vocoder_that_this_worker_does_not_have_is_refused_by_what_differs(
    part: str, key: str, value: object, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="many" if value == "many" else key if key != "class_path" else part):
        load_vocos_config(described(tmp_path, part, key, value))


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("feature_extractor", "padding", MISSING),  # upstream's default is this worker's
        ("feature_extractor", "class_path", MISSING),
        ("backbone", "layer_scale_init_value", 0.1),
        ("backbone", "adanorm_num_embeddings", None),
    ],
)
def test_what_changes_nothing_of_the_network_may_be_said_or_left_out(
    part: str, key: str, value: object, tmp_path: Path
) -> None:
    assert load_vocos_config(described(tmp_path, part, key, value)) == VocosConfig(256, 768, 6)


@pytest.mark.parametrize("content", ["", "[]", "feature_extractor:", "a: {b: c}", "feature_extractor: x", ":\n :"])
def test_a_file_that_describes_no_vocoder_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(content)
    with pytest.raises(ModelError, match=r"not the config\.yaml of a Vocos vocoder"):
        load_vocos_config(tmp_path / "config.yaml")
