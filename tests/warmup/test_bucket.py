"""The four variables of a bucket: together they make one, or it is said what is missing."""

from __future__ import annotations

import pytest

from tests.support.environments import TORCH
from warmup.environment.examine import examine

KEYS = {"BUCKET_ENDPOINT_URL": "https://s3.host", "BUCKET_ACCESS_KEY_ID": "a", "BUCKET_SECRET_ACCESS_KEY": "sEcReT"}
WRONG: dict[str, tuple[dict[str, str], str]] = {
    "no name": (KEYS, "BUCKET_NAME: is missing"),
    "two names": (
        KEYS | {"BUCKET_ENDPOINT_URL": "https://one.s3.amazonaws.com", "BUCKET_NAME": "two"},
        "BUCKET_ENDPOINT_URL: the address names another bucket",
    ),
    "a login": (
        KEYS | {"BUCKET_ENDPOINT_URL": "https://me:sEcReT@host", "BUCKET_NAME": "b"},
        "BUCKET_ENDPOINT_URL: the address is not one of http or https",
    ),
    "no secret": (
        {name: KEYS[name] for name in list(KEYS)[:2]},
        "BUCKET_SECRET_ACCESS_KEY: is missing",
    ),
    "a name alone": ({"BUCKET_NAME": "b"}, "BUCKET_ENDPOINT_URL: is missing"),
    "empty as the Hub sends it": (
        KEYS | {"BUCKET_SECRET_ACCESS_KEY": "", "BUCKET_NAME": "b"},
        "BUCKET_SECRET_ACCESS_KEY: is missing",
    ),
}


def test_the_variables_together_are_a_bucket() -> None:
    found = examine(KEYS | {"BUCKET_NAME": "results/speech"}, TORCH)
    assert found.findings == ()
    assert found.settings.bucket is not None
    assert (found.settings.bucket.name, found.settings.bucket.prefix) == ("results", "speech")
    assert "sEcReT" not in f"{found}{found.settings.shown()}"


@pytest.mark.parametrize(("variables", "words"), WRONG.values(), ids=WRONG)
def test_what_makes_no_bucket_is_one_finding_that_says_why(variables: dict[str, str], words: str) -> None:
    found = examine(variables, TORCH)
    assert found.settings.bucket is None
    (finding,) = found.findings
    assert words in str(finding)
    assert "sEcReT" not in str(finding)


def test_no_bucket_is_no_finding() -> None:
    empty = dict.fromkeys([*KEYS, "BUCKET_NAME"], "")
    assert examine(empty, TORCH).findings == ()
    assert examine({}, TORCH).settings.bucket is None


def test_a_setting_under_our_own_prefix_is_told_its_name() -> None:
    (finding,) = examine({"TTS_BUCKET_NAME": "b"}, TORCH).findings
    assert "did you mean BUCKET_NAME?" in str(finding)
