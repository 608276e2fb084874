"""The grammar of PYTORCH_CUDA_ALLOC_CONF, which differs by torch version.

    conf := [ item { "," item } [","] ]          item := key ":" value
    value := token | "[" [ token ":" token { "," token ":" token } [","] ] "]"

Measured with libc10_cuda of torch 2.6, 2.8 to 2.12, 2.14 and 2.15; other versions count as the next lower one.
From 2.10 on torch looks for the backend while its library loads, and a missing value, `=` for `:` or `;` for `,` ends
the process before Python could say why: so this check needs no torch. What torch takes by accident is an error too: a
negative size, which is a huge one to it, and from 2.10 on a few shapes such as `max_split_size_mb,128`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from warmup.report import Finding, Level

VARIABLE = "PYTORCH_CUDA_ALLOC_CONF"  # read by every version; PYTORCH_ALLOC_CONF only from 2.10, where this one wins
SAFE = "expandable_segments:True"
ITEM = re.compile(r"[^:\[\]]+:([^:\[\]]+|\[[^\[\]]*\])")
COMMA = re.compile(r",(?![^\[]*\])")  # not inside brackets
WHOLE = re.compile(r"\s*(\+?\d{1,40})", re.ASCII)
FLOAT = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)", re.ASCII | re.IGNORECASE)
# How torch >= 2.10 looks for `backend` (b) among its tokens: it steps from key to key without looking at what is
# between, and running past the end is fatal. Possessive, because it never steps back.
LOADS = re.compile(r"(?:[^b].(?:\[[^\]]*\]|[^\[]).?+)*+(?:b.{2,})?")
MARKS = dict.fromkeys("\"'", "is in quotes, which torch does not strip")
MARKS |= {"=": "has '=' where ':' belongs", ";": "has ';' where ',' belongs"}


@dataclass(frozen=True)
class Torch:
    """What the grammar depends on."""

    version: tuple[int, int]
    blanks: str  # dropped wherever they stand
    largest: int  # number that std::stoi, from 2.10 on std::stoull, reads
    least_mb: int  # size of a block: a large segment, itself excluded up to 2.9, configurable from 2.11 on

    def __str__(self) -> str:
        return f"torch {self.version[0]}.{self.version[1]}"


@dataclass(frozen=True)
class Reading:
    """What torch makes of a value."""

    mended: str | None  # what was meant; None if that can't be told
    level: Level | None = None  # error: it is refused; warning: it is misread


Reader = Callable[[str, Torch], Reading]


def _refused(text: str, torch: Torch) -> Reading:
    return Reading(None, "error")


def _word(meanings: dict[str, str]) -> Reader:
    def read(text: str, torch: Torch) -> Reading:
        return Reading(text) if text in meanings.values() else Reading(meanings.get(text.lower()), "error")

    return read


def _number(form: re.Pattern[str], kind: Callable[[str], Any], nearest: Callable[[Any, Torch], Any]) -> Reader:
    # `nearest` gives the allowed number that is nearest to a number.
    def read(text: str, torch: Torch) -> Reading:
        if not (found := form.match(text)):
            return _refused(text, torch)
        number = kind(found[1])
        if (allowed := nearest(number, torch)) != number:
            return Reading(str(allowed), "error")
        return Reading(found[1], None if text == found[1] else "warning")  # std::stoi leaves unread what follows

    return read


def _from(low: int | None = None) -> Reader:
    return _number(WHOLE, int, lambda n, torch: min(max(n, torch.least_mb if low is None else low), torch.largest))


def _power_of_two(low: int = 1, high: int = 2**63) -> Reader:
    def nearest(number: int, torch: Torch) -> int:
        number = min(max(number, low), high, torch.largest // 2 + 1)
        below = 1 << (number.bit_length() - 1) if number else 0
        return below if number - below <= 2 * below - number else 2 * below

    return _number(WHOLE, int, nearest)


def _reserve(text: str, torch: Torch) -> Reading:
    found = re.fullmatch(FLOAT.pattern + "(g(i?b)?)?", text, FLOAT.flags)
    if not found or not 0 < float(found[1]) < float("inf"):
        return Reading(None, "error" if "[" in text else "warning")  # torch logs it and keeps its default
    return Reading(found[1] + (found[2] or "")[:1], "warning" if found[3] else None)


def _list(name: Reader, value: Reader, alone: Reader = _refused) -> Reader:
    def read(text: str, torch: Torch) -> Reading:
        if not text.startswith("["):
            return alone(text, torch)
        pairs = [pair.split(":") for pair in text[1:-1].removesuffix(",").split(",")] if text != "[]" else []
        if any(len(pair) != 2 or not all(pair) for pair in pairs):
            return _refused(text, torch)
        halves = [(name(left, torch), value(right, torch)) for left, right in pairs]
        kept = ",".join(f"{a.mended}:{b.mended}" for a, b in halves if a.mended is not None and b.mended is not None)
        levels = [reading.level for pair in halves for reading in pair if reading.level]
        return Reading(f"[{kept}]" if kept else None, min(levels, default=None))  # an error before a warning

    return read


@dataclass(frozen=True)
class Key:
    """One row of the table."""

    read: Reader
    allowed: str
    since: tuple[int, int] = (0, 0)  # version of torch


ON_OFF = dict.fromkeys(("true", "1", "yes", "on"), "True") | dict.fromkeys(("false", "0", "no", "off"), "False")
FLAG = _word(ON_OFF), "True or False"
SIZE = _from(), "a whole number from {least}"
OPEN = _number(FLOAT, float, lambda x, _: x if 0 < x < 1 else min(max(x, 0.01), 0.99)), "more than 0 and less than 1"
CLOSED = _number(FLOAT, float, lambda x, _: min(max(x, 0.0), 1.0)), "from 0 to 1"
POWER = _power_of_two()
DIVISIONS = _list(lambda x, torch: Reading(x) if x == ">" else POWER(x, torch), _power_of_two(low=0), alone=POWER)
CLASSES = _list(lambda text, _: Reading(text), _reserve), "a list such as [serving:0.25,other:8G]"
KEYS = {
    "backend": Key(_word({"native": "native", "cudamallocasync": "cudaMallocAsync"}), "native or cudaMallocAsync"),
    "max_split_size_mb": Key(*SIZE),
    "max_non_split_rounding_mb": Key(*SIZE),
    "garbage_collection_threshold": Key(*OPEN),
    "roundup_power2_divisions": Key(DIVISIONS, "a power of two or a list such as [256:1,512:2,>:8]"),
    "expandable_segments": Key(*FLAG),
    "release_lock_on_cudamalloc": Key(*FLAG),
    "release_lock_on_hipmalloc": Key(*FLAG),
    "pinned_use_cuda_host_register": Key(*FLAG),
    "pinned_use_hip_host_register": Key(*FLAG),
    "pinned_num_register_threads": Key(_power_of_two(high=128), "a power of two up to 128"),
    "pinned_use_background_threads": Key(*FLAG),
    "graph_capture_record_stream_reuse": Key(*FLAG, (2, 9)),
    "pinned_reserve_segment_size_mb": Key(_from(1), "a whole number from 1", (2, 10)),
    "per_process_memory_fraction": Key(*CLOSED, (2, 10)),
    "large_segment_size_mb": Key(_from(11), "a whole number from 11", (2, 11)),
    "pinned_max_round_threshold_mb": Key(_from(0), "a whole number", (2, 14)),
    "pinned_max_cached_size_mb": Key(_from(0), "a whole number", (2, 14)),
    "pinned_free_catch_all": Key(*FLAG, (2, 12)),
    "throw_on_cudamalloc_oom": Key(*FLAG, (2, 12)),
    "expandable_segments_reserve": Key(_reserve, "a share or a size such as 40G", (2, 15)),
    "expandable_segments_reserve_by_class": Key(*CLASSES, (2, 15)),
}


def check(value: str, torch_version: str) -> list[Finding]:
    """Return what is wrong with a value, one finding per item; an error is what this torch refuses.

    Raises:
        ValueError: `torch_version` is no version.
    """
    torch = _torch(torch_version)
    text = re.sub(f"[{torch.blanks}]", "", value)
    items = COMMA.split(text.removesuffix(",")) if text else []
    texts = dict(item.partition(":")[::2] for item in items)
    torch = _torch(torch_version, texts.get("large_segment_size_mb", ""))
    tokens = re.sub(r"[^,:\[\]]+", lambda word: "b" if word[0] == "backend" else "w", text)
    fate = "" if torch.version < (2, 10) or LOADS.fullmatch(tokens) else f"; {torch} aborts while it loads"
    problems = [_wrong(item, torch, fate) or _idle(item, items[at + 1 :], items) for at, item in enumerate(items)]
    fix = f"{VARIABLE}={repaired(value, torch_version)}"
    return [Finding(level, VARIABLE, words, fix) for level, words in filter(None, problems)]


def repaired(value: str, torch_version: str) -> str:
    """Return the value to paste: items are mended or, where that can't be, left out; `check` finds nothing in it."""
    torch = _torch(torch_version)
    pairs = [item.partition(":")[::2] for item in _tidied(value)]
    texts = {key: text for name, text in pairs if (key := _meant(name, torch))}  # the last one wins
    torch = _torch(torch_version, texts.get("large_segment_size_mb", ""))
    readings = {name: KEYS[name].read(text, torch) for name, text in texts.items()}
    items = [f"{name}:{reading.mended}" for name, reading in readings.items() if reading.mended is not None]
    return ",".join(item for item in items if not _idle(item, [], items)) or SAFE


