"""From files to a loaded model: what is demanded and not there ends the load with the right kind of failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tts.errors import ModelError
from warmup.environment.settings import Settings
from warmup.flash_attn.ensure import Outcome
from warmup.load import load
from warmup.machine import detect
from warmup.report import HostProblem, Phases
from warmup.storage import storage
from warmup.weights.find import find


@pytest.mark.parametrize(("lasting", "failure"), [(True, ModelError), (False, HostProblem)])
def test_a_flash_attn_that_is_required_and_missing_ends_the_load(
    lasting: bool, failure: type[Exception], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where every host of this kind lacks it, another host is no help."""
    monkeypatch.setattr("warmup.load._flash_attn", lambda *_: Outcome("no wheel fits", lasting=lasting))
    settings = Settings(model="demo", flash_attn="require", cache_dir=str(tmp_path))
    keep = storage(settings)
    with pytest.raises(failure, match="TTS_FLASH_ATTN=require, but it can't be used: no wheel fits"):
        load(settings, find(settings, keep), keep, detect(((), "")), Phases({}))
