"""A minute of the soak: `make soak` runs longer ones."""

from __future__ import annotations

import pytest

from tests.soak.run import soak


@pytest.mark.slow
def test_nothing_is_lost_doubled_or_mixed_while_everything_goes_wrong(sdk: dict[str, str]) -> None:
    found = soak(minutes=1, jobs=10_000, sdk=sdk)
    assert found.faults() == []
    assert found.counted["answered"] >= 30
    assert sum(count for name, count in found.counted.items() if name.startswith("faults of job")) >= 5
    assert found.loop["beats"] > 100
