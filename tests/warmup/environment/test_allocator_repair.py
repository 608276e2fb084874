"""PYTORCH_CUDA_ALLOC_CONF: the value to paste instead of a wrong one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.allocator_values import KEY_VALUES, MEASURED
from warmup.environment.allocator import KEYS, SAFE, check, repaired

properties = settings(deadline=None, max_examples=500, derandomize=True)

# Value, version, the value to paste.
MENDED = [
    ('"expandable_segments:True"', "2.8.0", "expandable_segments:True"),
    ("'max_split_size_mb':'64'", "2.8.0", "max_split_size_mb:64"),
    ("“backend:native”", "2.8.0", "backend:native"),
    (" expandable_segments :\tTrue\n", "2.8.0", "expandable_segments:True"),
    ("expandable_segments=True;max_split_size_mb=128", "2.11.0", "expandable_segments:True,max_split_size_mb:128"),
    ("expandable_segments:False max_split_size_mb:128", "2.8.0", "expandable_segments:False,max_split_size_mb:128"),
    ("backend : native max_split_size_mb : 128", "2.8.0", "backend:native,max_split_size_mb:128"),
    (
        ",expandable_segments:False,,max_split_size_mb:64,",
        "2.8.0",
        "expandable_segments:False,max_split_size_mb:64",
    ),
    ("pinned_use_background_threads:true", "2.8.0", "pinned_use_background_threads:True"),
    ("pinned_use_background_threads:1", "2.8.0", "pinned_use_background_threads:True"),
    ("pinned_use_background_threads:yes", "2.8.0", "pinned_use_background_threads:True"),
    ("expandable_segments:0", "2.8.0", "expandable_segments:False"),
    ("expandable_segments:off", "2.8.0", "expandable_segments:False"),
    ("backend:CUDAMALLOCASYNC", "2.8.0", "backend:cudaMallocAsync"),
    ("ax_split_size_mb:64", "2.8.0", "max_split_size_mb:64"),
    ("max_split_size:64", "2.8.0", "max_split_size_mb:64"),
    ("max_split:64", "2.8.0", "max_split_size_mb:64"),
    ("BACKEND:native", "2.8.0", "backend:native"),
    ("max-split-size-mb:64", "2.8.0", "max_split_size_mb:64"),
    ("split:64", "2.8.0", SAFE),
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
