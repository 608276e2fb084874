"""The manifest of wheels, renewed from the listing of the releases; not part of any start."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from warmup.flash_attn.wheels import ManifestError, Wheel

LISTING = "https://api.github.com/repos/Dao-AILab/flash-attention/releases"
_OLDEST = (2, 7, 3)
_DIGEST = "sha256:"


def refresh(manifest: Path, listing: str = LISTING) -> tuple[list[str], list[str]]:
    """Add what the releases hold and the manifest lacks: wheels, sizes, sha256.

    Args:
        manifest: in the form of `wheels.json`; only written if something changes.
        listing: GitHub's API, `.../repos/OWNER/NAME/releases`.

    Returns:
        A line for every change, and one for every published sha256 that contradicts a pin, which stays.

    Raises:
        ManifestError: the manifest or the listing can't be read.
    """
    document = json.loads(manifest.read_text("utf-8"))
    rows = {row["name"]: row for row in document["wheels"]}
    changes: list[str] = []
    conflicts: list[str] = []
    for asset in _assets(listing):
        wheel = _wheel(asset)
        if wheel is None:
            continue
        if wheel.name not in rows:
            rows[wheel.name] = _row(wheel)
            changes.append(f"{wheel.name}: new")
            continue
        _renew(rows[wheel.name], wheel, changes, conflicts)
    if changes:
        write(manifest, {**document, "wheels": list(rows.values())})
    return changes, conflicts


def _renew(row: dict[str, Any], wheel: Wheel, changes: list[str], conflicts: list[str]) -> None:
    for key, value in (("size", wheel.size), ("sha256", wheel.sha256)):
        if value is None or row[key] == value:
            continue
        if row[key] is not None:
            conflicts.append(f"{wheel.name}: {key} is pinned as {row[key]}, the release says {value}")
            continue
        row[key] = value
        if key == "sha256":
            row["pinned_by"] = wheel.pinned_by
        changes.append(f"{wheel.name}: {key} {value}")


def write(manifest: Path, document: dict[str, Any]) -> None:
    """Write a manifest, one wheel a line."""
    notes = ",\n".join(f"    {json.dumps(line)}" for line in document["note"])
    wheels = ",\n".join(f"    {json.dumps(row)}" for row in document["wheels"])
    manifest.write_text(f'{{\n  "note": [\n{notes}\n  ],\n  "wheels": [\n{wheels}\n  ]\n}}\n', "utf-8")


def _assets(listing: str) -> Iterator[dict[str, Any]]:
    import httpx

    page = 1
    try:
        while releases := httpx.get(f"{listing}?per_page=100&page={page}", timeout=30).raise_for_status().json():
            for release in releases:
                yield from release["assets"]
            page += 1
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise ManifestError(f"{listing} can't be read: {error}") from error


def _wheel(asset: dict[str, Any]) -> Wheel | None:
    """Return a listed file as a row of the manifest; None if it is no wheel that belongs there."""
    digest = str(asset.get("digest") or "")
    sha256 = digest.removeprefix(_DIGEST) if digest.startswith(_DIGEST) else None
    pinned_by = "the release's listing" if sha256 else None
    try:
        wheel = Wheel(asset["name"], asset["browser_download_url"], sha256, asset.get("size"), pinned_by)
    except ManifestError:
        return None
    mislabelled = wheel.release >= (2, 8) and wheel.torch == "2.6" and not wheel.cxx11_abi  # see the manifest's notes
    return None if wheel.release < _OLDEST or mislabelled else wheel


def _row(wheel: Wheel) -> dict[str, Any]:
    names = ("name", "url", "sha256", "size", "pinned_by")
    return {name: getattr(wheel, name) for name in names}
