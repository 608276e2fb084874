"""Normalisers on English texts with known answers: `python -m bench.normalize [NAME ...]`.

200 texts (normalize.tsv) were there from the beginning, and what is read wrong of them was mended; nothing was mended
for 65 others (normalize_unseen.tsv), so that they tell more of how often a text is read right.

Some aren't among this project's packages; install those to compare (verbalis, inflect, nemo_text_processing) beside it.
Each runs in a process of its own, for its time to load and its memory.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

CASES = Path(__file__).with_suffix(".tsv")
UNSEEN = CASES.with_stem("normalize_unseen")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_HALF_OF_DAY = re.compile(r"\b([ap]) m\b")

Read = Callable[[str], str]


def cases(file: Path = CASES) -> Iterator[tuple[str, str, str]]:
    """Return the kind of every case, what is written, and what is said."""
    for line in file.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            kind, written, said = line.split("\t")
            yield kind, written, said


def is_right(said: str, right: str) -> bool:
    """Tell whether a text is said in one of the ways that a case allows."""
    return _pattern(right).fullmatch(_words(said)) is not None


def _words(text: str) -> str:
    """Return a text as it is compared: without case, punctuation and hyphens, a blank behind every word."""
    spelt = re.sub(r"(?<=\b[a-z])\.(?=[a-z]\b)", " ", text.lower())
    return _HALF_OF_DAY.sub(r"\1m", " ".join(re.sub(r"[^\w']", " ", spelt).split())) + " "


def _pattern(right: str) -> re.Pattern[str]:
    """Return the ways of a case: (a/b) is one of both, (a) may be left out."""
    parts: list[str] = []
    choices: list[bool] = []
    for token in re.findall(r"[()/]|[\w']+", _HALF_OF_DAY.sub(r"\1m", right.lower())):
        if token == "(":
            choices.append(False)
            parts.append("(?:")
        elif token == "/":
            choices[-1] = True
            parts.append("|")
        else:
            parts.append((")" if choices.pop() else ")?") if token == ")" else f"{token} ")
    return re.compile("".join(parts))


def ours() -> Read:
    """Return this project's reading."""
    from tts.text.normalize.edits import edits
    from tts.text.said import Said

    return lambda text: Said(text, edits(text, "en")).spoken


def verbalis() -> Read:
    """Return verbalis by itself."""
    from verbalis import Verbalizer

    return Verbalizer("en-us").process


def wetext() -> Read:
    """Return WeTextProcessing's runtime."""
    from wetext import Normalizer

    return Normalizer(lang="en", operator="tn").normalize


def nemo() -> Read:
    """Return NeMo's grammars, compiled into a folder of the working directory at the first run."""
    from nemo_text_processing.text_normalization.normalize import Normalizer

    return Normalizer(input_case="cased", lang="en", cache_dir="output/nemo").normalize


def num2words() -> Read:
    """Return num2words for every number, which is all that it reads."""
    from num2words import num2words

    return lambda text: _NUMBER.sub(lambda found: num2words(found[0].replace(",", "")), text)


def inflect() -> Read:
    """Return inflect for every number."""
    from inflect import engine

    words = engine().number_to_words
    return lambda text: _NUMBER.sub(lambda found: words(found[0].replace(",", "")), text)


READERS = {reader.__name__: reader for reader in (ours, verbalis, wetext, nemo, num2words, inflect)}


def measure(name: str) -> str:
    """Return a reader's row of the table."""
    before_mb, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, time.perf_counter()
    read = READERS[name]()
    read("I have 7 cats.")
    loaded_s = time.perf_counter() - start
    right, all_cases, start = Counter[str](), list(cases()), time.perf_counter()
    for kind, written, said in all_cases:
        right[kind] += _is_read_right(read, written, said)
    each_ms = (time.perf_counter() - start) / len(all_cases) * 1000
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before_mb
    kinds = Counter(kind for kind, _, _ in all_cases)
    parts = " | ".join(f"{right[kind]}" for kind in kinds)
    unseen = sum(_is_read_right(read, written, said) for _, written, said in cases(UNSEEN))
    share = f"{100 * right.total() / len(all_cases):.1f} %"
    return f"| {name} | {share} | {unseen} | {parts} | {loaded_s:.3f} s | {memory_mb:.0f} MB | {each_ms:.2f} ms |"


def _is_read_right(read: Read, written: str, said: str) -> bool:
    try:
        return is_right(read(written), said)
    except Exception:  # wetext raises for characters that it doesn't know
        return False


def main() -> None:
    """Print the table, or what one reader makes wrong."""
    match sys.argv[1:]:
        case ["--row", name]:
            print(measure(name))
        case ["--wrong", name]:
            read = READERS[name]()
            for _, written, said in [*cases(), *cases(UNSEEN)]:
                if not is_right(read(written), said):
                    print(f"{written}\n    {read(written)}\n    {said}")
        case names:
            kinds = Counter(kind for kind, _, _ in cases())
            unseen = sum(1 for _ in cases(UNSEEN))
            counts = " | ".join(f"{kind} {count}" for kind, count in kinds.items())
            print(f"| | of 200 | of {unseen} others | {counts} | load | memory | a text |")
            print("|---|" + "---|" * (len(kinds) + 5))
            for name in names or READERS:
                done = subprocess.run(
                    [sys.executable, "-m", "bench.normalize", "--row", name], capture_output=True, text=True
                )
                print(done.stdout.strip() or f"| {name} | not installed |", flush=True)


if __name__ == "__main__":
    main()
