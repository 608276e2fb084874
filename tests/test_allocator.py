"""PYTORCH_CUDA_ALLOC_CONF: what each torch takes, what it refuses, what ends it, and the value to paste instead.

The verdicts were measured with the libc10_cuda of torch 2.6.0, 2.8.0, 2.9.1, 2.10.0, 2.11.0 and 2.15.0.
"""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.platform import clean_environment
from warmup.allocator import KEYS, SAFE, check, repaired

properties = settings(deadline=None, max_examples=500, derandomize=True)
OLD, NEW = ["2.6.0", "2.8.0", "2.9.1"], ["2.10.0", "2.11.0", "2.15.0"]
MEASURED = OLD + NEW
ACCEPTS, REFUSES, ABORTS = "accepts", "refuses", "aborts"

# Value, verdict up to 2.9, verdict from 2.10 on.
VALUES = [
    ("", ACCEPTS, ACCEPTS),
    (" ", ACCEPTS, ACCEPTS),
    ("foo:1", REFUSES, REFUSES),
    ("max_split_size_mb=128", REFUSES, ABORTS),
    ("max_split_size_mb", REFUSES, ABORTS),
    ("max_split_size_mb:", REFUSES, ABORTS),
    ("expandable_segments:True;max_split_size_mb:128", REFUSES, ABORTS),
    ("expandable_segments:true", REFUSES, REFUSES),
    ("expandable_segments:1", REFUSES, REFUSES),
    ("max_split_size_mb:10", REFUSES, REFUSES),
    ("max_split_size_mb:19", REFUSES, REFUSES),
    ("max_split_size_mb:20", REFUSES, ACCEPTS),
    ("max_split_size_mb:21", ACCEPTS, ACCEPTS),
    ("max_split_size_mb:abc", REFUSES, REFUSES),
    ("max_split_size_mb:2147483647", ACCEPTS, ACCEPTS),
    ("max_split_size_mb:2147483648", REFUSES, ACCEPTS),
    ("max_split_size_mb:18446744073709551616", REFUSES, REFUSES),
    ("max_split_size_mb:128MB", ACCEPTS, ACCEPTS),
    ("max_non_split_rounding_mb:19", REFUSES, REFUSES),
    ("max_non_split_rounding_mb:20", REFUSES, ACCEPTS),
    ("max_non_split_rounding_mb:21", ACCEPTS, ACCEPTS),
    ("garbage_collection_threshold:0", REFUSES, REFUSES),
    ("garbage_collection_threshold:0.8", ACCEPTS, ACCEPTS),
    ("garbage_collection_threshold:.5", ACCEPTS, ACCEPTS),
    ("garbage_collection_threshold:5e-1", ACCEPTS, ACCEPTS),
    ("garbage_collection_threshold:1.0", REFUSES, REFUSES),
    ("garbage_collection_threshold:nan", REFUSES, REFUSES),
    ("roundup_power2_divisions:0", REFUSES, REFUSES),
    ("roundup_power2_divisions:1", ACCEPTS, ACCEPTS),
    ("roundup_power2_divisions:3", REFUSES, REFUSES),
    ("roundup_power2_divisions:8", ACCEPTS, ACCEPTS),
    ("roundup_power2_divisions:4294967296", REFUSES, ACCEPTS),
    ("roundup_power2_divisions:[256:1,512:2,1024:4,>:8]", ACCEPTS, ACCEPTS),
    ("roundup_power2_divisions:[256:1,512:2,],expandable_segments:True", ACCEPTS, ACCEPTS),
    ("roundup_power2_divisions:[]", ACCEPTS, ACCEPTS),
    ("roundup_power2_divisions:[>:8,256:0]", ACCEPTS, ACCEPTS),
    ("roundup_power2_divisions:[256:3]", REFUSES, REFUSES),
    ("roundup_power2_divisions:[300:1]", REFUSES, REFUSES),
    ("roundup_power2_divisions:[0:1]", REFUSES, REFUSES),
    ("roundup_power2_divisions:[>8:1]", REFUSES, REFUSES),
    ("roundup_power2_divisions:[256]", REFUSES, REFUSES),
    ("roundup_power2_divisions:[256:]", REFUSES, REFUSES),
    ("roundup_power2_divisions:[:1]", REFUSES, REFUSES),
    ("roundup_power2_divisions:[,]", REFUSES, REFUSES),
    ("roundup_power2_divisions:[256:1,,512:2]", REFUSES, REFUSES),
    ("roundup_power2_divisions:[256:1 512:2]", REFUSES, REFUSES),
    ("roundup_power2_divisions:[256:1", REFUSES, ABORTS),
    ("backend:native", ACCEPTS, ACCEPTS),
    ("backend:cudaMallocAsync", ACCEPTS, ACCEPTS),
    ("backend:cudamallocasync", REFUSES, REFUSES),
    ("backend:foo", REFUSES, REFUSES),
    ("backend:", REFUSES, ABORTS),
    ("backend:native,backend:native", ACCEPTS, ACCEPTS),
    ("pinned_num_register_threads:0", REFUSES, REFUSES),
    ("pinned_num_register_threads:3", REFUSES, REFUSES),
    ("pinned_num_register_threads:128", ACCEPTS, ACCEPTS),
    ("pinned_num_register_threads:256", REFUSES, REFUSES),
    ('"expandable_segments:True"', REFUSES, REFUSES),
    ("'expandable_segments:True'", REFUSES, REFUSES),
    ("expandable_segments:True,", ACCEPTS, ACCEPTS),
    (",expandable_segments:True", REFUSES, REFUSES),
    ("expandable_segments:True,,max_split_size_mb:128", REFUSES, REFUSES),
    ("expandable_segments:True,,", REFUSES, ABORTS),
    (",", REFUSES, ABORTS),
    (":128", REFUSES, ABORTS),
    ("max_split_size_mb:128:5", REFUSES, ABORTS),
    ("max_split_size_mb:[128]", REFUSES, REFUSES),
    (" expandable_segments : True , max_split_size_mb : 128 ", ACCEPTS, ACCEPTS),
    ("max split_size_mb:128", REFUSES, REFUSES),
    ("expandable_segments:\tTrue\n", REFUSES, ACCEPTS),
    ("\n", REFUSES, ACCEPTS),
    ("expandable_segments:\u00a0True", REFUSES, REFUSES),
    ("EXPANDABLE_SEGMENTS:True", REFUSES, REFUSES),
    ("expandable_segments:TRUE", REFUSES, REFUSES),
    ("max_split_size_mb:64,max_split_size_mb:128", ACCEPTS, ACCEPTS),
    ("expandable_segments:True,max_split_size_mb", REFUSES, ABORTS),
    ("expandable_segments:True,max_split_size_mb=128", REFUSES, ABORTS),
    # The search for the backend while torch loads steps over what lies between keys, and ends at the backend.
    ("expandable_segments=True,max_split_size_mb=128", REFUSES, REFUSES),
    ("max_split_size_mb=128,backend:native", REFUSES, ABORTS),
    ("backend:native,max_split_size_mb=128", REFUSES, REFUSES),
    ("expandable_segments:True,max_split_size_mb:128,garbage_collection_threshold:0.8", ACCEPTS, ACCEPTS),
]

