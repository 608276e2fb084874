"""Where the model's files are: a path, the image, the platform's cached model, a volume, a download."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path

from tts.errors import ModelError
from warmup.environment.settings import Settings
from warmup.report import Finding, Origin
from warmup.storage import BAKED, Storage, storage, unwritable
from warmup.weights import hub
from warmup.weights.hub import PUBLISHED, Remote, download, places_in
from warmup.weights.integrity import defect

DEMO = Path(__file__).parents[2] / "tts" / "assets" / "demo"
_VOCODER_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_VOCODER_ROLES = ("vocoder configuration", "vocoder")
_PLAIN_FOLDERS = ("models", "ckpts", "checkpoints", "weights")  # on volumes filled by hand or by older workers


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


def find(settings: Settings, keep: Storage | None = None) -> ModelFiles:
    """Return the files of the model that the settings ask for.

    Raises:
        ModelError: one is missing and may not be downloaded, or is no such file.
        HostProblem: a download failed; another try or another host may do.
    """
    search = _Search(settings, keep or storage(settings))
    if settings.model == "demo":
        return search.demo()
    if settings.model in PUBLISHED:
        return search.published(settings.model)
    if settings.model != "auto":
        return search.explicit()
    if settings.on_runpod or search.lookup(PUBLISHED["F5TTS_v1_Base"]):
        return search.published("F5TTS_v1_Base")
    return search.demo()


@dataclass
class _Search:
    settings: Settings
    keep: Storage
    origins: list[Origin] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def demo(self) -> ModelFiles:
        checkpoint = self._note("model", DEMO / "model.safetensors", "embedded demo")
        vocab = self._note("vocabulary", DEMO / "vocab.txt", "embedded demo")
        return self._with_vocoder("demo", checkpoint, DEMO / "config.yaml", vocab, DEMO / "vocos", "embedded demo")

    def published(self, name: str) -> ModelFiles:
        checkpoint = self._have("model", PUBLISHED[name])
        return self._with_vocoder(name, checkpoint, name, self._vocab(), self.settings.vocoder, "TTS_VOCODER")

    def explicit(self) -> ModelFiles:
        checkpoint = self._existing("model", "TTS_MODEL", self.settings.model)
        config = self.settings.model_config
        if config is None:
            raise ModelError(
                f"TTS_MODEL={self.settings.model} needs TTS_MODEL_CONFIG: v0 and v1 weights look alike, so the "
                "architecture must be named, as F5TTS_v1_Base, F5TTS_Base, or a YAML file"
            )
        return self._with_vocoder(
            checkpoint.stem, checkpoint, config, self._vocab(), self.settings.vocoder, "TTS_VOCODER"
        )

    def _with_vocoder(
        self, name: str, checkpoint: Path, config: str | Path, vocab: Path, vocoder: str | Path | None, source: str
    ) -> ModelFiles:
        if vocoder is None:
            pairs = zip(_VOCODER_ROLES, hub.VOCODER, strict=True)
            config_file, weights = (self._have(role, remote) for role, remote in pairs)
        else:
            config_file, weights = self._vocoder_folder(Path(vocoder), source)
        self._asr()
        return ModelFiles(
            name, checkpoint, config, vocab, config_file, weights, tuple(self.origins), tuple(self.findings)
        )

    def _vocab(self) -> Path:
        if self.settings.vocab is not None:
            return self._existing("vocabulary", "TTS_VOCAB", self.settings.vocab)
        with as_file(files("f5_tts") / "infer" / "examples" / "vocab.txt") as path:
            return self._note("vocabulary", path, "f5-tts package")

    def _vocoder_folder(self, folder: Path, source: str) -> tuple[Path, Path]:
        if not folder.exists():
            raise ModelError(f"{source}={folder} doesn't exist")
        for name in _VOCODER_WEIGHTS:
            if (folder / name).exists():
                config, weights = _VOCODER_ROLES
                return self._sound(config, folder / "config.yaml", source), self._sound(weights, folder / name, source)
        raise ModelError(f"{folder}: no vocoder there; expected config.yaml and {' or '.join(_VOCODER_WEIGHTS)}")

    def _asr(self) -> None:
        """Note the transcription model, if one is there."""
        wanted = self.settings.asr_model
        if wanted is not None:
            problem = defect(Path(wanted) / "model.bin")
            if not problem:
                self._note("transcription", Path(wanted) / "model.bin", "TTS_ASR_MODEL")
                return
            self.findings.append(Finding("warning", "TTS_ASR_MODEL", f"{wanted}/model.bin {problem}"))
        for source, cache in self._near_hubs():
            for path in sorted(cache.glob("models--*--faster-whisper-*/snapshots/*/model.bin")):
                if not defect(path):
                    self._note("transcription", path, source)
                    return

    def _existing(self, role: str, variable: str, path: str) -> Path:
        if not os.path.exists(path):
            known = "auto, demo, " + ", ".join(PUBLISHED)
            also = f"; it is a path, or one of {known}" if variable == "TTS_MODEL" else ""
            raise ModelError(f"{variable}={path} doesn't exist{also}")
        return self._sound(role, Path(path), variable)

    def _sound(self, role: str, path: Path, source: str) -> Path:
        problem = defect(path)
        if problem:
            raise ModelError(f"{path} {problem}")
        return self._note(role, path, source)

    def _note(self, role: str, path: Path, source: str, seconds: float = 0.0) -> Path:
        size_mb = round(path.stat().st_size / 1e6, 3)
        self.origins.append(Origin(role, path, source, round(seconds, 3), size_mb))
        return path

    def lookup(self, remote: Remote) -> tuple[Path, str] | None:
        """Return the first sound copy of a file on this machine, and what sort of place it lies in."""
        for source, path in self._places(remote):
            if not os.path.lexists(path):  # unlike Path.exists, also False where looking is not allowed
                continue
            problem = defect(path, remote.size)
            if not problem:
                return path, source
            finding = Finding("warning", str(path), f"{problem}; it is passed over", f"delete {path}")
            if finding not in self.findings:
                self.findings.append(finding)
        return None

    def _places(self, remote: Remote) -> Iterator[tuple[str, Path]]:
        for source, cache in self._hubs():
            yield from ((source, path) for path in places_in(cache, remote))
        volume = Path(self.settings.volume_dir)
        for folder in _PLAIN_FOLDERS:
            for prefix in ("", remote.repo, remote.repo.partition("/")[2]):
                yield f"volume ({folder}/)", volume / folder / prefix / remote.file

    def _hubs(self) -> Iterator[tuple[str, Path]]:
        """Yield every Hugging Face cache that can be looked into, in order of preference."""
        yield from self._near_hubs()
        for depth in ("", "*/", "*/*/"):  # caches under another root, left by other workers
            found = sorted(Path(self.settings.volume_dir).glob(f"{depth}models--*"))
            yield from (("volume", folder.parent) for folder in found)

    def _near_hubs(self) -> list[tuple[str, Path]]:
        """Return the caches whose places are known."""
        volume, own = Path(self.settings.volume_dir), self.settings.cache_dir
        places = [("baked in the image", BAKED / "hub"), ("RunPod's cached model", volume / "huggingface-cache/hub")]
        if own is not None:
            places += [("TTS_CACHE_DIR", Path(own) / "hub"), ("TTS_CACHE_DIR", Path(own))]
        places += [("worker's cache", self.keep.root / "hub")]
        places += [("Hugging Face cache", Path(self.settings.hub_cache).expanduser())]
        return [(source, hub) for source, hub in places if os.path.isdir(hub)]

    def _have(self, role: str, remote: Remote) -> Path:
        started = time.perf_counter()
        found = self.lookup(remote)
        if found is None:
            found = self._download(remote), "downloaded"
        return self._note(role, *found, time.perf_counter() - started)

    def _download(self, remote: Remote) -> Path:
        if not self.settings.allow_download or self.settings.offline:
            why = "TTS_ALLOW_DOWNLOAD is false" if not self.settings.allow_download else "HF_HUB_OFFLINE is set"
            broken = "".join(f"; {finding.subject} {finding.problem}" for finding in self.findings)
            raise ModelError(
                f"{remote.repo}/{remote.file} is not on this machine and {why}{broken}; allow it, set TTS_MODEL to a "
                "file, or choose the model in the endpoint's settings"
            )
        places = [self.keep.root / "hub", Path(self.settings.hub_cache).expanduser()]
        usable = [place for place in (places if self.keep.lasting else places[::-1]) if not unwritable(place)]
        roomy = [place for place in usable if shutil.disk_usage(place).free > (remote.size or 0)]
        return download(remote, next(iter([*roomy, *usable, *places])))
