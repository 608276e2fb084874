"""Whatever is raised while a worker starts: one sentence, a failed fitness check, the trace only at DEBUG."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warmup.environment.examine import Environment
from warmup.environment.settings import Settings
from warmup.report import HostProblem
from warmup.start import ready, start

KINDS = [ValueError, RuntimeError, KeyError, ImportError, AttributeError, AssertionError, MemoryError, RecursionError]
errors = st.builds(
    lambda kind, text: kind(text), st.sampled_from([*KINDS, UnicodeError, Exception]), st.text(max_size=20)
)


def broken(step: str, error: Exception, patch: pytest.MonkeyPatch) -> None:
    def fails(*arguments: object, **named: object) -> None:
        raise error

    patch.setattr(f"warmup.start.{step}", fails)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.sampled_from(["storage", "look", "bring", "visible_gpus", "detect", "read_ahead"]), errors)
def test_whatever_a_step_raises_the_start_ends_with_one_sentence(step: str, error: Exception) -> None:
    with pytest.MonkeyPatch.context() as patch:
        broken(step, error, patch)
        done = start(Environment(Settings(model="demo")), quiet=True)
    assert done.worker is None
    assert isinstance(done.failure, HostProblem)
    assert done.report.problem.startswith("the start failed: ")
    assert type(error).__name__ in done.report.problem
    assert done.report.text().splitlines()[0] == f"cannot serve: {done.report.problem}"
    checks = {check.__name__: check for check in done.fitness_checks()}
    with pytest.raises(HostProblem):
        checks.pop("start")()
    for check in checks.values():
        check()


@pytest.mark.parametrize(("level", "shown"), [("INFO", False), ("DEBUG", True)])
def test_the_trace_is_in_the_log_at_debug_only(
    level: str, shown: bool, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    broken("look", ValueError("an odd value"), monkeypatch)
    start(Environment(Settings(model="demo", log_level=level, on_runpod=True)))
    log = capfd.readouterr().err
    assert ("Traceback" in log) == shown
    assert "the start failed: ValueError: an odd value" in log


def test_a_library_that_cannot_be_imported_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "warmup.load", None)
    done = start(Environment(Settings(model="demo")), quiet=True)
    assert done.report.problem.startswith("the start failed: ModuleNotFoundError: import of warmup.load halted")


def test_the_command_line_gets_a_reason_too(monkeypatch: pytest.MonkeyPatch) -> None:
    broken("storage", ValueError("an odd value"), monkeypatch)
    with pytest.raises(HostProblem, match="the start failed: ValueError: an odd value"):
        ready(Settings(model="demo"))


def test_a_model_named_by_an_address_with_a_login_is_refused_without_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    environment = Environment(Settings(model="https://me:Zq8secret@host/model.safetensors", cache_dir=str(tmp_path)))
    done = start(environment)
    assert done.worker is None
    assert "Zq8secret" not in done.report.text() + str(done.report.as_dict()) + capfd.readouterr().err