def _torch(version: str, large_segment: str = "") -> Torch:
    if not (found := re.match(r"v?(\d+)\.(\d+)", version)):
        raise ValueError(f"{version!r} is no torch version")
    numbers = int(found[1]), int(found[2])
    if numbers < (2, 10):
        return Torch(numbers, blanks=" ", largest=2**31 - 1, least_mb=21)
    set_mb = WHOLE.match(large_segment) if numbers >= (2, 11) else None
    return Torch(numbers, blanks=" \t\n\v\f\r", largest=2**64 - 1, least_mb=max(int(set_mb[1]), 11) if set_mb else 20)


def _wrong(item: str, torch: Torch, fate: str) -> tuple[Level, str] | None:
    name, _, text = item.partition(":")
    if not ITEM.fullmatch(item):
        shape = "is not a key, a colon and a value" if item else "is an empty item, one comma too many"
        return "error", f"{item!r} {_mark(item) or shape}{fate}"
    if (key := KEYS.get(name)) is None:
        near = f"; the nearest is {meant}" if (meant := _meant(name, torch)) else ""
        return "error", f"{item!r} {_mark(name) or f'has a key that {torch} does not know{near}'}"
    needs = "torch {}.{}".format(*key.since)
    if torch.version < key.since:
        return "error", f"{item!r} needs {needs}, this is {torch}"
    level, allowed = key.read(text, torch).level, key.allowed.format(least=torch.least_mb)
    fault = _mark(text) or f"is {'refused' if level == 'error' else 'misread'} by {torch}, where {name} is {allowed}"
    return (level, f"{item!r} {fault}") if level else None


