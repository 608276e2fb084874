"""What is kept for the next time stays within its bytes; the least recently used goes."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from tts.engine.recent import Recent


def made(size: int, log: list[int]) -> torch.Tensor:
    log.append(size)
    return torch.zeros(size, dtype=torch.uint8)


def test_what_was_asked_for_last_is_kept_and_the_rest_made_again() -> None:
    recent, log = Recent(100), list[int]()
    for key in (40, 50, 40, 30, 40, 50):
        assert len(recent.get(key, lambda size=key: made(size, log))) == key
    assert log == [40, 50, 30, 50], "30 took the place of 50, which was used less recently than 40"
    recent.clear()
    recent.get(40, lambda: made(40, log))
    assert log[-1] == 40


@given(st.lists(st.integers(0, 150), max_size=40), st.integers(0, 200))
def test_never_more_bytes_than_may_be(keys: list[int], most: int) -> None:
    recent = Recent(most)
    for key in keys:
        assert len(recent.get(key, lambda size=key: made(size, []))) == key
        assert recent.bytes == sum(tensor.nbytes for tensor in recent._kept.values()) <= most