# Value, the versions that take it.
KEY_VALUES = [
    ("backend:native", MEASURED),
    ("max_split_size_mb:128", MEASURED),
    ("max_non_split_rounding_mb:128", MEASURED),
    ("garbage_collection_threshold:0.8", MEASURED),
    ("roundup_power2_divisions:8", MEASURED),
    ("expandable_segments:False", MEASURED),
    ("release_lock_on_cudamalloc:True", MEASURED),
    ("release_lock_on_hipmalloc:True", MEASURED),
    ("pinned_use_cuda_host_register:True", MEASURED),
    ("pinned_use_hip_host_register:True", MEASURED),
    ("pinned_num_register_threads:8", MEASURED),
    ("pinned_use_background_threads:True", MEASURED),
    ("graph_capture_record_stream_reuse:True", ["2.9.1", *NEW]),
    ("pinned_reserve_segment_size_mb:1", NEW),
    ("pinned_reserve_segment_size_mb:0", []),
    ("per_process_memory_fraction:0", NEW),
    ("per_process_memory_fraction:1", NEW),
    ("per_process_memory_fraction:1.5", []),
    ("large_segment_size_mb:11", ["2.11.0", "2.15.0"]),
    ("large_segment_size_mb:10", []),
    ("large_segment_size_mb:12,max_split_size_mb:12", ["2.11.0", "2.15.0"]),
    ("large_segment_size_mb:12,max_split_size_mb:11", []),
    ("max_non_split_rounding_mb:39,large_segment_size_mb:40", []),
    ("max_split_size_mb:50,large_segment_size_mb:60,large_segment_size_mb:40", ["2.11.0", "2.15.0"]),
    ("pinned_max_round_threshold_mb:0", ["2.15.0"]),
    ("pinned_max_cached_size_mb:0", ["2.15.0"]),
    ("pinned_free_catch_all:True", ["2.15.0"]),
    ("throw_on_cudamalloc_oom:True", ["2.15.0"]),
    ("expandable_segments_reserve:0.5", ["2.15.0"]),
    ("expandable_segments_reserve:40G", ["2.15.0"]),
    ("expandable_segments_reserve:[0.5]", []),
    ("expandable_segments_reserve_by_class:[serving:0.5,other:8g]", ["2.15.0"]),
    ("expandable_segments_reserve_by_class:0.5", []),
    ("expandable_segments_reserve_by_class:[serving]", []),
]
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
    ("backend", "2.10.0", "'backend' is not a key, a colon and a value; torch 2.10 aborts while it loads"),
    (",backend:native", "2.11.0", "'' is an empty item, one comma too many"),
    (
        "large_segment_size_mb:40,max_split_size_mb:32",
        "2.11.0",
        "'max_split_size_mb:32' is not taken as it is written by torch 2.11,"
        " where max_split_size_mb is a whole number from 40",
    ),
    (
        "backend:native,backend:cudaMallocAsync",
        "2.11.0",
        "'backend:native' is one backend and 'backend:cudaMallocAsync' another",
    ),
]

