"""PYTORCH_CUDA_ALLOC_CONF: what each torch takes, what it refuses, what ends it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.allocator_values import ABORTS, ACCEPTS, KEY_VALUES, MEASURED, NEW, OLD, REFUSES, VALUES
from tests.support.platform_api import clean_environment
from tests.support.root import ROOT
from warmup.environment.allocator import KEYS, SAFE, check, repaired

ROWS = [(value, version, old) for value, old, _ in VALUES for version in OLD]
ROWS += [(value, version, new) for value, _, new in VALUES for version in NEW]
ROWS += [
    (value, version, ACCEPTS if version in takes else REFUSES) for value, takes in KEY_VALUES for version in MEASURED
]

# Value, version, what is wrong.
WRONG = [
    ("foo:1", "2.8.0", "'foo:1' has a key that torch 2.8 does not know"),
    (
        "max_split:64",
        "2.8.0",
        "'max_split:64' has a key that torch 2.8 does not know; the nearest is max_split_size_mb",
    ),
    ('"backend:native"', "2.8.0", "'\"backend:native\"' is in quotes, which torch does not strip"),
    ("max_split_size_mb=128", "2.8.0", "'max_split_size_mb=128' has '=' where ':' belongs"),
    (
        "max_split_size_mb=128",
        "2.11.0",
        "'max_split_size_mb=128' has '=' where ':' belongs; torch 2.11 aborts while it loads",
    ),
    (
        "backend:native;max_split_size_mb:128",
        "2.8.0",
        "'backend:native;max_split_size_mb:128' has ';' where ',' belongs",
    ),
    ('max_split_size_mb:"128"', "2.8.0", "'max_split_size_mb:\"128\"' is in quotes, which torch does not strip"),
    ("backend", "2.10.0", "'backend' is not a key, a colon and a value; torch 2.10 aborts while it loads"),
    (",backend:native", "2.11.0", "'' is an empty item, one comma too many"),
    (
        "large_segment_size_mb:40,max_split_size_mb:32",
        "2.11.0",
        "'max_split_size_mb:32' is refused by torch 2.11, where max_split_size_mb is a whole number from 40",
    ),
    (
        "backend:native,backend:cudaMallocAsync",
        "2.11.0",
        "'backend:native' is one backend and 'backend:cudaMallocAsync' another",
    ),
]


def verdict(value: str, version: str) -> str:
    """Return the verdict of `check` in one word."""
    errors = [finding.problem for finding in check(value, version) if finding.level == "error"]
    fatal = f"torch {version.rpartition('.')[0]} aborts while it loads"
    return ABORTS if any(fatal in error for error in errors) else REFUSES if errors else ACCEPTS


def only(value: str, version: str) -> tuple[str, str]:
    """Return the level and the words of the one finding."""
    (finding,) = check(value, version)
    return finding.level, finding.problem


@pytest.mark.parametrize(
    ("value", "version", "measured"), ROWS, ids=[f"torch {row[1]} {row[2]} {row[0]!r}" for row in ROWS]
)
def test_the_verdict_is_the_measured_one(value: str, version: str, measured: str) -> None:
    assert verdict(value, version) == measured


def test_the_table_has_every_key() -> None:
    assert {value.partition(":")[0] for value, _ in KEY_VALUES} == set(KEYS)


@pytest.mark.parametrize("version", ["2.6.0", "2.8.0", "2.10.0", "2.11.0", "2.15.0", "3.0.0"])
def test_the_safe_value_is_fine_everywhere(version: str) -> None:
    assert check(SAFE, version) == []


@pytest.mark.parametrize(
    "version", ["2.10.0", "2.10.0+cu128", "2.10.0a0+git1234", "2.10.0.dev20251101", "2.10", "v2.10.1"]
)
def test_what_follows_the_minor_version_does_not_matter(version: str) -> None:
    assert check("max_split_size_mb:20", version) == []
    assert only("max_split_size_mb:19", version)[1].endswith(
        "by torch 2.10, where max_split_size_mb is a whole number from 20"
    )


def test_what_is_no_version_is_refused() -> None:
    with pytest.raises(ValueError, match="'unknown' is no torch version"):
        check("", "unknown")


@pytest.mark.parametrize(
    ("version", "lower"),
    [
        ("2.5.1", "2.6.0"),
        ("2.7.0", "2.6.0"),
        ("2.12.0", "2.11.0"),
        ("2.14.0", "2.11.0"),
        ("2.16.0", "2.15.0"),
        ("3.0.0", "2.15.0"),
    ],
)
def test_a_version_between_counts_as_the_measured_one_below(version: str, lower: str) -> None:
    values = [value for value, *_ in VALUES] + [value for value, takes in KEY_VALUES if takes and takes != ["2.15.0"]]
    assert [verdict(value, version) for value in values] == [verdict(value, lower) for value in values]


@pytest.mark.parametrize(
    ("value", "since"),
    [
        ("pinned_free_catch_all:True", "2.12.0"),
        ("throw_on_cudamalloc_oom:True", "2.12.0"),
        ("pinned_max_cached_size_mb:64", "2.14.0"),
        ("pinned_max_round_threshold_mb:64", "2.14.0"),
        ("expandable_segments_reserve:0.5", "2.15.0"),
        ("expandable_segments_reserve_by_class:[a:0.5]", "2.15.0"),
    ],
)
def test_a_key_is_taken_from_the_first_version_that_was_measured_to_take_it(value: str, since: str) -> None:
    versions = ["2.11.0", "2.12.0", "2.14.0", "2.15.0"]
    expected = [ACCEPTS if versions.index(version) >= versions.index(since) else REFUSES for version in versions]
    assert [verdict(value, version) for version in versions] == expected


@pytest.mark.parametrize("value", ["max_split_size_mb:-1", "max_split_size_mb,128", "max_split_size_mb:128]"])
def test_what_torch_takes_by_accident_is_an_error(value: str) -> None:
    assert verdict(value, "2.11.0") == REFUSES


def test_a_large_segment_is_no_bound_for_a_version_that_does_not_know_it() -> None:
    value = "large_segment_size_mb:40,max_split_size_mb:30"
    assert only(value, "2.10.0") == ("error", "'large_segment_size_mb:40' needs torch 2.11, this is torch 2.10")


def test_a_key_of_a_later_version_is_an_error_that_names_the_version() -> None:
    level, problem = only("per_process_memory_fraction:7", "2.8.0+cu128")
    assert (level, problem) == ("error", "'per_process_memory_fraction:7' needs torch 2.10, this is torch 2.8")


@pytest.mark.parametrize(("value", "version", "problem"), WRONG, ids=[f"{row[0]!r} on {row[1]}" for row in WRONG])
def test_an_error_says_what_is_wrong_with_the_item(value: str, version: str, problem: str) -> None:
    (finding,) = check(value, version)[:1]
    assert (finding.level, finding.problem) == ("error", problem)


@pytest.mark.parametrize(
    ("value", "problem", "left"),
    [
        (
            "max_split_size_mb:64,backend:native,max_split_size_mb:128",
            "'max_split_size_mb:64' has no effect, because max_split_size_mb is given again and the last one wins",
            "max_split_size_mb:128,backend:native",
        ),
        (
            "max_split_size_mb:64,backend:cudaMallocAsync,pinned_use_background_threads:True",
            "'max_split_size_mb:64' has no effect, because backend:cudaMallocAsync ignores it",
            "backend:cudaMallocAsync,pinned_use_background_threads:True",
        ),
        (
            "max_split_size_mb:128 MB",
            "'max_split_size_mb:128MB' is misread by torch 2.15, where max_split_size_mb is a whole number from 20",
            "max_split_size_mb:128",
        ),
        (
            "expandable_segments_reserve:40GB",
            "'expandable_segments_reserve:40GB' is misread by torch 2.15,"
            " where expandable_segments_reserve is a share or a size such as 40G",
            "expandable_segments_reserve:40G",
        ),
        (
            "expandable_segments_reserve:0,expandable_segments:False",
            "'expandable_segments_reserve:0' is misread by torch 2.15,"
            " where expandable_segments_reserve is a share or a size such as 40G",
            "expandable_segments:False",
        ),
        (
            "expandable_segments_reserve:1e400,expandable_segments:False",
            "'expandable_segments_reserve:1e400' is misread by torch 2.15,"
            " where expandable_segments_reserve is a share or a size such as 40G",
            "expandable_segments:False",
        ),
        (
            "expandable_segments_reserve_by_class:[a:0.5,b:x]",
            "'expandable_segments_reserve_by_class:[a:0.5,b:x]' is misread by torch 2.15,"
            " where expandable_segments_reserve_by_class is a list such as [serving:0.25,other:8G]",
            "expandable_segments_reserve_by_class:[a:0.5]",
        ),
    ],
    ids=[
        "a duplicate",
        "a backend that ignores it",
        "a unit",
        "an unknown unit",
        "nothing",
        "infinity",
        "one of a list",
    ],
)
def test_what_torch_takes_otherwise_than_it_is_written_is_a_warning(value: str, problem: str, left: str) -> None:
    assert only(value, "2.15.0") == ("warning", problem)
    assert repaired(value, "2.15.0") == left


def test_the_check_needs_neither_torch_nor_another_package() -> None:
    """It has to run before torch loads, which may end the process."""
    module = "warmup.environment.allocator"
    code = f"import sys; before = set(sys.modules); import {module}; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=True
    )
    imported = {name.partition(".")[0] for name in done.stdout.split()}
    assert imported - sys.stdlib_module_names == {"warmup"}
