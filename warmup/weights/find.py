"""Which files make the model, and where they are.

Each is looked for in this order: a path that is named, the image, RunPod's cached model, TTS_CACHE_DIR, the worker's
own cache, the hub's cache, any other cache on the volume, a folder of models there; else it is downloaded.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import NamedTuple

from tts.errors import ModelError
from warmup.environment.settings import Settings
from warmup.report import Finding, Origin
from warmup.storage import Storage, storage
from warmup.weights import hub
from warmup.weights.hub import PUBLISHED, Remote
from warmup.weights.integrity import defect
from warmup.weights.parts import (
    DOWNLOADED,
    Absent,
    Missing,
    Part,
    downloaded,
    named,
    part,
    sound,
    stored,
    wanted,
)
from warmup.weights.places import Places

DEMO = Path(__file__).parents[2] / "tts" / "assets" / "demo"
_VOCODER_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_VOCODER_ROLES = ("vocoder configuration", "vocoder")


@dataclass(frozen=True)
class ModelFiles:
    """Everything that is read to have a model."""

    name: str
    checkpoint: Path
    config: str | Path  # packaged name or YAML file
    vocab: Path
    vocoder_config: Path
    vocoder_weights: Path
    origins: tuple[Origin, ...] = ()
    findings: tuple[Finding, ...] = ()
    pinned: tuple[tuple[Path, Remote], ...] = ()  # which of them were published, and as what


class _Model(NamedTuple):
    """A model's name, what tells its architecture, and its files, as far as they are on this machine."""

    name: str
    config: str | Path
    files: tuple[Part | Absent, ...]  # checkpoint, vocabulary, the vocoder's configuration and weights


def find(settings: Settings, keep: Storage | None = None) -> ModelFiles:
    """Return the files of the model that the settings ask for.

    Raises:
        Missing: some are absent and may not be downloaded.
        ModelError: one that is named is missing or no such file, or one is given out to nobody.
        HostProblem: a download failed; another try or another host may do.
    """
    places = Places(settings, keep or storage(settings))
    name, passed_over = _chosen(places)
    if name == "demo":
        model = _demo()
    elif name in PUBLISHED:
        model = _Model(name, name, (wanted("model", PUBLISHED[name], places), _vocab(settings), *_vocoder(places)))
    else:
        model = _own(places)
    absent = [file for file in model.files if isinstance(file, Absent)]
    if absent and (settings.offline or not settings.allow_download):
        raise Missing(absent, [file for file in model.files if isinstance(file, Part)], places)
    parts = [downloaded(file, places) if isinstance(file, Absent) else file for file in model.files]
    transcription, unusable = _transcription(places)
    findings = [*passed_over, *(finding for part in parts for finding in part.findings), *unusable]
    checkpoint, vocab, vocoder_config, vocoder_weights = (part.path for part in parts)
    return ModelFiles(
        model.name,
        checkpoint,
        model.config,
        vocab,
        vocoder_config,
        vocoder_weights,
        origins=tuple(part.origin for part in (*parts, *transcription)),
        findings=tuple(dict.fromkeys((*findings, *_price(parts, places)))),
        pinned=tuple((part.path, part.remote) for part in parts if part.remote is not None),
    )


def _chosen(places: Places) -> tuple[str, list[Finding]]:
    """Return TTS_MODEL, or what `auto` amounts to, and what was passed over for the demo."""
    settings, newest = places.settings, "F5TTS_v1_Base"
    if settings.model != "auto":
        return settings.model, []
    if settings.on_runpod:
        return newest, []
    found, passed_over = stored(PUBLISHED[newest], places)
    return (newest, []) if found else ("demo", passed_over)


def _demo() -> _Model:
    source = "embedded demo"
    checkpoint, vocab = (
        part("model", DEMO / "model.safetensors", source),
        part("vocabulary", DEMO / "vocab.txt", source),
    )
    return _Model("demo", DEMO / "config.yaml", (checkpoint, vocab, *_vocoder_folder(DEMO / "vocos", source)))


def _own(places: Places) -> _Model:
    """Return a checkpoint of the operator's own."""
    settings = places.settings
    checkpoint = named("model", "TTS_MODEL", settings.model)
    if settings.model_config is None:
        raise ModelError(
            f"TTS_MODEL={settings.model} needs TTS_MODEL_CONFIG: v0 and v1 weights look alike, so the "
            "architecture must be named, as F5TTS_v1_Base, F5TTS_Base, or a YAML file"
        )
    files = (checkpoint, _vocab(settings), *_vocoder(places))
    return _Model(checkpoint.path.stem, settings.model_config, files)


def _vocab(settings: Settings) -> Part:
    if settings.vocab is not None:
        return named("vocabulary", "TTS_VOCAB", settings.vocab)
    with as_file(files("f5_tts") / "infer" / "examples" / "vocab.txt") as path:
        return part("vocabulary", path, "f5-tts package")


def _vocoder(places: Places) -> tuple[Part | Absent, ...]:
    if places.settings.vocoder is not None:
        return _vocoder_folder(Path(places.settings.vocoder), "TTS_VOCODER")
    return tuple(wanted(role, remote, places) for role, remote in zip(_VOCODER_ROLES, hub.VOCODER, strict=True))


def _vocoder_folder(folder: Path, source: str) -> tuple[Part, Part]:
    if not folder.exists():
        raise ModelError(f"{source}={folder} doesn't exist")
    for name in _VOCODER_WEIGHTS:
        if (folder / name).exists():
            config, weights = _VOCODER_ROLES
            return sound(config, folder / "config.yaml", source), sound(weights, folder / name, source)
    raise ModelError(f"{folder}: no vocoder there; expected config.yaml and {' or '.join(_VOCODER_WEIGHTS)}")


def _transcription(places: Places) -> tuple[list[Part], list[Finding]]:
    """Return the transcription model, if one is there, and what is wrong with the one that was named."""
    role, wanted, findings = "transcription", places.settings.asr_model, []
    if wanted is not None:
        model = Path(wanted) / "model.bin"
        problem = defect(model)
        if not problem:
            return [part(role, model, "TTS_ASR_MODEL")], []
        findings.append(Finding("warning", "TTS_ASR_MODEL", f"{model} {problem}"))
    for place in places.known:
        if not os.path.isdir(place.folder):  # glob raises for a name that no file system has
            continue
        for path in sorted(place.folder.glob("models--*/snapshots/*/model.bin")):
            if "--faster-whisper-" in path.parts[-4].lower() and not defect(path):
                return [part(role, path, place.source)], findings
    return [], findings


def _price(parts: Sequence[Part], places: Places) -> list[Finding]:
    """Return what it costs that nothing keeps what was downloaded."""
    lost = [part for part in parts if part.origin.source == DOWNLOADED and not places.lasting(part.path)]
    if not places.settings.on_runpod or not lost:
        return []
    repos = " and ".join(dict.fromkeys(part.remote.repo for part in lost if part.remote is not None))
    size_gb = sum(part.origin.size_mb for part in lost) / 1e3
    problem = f"{size_gb:.2f} GB are downloaded at each cold start: no volume keeps {repos}"
    return [Finding("warning", "TTS_MODEL", problem, f"choose {repos} in the endpoint's settings or attach a volume")]