# Value, version, the value to paste.
MENDED = [
    ('"expandable_segments:True"', "2.8.0", "expandable_segments:True"),
    ("'max_split_size_mb':'64'", "2.8.0", "max_split_size_mb:64"),
    ("“backend:native”", "2.8.0", "backend:native"),
    (" expandable_segments :\tTrue\n", "2.8.0", "expandable_segments:True"),
    ("expandable_segments=True;max_split_size_mb=128", "2.11.0", "expandable_segments:True,max_split_size_mb:128"),
    ("expandable_segments:False max_split_size_mb:128", "2.8.0", "expandable_segments:False,max_split_size_mb:128"),
    (
        ",expandable_segments:False,,max_split_size_mb:64,",
        "2.8.0",
        "expandable_segments:False,max_split_size_mb:64",
    ),
    ("expandable_segments:true", "2.8.0", "expandable_segments:True"),
    ("expandable_segments:1", "2.8.0", "expandable_segments:True"),
    ("expandable_segments:yes", "2.8.0", "expandable_segments:True"),
    ("expandable_segments:0", "2.8.0", "expandable_segments:False"),
    ("expandable_segments:off", "2.8.0", "expandable_segments:False"),
    ("backend:CUDAMALLOCASYNC", "2.8.0", "backend:cudaMallocAsync"),
    ("ax_split_size_mb:64", "2.8.0", "max_split_size_mb:64"),
    ("max_split_size:64", "2.8.0", "max_split_size_mb:64"),
    ("max_split:64", "2.8.0", "max_split_size_mb:64"),
    ("Max-Split-Size-MB:64", "2.8.0", "max_split_size_mb:64"),
    ("max split_size_mb:64", "2.8.0", "max_split_size_mb:64"),
    ("release_lock_on_hipmalloc:1", "2.8.0", "release_lock_on_hipmalloc:True"),
    ("release_lock_on_malloc:True", "2.8.0", "release_lock_on_cudamalloc:True"),
    ("max_split_size_mb:10", "2.8.0", "max_split_size_mb:21"),
    ("max_split_size_mb:10", "2.10.0", "max_split_size_mb:20"),
    ("max_split_size_mb:10,large_segment_size_mb:4", "2.11.0", "max_split_size_mb:11,large_segment_size_mb:11"),
    ("max_split_size_mb:99999999999", "2.8.0", "max_split_size_mb:2147483647"),
    ("max_split_size_mb:99999999999", "2.10.0", "max_split_size_mb:99999999999"),
    ("garbage_collection_threshold:0", "2.8.0", "garbage_collection_threshold:0.01"),
    ("garbage_collection_threshold:1.0", "2.8.0", "garbage_collection_threshold:0.99"),
    ("garbage_collection_threshold:0.001", "2.8.0", "garbage_collection_threshold:0.001"),
    ("per_process_memory_fraction:1.5", "2.10.0", "per_process_memory_fraction:1.0"),
    ("per_process_memory_fraction:-1", "2.10.0", "per_process_memory_fraction:0.0"),
    ("pinned_num_register_threads:0", "2.8.0", "pinned_num_register_threads:1"),
    ("pinned_num_register_threads:6", "2.8.0", "pinned_num_register_threads:4"),
    ("pinned_num_register_threads:7", "2.8.0", "pinned_num_register_threads:8"),
    ("pinned_num_register_threads:1000", "2.8.0", "pinned_num_register_threads:128"),
    ("roundup_power2_divisions:[300:1,512:3,>:0]", "2.8.0", "roundup_power2_divisions:[256:1,512:2,>:0]"),
    ("roundup_power2_divisions:2147483647", "2.8.0", "roundup_power2_divisions:1073741824"),
    ("roundup_power2_divisions:[256:1,expandable_segments:False", "2.8.0", "expandable_segments:False"),
    ("max_split_size_mb:abc,expandable_segments:False", "2.8.0", "expandable_segments:False"),
    ("max_split_size_mb:-1,expandable_segments:False", "2.8.0", "expandable_segments:False"),
    ("per_process_memory_fraction:0.5,expandable_segments:False", "2.8.0", "expandable_segments:False"),
    ("max_cached_size_mb:64,expandable_segments:False", "2.8.0", "expandable_segments:False"),
    ("foo:1", "2.8.0", SAFE),
    ("max_split_size_mb", "2.11.0", SAFE),
    ("", "2.8.0", SAFE),
]

