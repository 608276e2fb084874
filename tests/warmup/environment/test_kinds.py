"""Lists of GPUs: what CUDA makes of a list that was mended is what was written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.cuda import _parse_visible_devices
from torch.jit._state import EnabledProxy

from tests.support.environments import left

blanks = st.sampled_from(["", " ", "  ", "\t"])
items = st.lists(st.integers(0, 15).map(str), min_size=1, max_size=4, unique=True) | st.lists(
    st.from_regex(r"GPU-[0-9a-f]{8}", fullmatch=True), min_size=1, max_size=3, unique=True
)


@settings(deadline=None, max_examples=200, derandomize=True)
@given(items, st.data())
def test_gpus_listed_with_blanks_and_commas_are_the_ones_that_are_seen(listed: list[str], data: st.DataObject) -> None:
    text = ",".join(data.draw(blanks) + item + data.draw(blanks) for item in listed) + data.draw(
        st.sampled_from(["", ","])
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUDA_VISIBLE_DEVICES", left({"CUDA_VISIBLE_DEVICES": text})["CUDA_VISIBLE_DEVICES"])
        assert [str(device) for device in _parse_visible_devices()] == listed


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.text("0123,;- GPUallx", max_size=8))
def test_a_list_that_is_kept_hides_nothing_of_what_it_lists(text: str) -> None:
    kept = left({"CUDA_VISIBLE_DEVICES": text}).get("CUDA_VISIBLE_DEVICES", "")
    if not re.search(r"\d", kept) or "-1" in kept or "GPU" in kept:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUDA_VISIBLE_DEVICES", kept)
        assert len(_parse_visible_devices()) == len(kept.split(","))


@pytest.mark.parametrize("text", ["1", "0", "TRUE", "no", "1v", "0v", "on", "abc", "2", "yes ", ""])
def test_what_pytorch_jit_may_be_is_what_torch_takes(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = left({"PYTORCH_JIT": text}).get("PYTORCH_JIT")
    if kept is not None:
        monkeypatch.setenv("PYTORCH_JIT", kept)
        assert EnabledProxy() is not None