def _mark(text: str) -> str:
    return next((words for mark, words in MARKS.items() if mark in text), "")


def _idle(item: str, later: list[str], items: list[str]) -> tuple[Level, str] | None:
    name = item.partition(":")[0]
    again = [other for other in later if other.startswith(f"{name}:")]
    if name == "backend" and set(again) - {item}:
        return "error", f"{item!r} is one backend and {again[-1]!r} another"
    if again:
        return "warning", f"{item!r} has no effect, because {name} is given again and the last one wins"
    # Pinned memory is the host's, which has an allocator of its own.
    idle = "backend:cudaMallocAsync" in items and not name.startswith(("backend", "pinned_"))
    return ("warning", f"{item!r} has no effect, because backend:cudaMallocAsync ignores it") if idle else None


def _meant(name: str, torch: Torch) -> str:
    """Return the nearest of all keys, or nothing where that is a later version's: no other key has its meaning."""
    name = name.lower()
    ours = [key for key in KEYS if "hip" not in key]
    near = [name] if name in KEYS else difflib.get_close_matches(name, ours, n=1, cutoff=0.65)  # or max_split is far
    return next((key for key in near if torch.version >= KEYS[key].since), "")


def _tidied(value: str) -> Iterator[str]:
    """Yield the items that the writer meant: without quotes and blanks, with `:` for `=` and `,` for `;`."""
    text = re.sub("[\"'`“”‘’]", "", value).replace("=", ":").replace(";", ",")
    for item in COMMA.split(text):
        whole = "".join(item.split())
        parts = [whole] if ITEM.fullmatch(whole) else re.split(r"\s+(?=\w+\s*:)", item)  # a blank for a comma
        yield from (part for part in ("".join(part.split()) for part in parts) if ITEM.fullmatch(part))