NAMES = [*KEYS, "ax_split_size_mb", "Max-Split-Size", "max_split", "expandable", "foo", ""]
TEXTS = [
    "True",
    "true",
    "1",
    "0",
    "-1",
    "3",
    "10",
    "20",
    "21",
    "256",
    "128MB",
    "0.5",
    "40GB",
    "native",
    "cudaMallocAsync",
]
TEXTS += ["[256:1,>:3]", "[a:x]", "[]", "["]
SYMBOLS = st.text(st.sampled_from("0123456789.:,;=[]>GTrue\"' \n\t"))
MESSY_ITEM = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from([":", ":", ":", "=", " : ", "::", ""]),
    st.sampled_from(TEXTS) | SYMBOLS,
    st.sampled_from([",", ",", ",", ";", " ", ",,", ""]),
)
MESSY = st.lists(MESSY_ITEM.map("".join), max_size=5).map("".join)
FINE_ITEM = st.sampled_from([value for value, takes in KEY_VALUES if "2.15.0" in takes and value.count("_mb") < 2])
FINE = st.lists(FINE_ITEM, min_size=1, unique_by=lambda item: item.partition(":")[0]).map(",".join)
ANY_VERSION = st.sampled_from([*MEASURED, "2.7.1", "2.12.0", "2.13.0", "2.14.0", "2.16.0", "3.0.0"])


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
    ("value", "version"),
    [
        ("pinned_free_catch_all:True", "2.12.0"),
        ("throw_on_cudamalloc_oom:True", "2.13.0"),
        ("expandable_segments_reserve:0.5", "2.13.0"),
        ("expandable_segments_reserve_by_class:[a:0.5]", "2.14.0"),
        ("pinned_max_cached_size_mb:64", "2.14.0"),
        ("pinned_max_round_threshold_mb:64", "2.14.0"),
    ],
)
def test_a_key_whose_first_version_is_not_established_is_a_warning(value: str, version: str) -> None:
    minor = version.rpartition(".")[0]
    assert only(value, version) == (
        "warning",
        f"'{value}' is known to torch 2.15, for torch {minor} that is not established",
    )
    assert repaired(f"{value},max_split_size_mb:64", version) == "max_split_size_mb:64"


