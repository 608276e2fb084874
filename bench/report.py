"""Figures as a table on the terminal, a section of bench/RESULTS.md and a picture."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

import torch

FOLDER = Path(__file__).parent
PACKAGES = ("torch", "f5-tts", "runpod", "numpy")


@dataclass(frozen=True)
class Row:
    """One comparison: seconds of both sides, measured in turn, and the ratio that is asked for."""

    what: str
    ours_s: Sequence[float]
    other: str
    other_s: Sequence[float]
    bar: str

    @property
    def ratio(self) -> float:
        """Median of ours over median of the other."""
        return median(self.ours_s) / median(self.other_s)


def report(name: str, command: str, rows: Sequence[Row]) -> None:
    """Print the rows, renew the section `name` of RESULTS.md and write `name`.png."""
    lines = ["| what | this worker | other side | ratio | bar |", "|---|---|---|---|---|"]
    for row in rows:
        other = f"{row.other}: {_spread(row.other_s)}"
        lines.append(f"| {row.what} | {_spread(row.ours_s)} | {other} | {row.ratio:.2f} | {row.bar} |")
    text = f"## {name}\n\n`{command}`; {machine()}. Median (least to most) of {len(rows[0].ours_s)} rounds in turn.\n\n"
    text += "\n".join(lines) + f"\n\n![{name}]({name}.png)\n"
    print(text)
    renew(name, text)
    _plot(name, rows)


def _spread(seconds: Sequence[float]) -> str:
    return f"{median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f})"


def machine() -> str:
    """Return what the figures were measured on."""
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{model[1] if model else platform.machine()}, {torch.get_num_threads()} threads, "
        f"Python {sys.version.split()[0]}, {packages}"
    )


def renew(name: str, text: str) -> None:
    """Put a section in the place of the one of its name in RESULTS.md, or at its end."""
    path = FOLDER / "RESULTS.md"
    parts = re.split(r"(?m)^(?=## )", path.read_text("utf-8")) if path.exists() else ["# Last figures\n\n"]
    kept = [part for part in parts if not part.startswith(f"## {name}\n")]
    path.write_text("".join(part.rstrip("\n") + "\n\n" for part in [*kept, text]).rstrip("\n") + "\n", "utf-8")


def _plot(name: str, rows: Sequence[Row]) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 0.9 * len(rows) + 1.2), layout="constrained")
    for place, row in enumerate(reversed(rows)):
        axes.barh(place + 0.2, median(row.other_s), 0.36, color="#b8b8b8")
        axes.barh(place - 0.2, median(row.ours_s), 0.36, color="#2b6cb0")
        axes.text(median(row.ours_s), place - 0.2, f" {row.ratio:.2f}x", va="center", fontsize=9)
        axes.text(median(row.other_s), place + 0.2, f" {row.other}", va="center", fontsize=8, color="#555555")
    axes.set_yticks(range(len(rows)), [row.what for row in reversed(rows)])
    axes.set_xlabel("seconds, median; blue: this worker")
    axes.set_xlim(right=1.25 * max(median(row.other_s) for row in rows))
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(FOLDER / f"{name}.png", dpi=120)
