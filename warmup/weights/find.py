"""Which files make the model, and where they are.

Each is looked for in this order: a path that is named, the image, RunPod's cached model, TTS_CACHE_DIR, the worker's
own cache, the hub's cache, any other cache on the volume, a folder of models there; else it is downloaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.resources import as_file
from itertools import chain
from pathlib import Path

from tts.errors import ModelError
from tts.published import published
from warmup.report import Finding, Origin
from warmup.storage import Storage, storage
from warmup.weights import hub, whisper
from warmup.weights.hub import PUBLISHED, Remote
from warmup.weights.parts import (
    DOWNLOADED,
    Absent,
    Part,
    downloaded,
    missing,
    named,
    part,
    sound,
    stored,
    wanted,
)
from warmup.weights.places import Places
from warmup.weights.settings import WeightsSettings

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


@dataclass(frozen=True)
class Search:
    """What there is on this machine of the model that the settings ask for."""

    places: Places
    name: str
    config: str | Path
    files: tuple[Part | Absent, ...]  # checkpoint, vocabulary, the vocoder's configuration and weights
    others: tuple[Part, ...] = ()  # what it can do without
    told: tuple[Finding, ...] = ()

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Where those come from that are there."""
        return tuple(file.origin for file in (*self.files, *self.others) if isinstance(file, Part))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was passed over, and else is to be told, once each."""
        return tuple(dict.fromkeys(chain(self.told, *(file.findings for file in self.files))))


def find(settings: WeightsSettings, keep: Storage | None = None) -> ModelFiles:
    """Return the files of the model that the settings ask for; raises what `look` and `bring` raise."""
    return bring(look(settings, keep or storage(settings)))


def look(settings: WeightsSettings, keep: Storage) -> Search:
    """Return what there is of the model on this machine.

    Raises:
        ModelError: a file that is named is missing, or no such file.
    """
    places = Places(settings, keep)
    name, passed_over = _chosen(places)
    hears = whisper.look(places)
    if name == "demo":
        found = _demo(places)
    elif name in PUBLISHED:
        files = (wanted("model", PUBLISHED[name], places), _vocab(settings), *_vocoder(places))
        found = Search(places, name, name, files)
    else:
        found = _own(places)
    return replace(found, others=(hears.part,) if hears.part else (), told=(*passed_over, *hears.findings))


def bring(search: Search) -> ModelFiles:
    """Return all files of a model; absent ones are downloaded.

    Raises:
        ModelError: some are absent and may not be downloaded, or are given out to nobody.
        HostProblem: a download failed; another try or another host may do.
    """
    places = search.places
    absent = [file for file in search.files if isinstance(file, Absent)]
    if absent and (places.settings.offline or not places.settings.allow_download):
        raise ModelError(missing(absent, places))
    parts = [downloaded(file, places) if isinstance(file, Absent) else file for file in search.files]
    checkpoint, vocab, vocoder_config, vocoder_weights = (part.path for part in parts)
    return ModelFiles(
        search.name,
        checkpoint,
        search.config,
        vocab,
        vocoder_config,
        vocoder_weights,
        origins=tuple(part.origin for part in (*parts, *search.others)),
        findings=(*search.findings, *_price(parts, places)),
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


def _demo(places: Places) -> Search:
    source = "embedded demo"
    checkpoint, vocab = (
        part("model", DEMO / "model.safetensors", source),
        part("vocabulary", DEMO / "vocab.txt", source),
    )
    files = (checkpoint, vocab, *_vocoder_folder(DEMO / "vocos", source))
    return Search(places, "demo", DEMO / "config.yaml", files)


def _own(places: Places) -> Search:
    """Return a checkpoint of the operator's own."""
    settings = places.settings
    checkpoint = named("model", "TTS_MODEL", settings.model)
    if settings.model_config is None:
        raise ModelError(
            f"TTS_MODEL={settings.model} needs TTS_MODEL_CONFIG: v0 and v1 weights look alike, so the "
            "architecture must be named, as F5TTS_v1_Base, F5TTS_Base, or a YAML file"
        )
    files = (checkpoint, _vocab(settings), *_vocoder(places))
    return Search(places, checkpoint.path.stem, settings.model_config, files)


def _vocab(settings: WeightsSettings) -> Part:
    if settings.vocab is not None:
        return named("vocabulary", "TTS_VOCAB", settings.vocab)
    with as_file(published() / "infer" / "examples" / "vocab.txt") as path:
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


def _price(parts: Sequence[Part], places: Places) -> list[Finding]:
    """Return what it costs that nothing keeps what was downloaded."""
    lost = [part for part in parts if part.origin.source == DOWNLOADED and not places.lasting(part.path)]
    if not places.settings.on_runpod or not lost:
        return []
    repos = " and ".join(dict.fromkeys(part.remote.repo for part in lost if part.remote is not None))
    size_gb = sum(part.origin.size_mb for part in lost) / 1e3
    problem = f"{size_gb:.2f} GB are downloaded at each cold start: no volume keeps {repos}"
    return [Finding("warning", "TTS_MODEL", problem, f"choose {repos} in the endpoint's settings or attach a volume")]
