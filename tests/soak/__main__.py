"""`make soak MINUTES=10 JOBS=10000`: run a soak and print what it found."""

from __future__ import annotations

import argparse
import sys

from tests.soak.run import soak
from tests.support.platform_api import SDKS


def main() -> int:
    """Run a soak; return 1 if anything was wrong."""
    parser = argparse.ArgumentParser("make soak")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--sdk", choices=["1", "2"], default="1")
    given = parser.parse_args()
    found = soak(given.minutes, given.jobs, SDKS[f"SDK {given.sdk}"])
    first, last = found.looks[len(found.looks) // 4], found.looks[-1]
    print(f"{found.seconds:.0f} s, SDK {given.sdk}")
    for name, count in sorted(found.counted.items()):
        print(f"{count:7} {name}")
    print(f"lost {len(found.lost)}, doubled {len(found.doubled)}, wrong {len(found.wrong)}")
    print(f"memory {first.memory_mb:.0f} -> {last.memory_mb:.0f} MB, {found.slope_mb:+.2f} MB in 1,000 jobs")
    shown = found.looks[:: max(1, len(found.looks) // 12)]
    print("jobs: MB", ", ".join(f"{look.jobs}: {look.memory_mb:.0f}" for look in shown))
    print(f"handles {first.handles} -> {last.handles}, threads {first.threads} -> {last.threads}")
    print(f"event loop {found.loop}")
    for fault in found.faults():
        print(fault)
    return 1 if found.faults() else 0


if __name__ == "__main__":
    sys.exit(main())
