"""Where the model's files are: explicit path, the platform's cached model, the hub's cache, a download."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from tts.errors import ModelError
from warmup.environment import Settings

DEMO = Path(__file__).parents[1] / "tts" / "assets" / "demo"
_RUNPOD_CACHE = Path("/runpod-volume/huggingface-cache/hub")
_F5_REPO = "SWivid/F5-TTS"
_VOCOS_REPO = "charactr/vocos-mel-24khz"
PUBLISHED = {  # repository file of every named model
    "F5TTS_v1_Base": "F5TTS_v1_Base/model_1250000.safetensors",
    "F5TTS_Base": "F5TTS_Base/model_1200000.safetensors",
}
_VOCODER_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


@dataclass(frozen=True)
class ModelFiles:
    """Everything that is read to have a model."""

    name: str
    checkpoint: Path
    config: str | Path  # packaged name or YAML file
    vocab: Path
    vocoder_config: Path
    vocoder_weights: Path


def find(settings: Settings) -> ModelFiles:
    """Return the files of the model that the settings ask for.

    Raises:
        ModelError: one is missing and may not, or can't, be downloaded.
    """
    if settings.model == "demo":
        return _demo()
    if settings.model in PUBLISHED:
        return _published(settings.model, settings)
    if settings.model != "auto":
        return _explicit(settings)
    if settings.on_runpod or _cached(settings, _F5_REPO, PUBLISHED["F5TTS_v1_Base"]):
        return _published("F5TTS_v1_Base", settings)
    return _demo()


def _demo() -> ModelFiles:
    config, weights = _vocoder_files(DEMO / "vocos")
    return ModelFiles("demo", DEMO / "model.safetensors", DEMO / "config.yaml", DEMO / "vocab.txt", config, weights)


def _published(name: str, settings: Settings) -> ModelFiles:
    checkpoint = _fetch(settings, _F5_REPO, PUBLISHED[name])
    return ModelFiles(name, checkpoint, name, _packaged_vocab(), *_vocoder(settings))


def _explicit(settings: Settings) -> ModelFiles:
    checkpoint = _existing("TTS_MODEL", settings.model)
    if settings.model_config is None:
        raise ModelError(
            f"TTS_MODEL={settings.model} needs TTS_MODEL_CONFIG: v0 and v1 weights look alike, so the "
            "architecture must be named, as F5TTS_v1_Base, F5TTS_Base, or a YAML file"
        )
    vocab = _packaged_vocab() if settings.vocab is None else _existing("TTS_VOCAB", settings.vocab)
    return ModelFiles(checkpoint.stem, checkpoint, settings.model_config, vocab, *_vocoder(settings))


def _existing(variable: str, path: str) -> Path:
    if not Path(path).exists():
        known = "auto, demo, " + ", ".join(PUBLISHED)
        also = f"; it is a path, or one of {known}" if variable == "TTS_MODEL" else ""
        raise ModelError(f"{variable}={path} doesn't exist{also}")
    return Path(path)


def _packaged_vocab() -> Path:
    with as_file(files("f5_tts") / "infer" / "examples" / "vocab.txt") as path:
        return path


def _vocoder(settings: Settings) -> tuple[Path, Path]:
    if settings.vocoder is not None:
        return _vocoder_files(_existing("TTS_VOCODER", settings.vocoder))
    return _fetch(settings, _VOCOS_REPO, "config.yaml"), _fetch(settings, _VOCOS_REPO, "pytorch_model.bin")


def _vocoder_files(folder: Path) -> tuple[Path, Path]:
    for name in _VOCODER_WEIGHTS:
        if (folder / name).exists():
            return folder / "config.yaml", folder / name
    raise ModelError(f"{folder}: no vocoder there; expected config.yaml and {' or '.join(_VOCODER_WEIGHTS)}")


def _caches(settings: Settings) -> Iterator[Path]:
    from huggingface_hub.constants import HF_HUB_CACHE  # half a second that the demo model need not spend

    yield _RUNPOD_CACHE
    yield Path(settings.cache_dir or HF_HUB_CACHE)


def _cached(settings: Settings, repo: str, file: str) -> Path | None:
    """Return a file of a Hugging Face cache: of the revision `refs/main` names, or of the only one there."""
    for cache in _caches(settings):
        folder = cache / f"models--{repo.replace('/', '--')}"
        main = folder / "refs" / "main"
        snapshots = [folder / "snapshots" / main.read_text().strip()] if main.exists() else []
        for snapshot in snapshots or sorted(folder.glob("snapshots/*")):
            if (snapshot / file).exists():
                return snapshot / file
    return None


def _fetch(settings: Settings, repo: str, file: str) -> Path:
    found = _cached(settings, repo, file)
    if found is not None:
        return found
    if not settings.allow_download:
        raise ModelError(
            f"{repo}/{file} is not on this machine and TTS_ALLOW_DOWNLOAD is false; allow it, set TTS_MODEL to a "
            "file, or choose the model in the endpoint's settings"
        )
    import httpx
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(hf_hub_download(repo, file, cache_dir=settings.cache_dir))
    except (HfHubHTTPError, LocalEntryNotFoundError, httpx.HTTPError, OSError) as error:
        raise ModelError(
            f"{repo}/{file} can't be downloaded ({type(error).__name__}); is the hub reachable?"
        ) from error
