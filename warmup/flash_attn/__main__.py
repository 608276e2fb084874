"""Choosing and baking flash_attn's wheel by hand.

python -m warmup.flash_attn --explain [--platform '{"python_tag": "cp312"}']
python -m warmup.flash_attn --refresh
python -m warmup.flash_attn --bake FOLDER
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from warmup.environment.examine import prepare
from warmup.fetch import FetchError
from warmup.flash_attn.ensure import PATIENCE_S
from warmup.flash_attn.releases import LISTING, refresh
from warmup.flash_attn.unpack import bring
from warmup.flash_attn.wheels import MANIFEST, ManifestError, Skip, Wheel, choose, explain, load
from warmup.machine import Gpu, Platform, detect


def main() -> int:
    """Explain the choice of a wheel, renew the manifest, or unpack the wheel for an image; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m warmup.flash_attn", description=main.__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--explain", action="store_true", help="every wheel, and why it was or wasn't chosen")
    what.add_argument("--refresh", action="store_true", help="renew the manifest from the listing of the releases")
    what.add_argument(
        "--bake", metavar="FOLDER", type=Path, help="fetch and unpack the wheel for this Python and torch"
    )
    parser.add_argument("--platform", default="{}", help="with --explain: JSON of what differs from this machine")
    parser.add_argument("--listing", default=LISTING, help="with --refresh: another address of the releases")
    parser.add_argument("--wheels", type=Path, default=MANIFEST, help="another manifest")
    arguments = parser.parse_args()
    prepare()
    logging.basicConfig(level="INFO", format="%(message)s")
    try:
        if arguments.refresh:
            return _refresh(arguments.wheels, arguments.listing)
        wheels = load(arguments.wheels)
        if arguments.explain:
            return _explain(_described(detect(), arguments.platform), wheels)
        return _bake(arguments.bake, wheels)
    except (ManifestError, FetchError) as error:
        print(error, file=sys.stderr)
        return 1


def _described(platform: Platform, changes: str) -> Platform:
    given = json.loads(changes)
    if "gpus" in given:
        given["gpus"] = tuple(
            Gpu(str(gpu["name"]), tuple(gpu["capability"]), float(gpu["memory_gb"])) for gpu in given["gpus"]
        )
    return replace(platform, **given)


def _explain(platform: Platform, wheels: Sequence[Wheel]) -> int:
    print(platform)
    for wheel, verdict in explain(platform, wheels):
        print(f"{wheel.name}: {verdict}")
    chosen = choose(platform, wheels)
    print(chosen.reason if isinstance(chosen, Skip) else f"chosen: {chosen.url}")
    return 0


def _refresh(manifest: Path, listing: str) -> int:
    changes, conflicts = refresh(manifest, listing)
    print("\n".join([*changes, *conflicts]) or "nothing has changed")
    return 1 if conflicts else 0


def _bake(folder: Path, wheels: Sequence[Wheel]) -> int:
    """Unpack the wheel for this image; where images are built no GPU is there, so one is assumed."""
    wheel = choose(replace(detect(), gpus=(Gpu("assumed", (8, 0), 0.0),)), wheels)
    if isinstance(wheel, Skip):
        print(wheel.reason, file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    place, source = bring(wheel, folder, time.monotonic() + PATIENCE_S["require"])
    (folder / wheel.name).unlink()  # 244 MB that the image needn't carry twice
    print(f"{place}: {source}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
