"""What torch logs: taken by the rules of the torch that is installed."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch._logging._internal import _parse_log_settings, log_registry

from warmup.environment.logs import LogFormat, TorchLogs

registered = sorted(log_registry.log_alias_to_log_qnames.keys() | log_registry.artifact_names)
names = st.sampled_from(
    [*registered, "all", "torch.nn", "torch.nope", "torch.jit._state", "help", "foo.bar", "", "foo", "a b"]
)
texts = st.lists(st.tuples(st.sampled_from(["", "+", "-", "--", " "]), names).map("".join), max_size=3).map(
    ",".join
) | st.text("+-, _a", max_size=5)


@settings(deadline=None, max_examples=300, derandomize=True)
@given(texts)
def test_names_that_are_allowed_are_names_to_torch(text: str) -> None:
    try:
        TorchLogs().read(text)
    except ValueError:
        return
    assert _parse_log_settings(text) is not None


@pytest.mark.parametrize("name", [*registered, "all", "torch.nn.functional"])
def test_every_name_that_torch_registers_is_allowed(name: str) -> None:
    assert TorchLogs().read(f"+{name},-{name}") == [name, name]


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.text("%()smdasctime {}$", max_size=12))
def test_a_format_that_is_allowed_is_one_to_logging(text: str) -> None:
    try:
        LogFormat().read(text)
    except ValueError:
        return
    logging.Formatter(text)
