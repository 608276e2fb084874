"""The published files, pinned, and how they get into a Hugging Face cache."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tts.errors import ModelError
from warmup.fetch import FetchError, Refused, fetch, locked
from warmup.report import HostProblem

log = logging.getLogger("worker")
_DOWNLOAD_S = 1_800.0
_LISTING_S = 10.0
_UNAUTHORIZED = 401  # for a token that the hub doesn't know, public files included (huggingface_hub#2847)


@dataclass(frozen=True)
class Remote:
    """One file of a Hugging Face repository, pinned."""

    repo: str
    revision: str
    file: str
    sha256: str | None  # None: what the hub sends the first time
    size: int | None = None  # bytes


_F5 = ("SWivid/F5-TTS", "84e5a410d9cead4de2f847e7c9369a6440bdfaca")
_VOCOS = ("charactr/vocos-mel-24khz", "0feb3fdd929bcd6649e0e7c5a688cf7dd012ef21")
PUBLISHED = {
    "F5TTS_v1_Base": Remote(
        *_F5,
        "F5TTS_v1_Base/model_1250000.safetensors",
        "670900fd14e6c458b95da6e9ed317cdb20dbaf7a1c02ac06a05475a9d32b6a38",
        1_348_435_761,
    ),
    "F5TTS_Base": Remote(
        *_F5,
        "F5TTS_Base/model_1200000.safetensors",
        "4180310f91d592cee4bc14998cd37c781f779cf105e8ca8744d9bd48ca7046ae",
    ),
}
VOCODER = (
    Remote(*_VOCOS, "config.yaml", "da9033922f969a47f0c160010226919e59f27761fd5066f3828d46de6650b0fc", 461),
    Remote(
        *_VOCOS,
        "pytorch_model.bin",
        "97ec976ad1fd67a33ab2682d29c0ac7df85234fae875aefcc5fb215681a91b2a",
        54_365_991,
    ),
)


def address(remote: Remote) -> str:
    """Return where a file is downloaded from."""
    from huggingface_hub import hf_hub_url

    return hf_hub_url(remote.repo, remote.file, revision=remote.revision)


def listed(repo: str, wanted: Sequence[str]) -> tuple[Remote, ...]:
    """Return files of a repository that nothing here pins, with the sizes and hashes that the hub tells now.

    Args:
        repo: as `organisation/name`.
        wanted: their names without endings.

    Raises:
        ModelError: there is no such repository, or it may not be had.
        HostProblem: the hub doesn't answer.
    """
    import httpx
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        found = HfApi().model_info(repo, files_metadata=True, timeout=_LISTING_S)
    except (HfHubHTTPError, HFValidationError) as error:
        raise ModelError(f"{repo} can't be had from the hub: {str(error).partition(chr(10))[0]}") from error
    except (httpx.HTTPError, OSError) as error:
        raise HostProblem("weights", f"the hub doesn't tell what {repo} holds: {error}") from error
    files = [file for file in found.siblings or () if file.rfilename.partition(".")[0] in wanted]
    if not files:
        raise ModelError(f"{repo} holds none of {', '.join(wanted)}")
    return tuple(
        Remote(repo, str(found.sha), file.rfilename, file.lfs.sha256 if file.lfs else None, file.size)
        for file in sorted(files, key=lambda file: file.size or 0)
    )


def download(remote: Remote, hub: Path) -> Path:
    """Bring a file into a Hugging Face cache, where the hub's own library finds it too.

    The library itself no longer resumes a download that was cut, and checks no sha256.

    Raises:
        ModelError: it may not be had, or is not there, for any host that asks.
        HostProblem: it doesn't come, or isn't what it should be.
    """
    from huggingface_hub import get_token

    folder = hub / f"models--{remote.repo.replace('/', '--')}" / "snapshots" / remote.revision
    target = folder / remote.file
    url = address(remote)
    log.info("downloading %s/%s", remote.repo, remote.file)
    token = get_token()  # build_hf_headers would ask the hub for a list of coding agents first
    if token and not (token.isascii() and token.isprintable()):
        log.warning("HF_TOKEN holds characters that no token has, and is left out; these files need none")
        token = None
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    deadline = time.monotonic() + _DOWNLOAD_S
    try:
        with locked(folder, _DOWNLOAD_S):
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                fetch(url, target, sha256=remote.sha256, size=remote.size, deadline=deadline, headers=headers)
            except Refused as error:
                if error.status != _UNAUTHORIZED or not token:
                    raise
                log.warning("%s refuses HF_TOKEN, which is wrong or expired; these files need none", remote.repo)
                fetch(url, target, sha256=remote.sha256, size=remote.size, deadline=deadline)
    except Refused as error:
        raise ModelError(str(error)) from error
    except (FetchError, OSError) as error:
        raise HostProblem("weights", str(error)) from error
    return target