def test_a_key_of_a_later_version_is_an_error_that_names_the_version() -> None:
    level, problem = only("per_process_memory_fraction:7", "2.8.0+cu128")
    assert (level, problem) == ("error", "'per_process_memory_fraction:7' needs torch 2.10, this is torch 2.8")
    assert (
        only("pinned_max_cached_size_mb:64", "2.13.0")[1]
        == "'pinned_max_cached_size_mb:64' needs torch 2.15, this is torch 2.13"
    )


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
            "'max_split_size_mb:128MB' is not taken as it is written by torch 2.15,"
            " where max_split_size_mb is a whole number from 20",
            "max_split_size_mb:128",
        ),
        (
            "expandable_segments_reserve:40GB",
            "'expandable_segments_reserve:40GB' is not taken as it is written by torch 2.15,"
            " where expandable_segments_reserve is a share or a size such as 40G",
            "expandable_segments_reserve:40G",
        ),
        (
            "expandable_segments_reserve_by_class:[a:0.5,b:x]",
            "'expandable_segments_reserve_by_class:[a:0.5,b:x]' is not taken as it is written by torch 2.15,"
            " where expandable_segments_reserve_by_class is a list such as [serving:0.25,other:8G]",
            "expandable_segments_reserve_by_class:[a:0.5]",
        ),
    ],
    ids=["a duplicate", "a backend that ignores it", "a unit", "an unknown unit", "one of a list"],
)
def test_what_torch_takes_otherwise_than_it_is_written_is_a_warning(value: str, problem: str, left: str) -> None:
    assert only(value, "2.15.0") == ("warning", problem)
    assert repaired(value, "2.15.0") == left


@pytest.mark.parametrize(("value", "version", "pasted"), MENDED, ids=[f"{row[0]!r} on {row[1]}" for row in MENDED])
def test_the_repaired_value_says_what_was_meant(value: str, version: str, pasted: str) -> None:
    assert repaired(value, version) == pasted


@properties
@given(MESSY, ANY_VERSION)
def test_nothing_is_wrong_with_a_repaired_value(value: str, version: str) -> None:
    assert check(repaired(value, version), version) == []


@properties
@given(FINE)
def test_a_value_that_is_fine_is_left_as_it_is(value: str) -> None:
    assert check(value, "2.15.0") == []
    assert repaired(value, "2.15.0") == value


@properties
@given(MESSY, ANY_VERSION)
def test_every_finding_is_one_line_about_an_item_and_fixed_by_one_line_to_paste(value: str, version: str) -> None:
    for finding in check(value, version):
        assert finding.subject == "PYTORCH_CUDA_ALLOC_CONF"
        assert finding.fix == f"PYTORCH_CUDA_ALLOC_CONF={repaired(value, version)}"
        assert finding.problem[0] in "\"'"
        assert "\n" not in str(finding)


def test_the_check_needs_neither_torch_nor_another_package() -> None:
    """It has to run before torch loads, which may end the process."""
    code = "import sys; before = set(sys.modules); import warmup.allocator; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=True
    )
    imported = {name.partition(".")[0] for name in done.stdout.split()}
    assert imported - sys.stdlib_module_names == {"warmup"}
