"""What a report tells people first, and what it never tells anybody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.errors import ModelError
from warmup.environment.examine import examine
from warmup.environment.settings import TABLE, Settings
from warmup.report import Finding, HostProblem, Level, Origin, Report, without_logins

levels = st.sampled_from(["error", "warning", "note"])


def finding(level: Level) -> Finding:
    return Finding(level, "SUBJECT", f"a {level}", "mend it")


@pytest.mark.parametrize(
    ("problem", "found", "first"),
    [
        ("", [], "ready to serve"),
        ("", ["note"], "ready to serve"),
        ("", ["warning", "note", "warning"], "ready to serve, 2 warnings"),
        ("", ["warning", "error"], "ready to serve, 1 error, 1 warning"),
        ("no GPU", [], "cannot serve: no GPU"),
        ("no GPU", ["error", "error", "warning"], "cannot serve: no GPU (2 errors, 1 warning)"),
    ],
)
def test_the_verdict_comes_first_with_a_count(problem: str, found: list[Level], first: str) -> None:
    report = Report(problem=problem, findings=[finding(level) for level in found])
    assert report.text().splitlines()[0] == first


@given(st.lists(levels, min_size=1))
def test_findings_come_before_tables_the_worst_first_each_with_its_fix(found: list[Level]) -> None:
    lines = Report(findings=[finding(level) for level in found], model={"name": "demo"}).text().splitlines()
    shown = [line.split()[0] for line in lines[2 : 2 + len(found)]]
    assert lines[1] == "findings"
    assert shown == sorted(found, key=["error", "warning", "note"].index)
    assert all(line.endswith(" -> mend it") for line in lines[2 : 2 + len(found)])
    assert lines[2 + len(found)] == "model"


def test_only_settings_that_were_changed_are_shown() -> None:
    report = Report(Settings(model="demo", concurrency=4).shown(), Settings().shown())
    lines = report.text().splitlines()
    table = [line.split() for line in lines[lines.index("settings") + 1 :]]
    assert table == [["TTS_MODEL", "demo"], ["TTS_CONCURRENCY", "4"]]
    assert report.as_dict()["settings"] == Settings(model="demo", concurrency=4).shown()


logins = st.text(st.characters(codec="ascii", categories=["L", "N"], include_characters="@/:%"), max_size=8).map(
    "Zq8{}".format
)
forms = st.sampled_from(["https://me:{}@host/x", "me:{}@host", "ftp://{}@host/x.safetensors", "http://me:{}@[::1]:80"])


@settings(deadline=None, max_examples=100, derandomize=True)
@given(logins, forms)
def test_a_login_is_shown_nowhere(login: str, form: str) -> None:
    address = form.format(login)
    given = dict.fromkeys(TABLE, address)
    found = examine(given, "2.8.0")
    report = Report(
        found.settings.shown(),
        problem=f"TTS_MODEL={address} doesn't exist",
        flash_attn=f"{address} can't be downloaded",
        files=[Origin("model", Path(address), address, 0.0, 0.0)],
        findings=[*found.findings, Finding("error", address, f"no {address}", f"TTS_MODEL={address}")],
        model={"read from": address},
    )
    assert login not in str(Settings(model=address, cache_dir=address).shown())
    assert login not in report.text()
    assert login not in json.dumps(report.as_dict())


@pytest.mark.parametrize("text", ["12:30 at /data/voice@2x.wav", "https://host/a:b", "{'x': 1}", "TTS_DEVICE=cuda:1"])
def test_what_is_no_login_is_left_as_it_is(text: str) -> None:
    assert without_logins(text) == text


def test_whatever_a_value_holds_each_row_is_one_printable_line() -> None:
    report = Report({"TTS_MODEL": "a\nb\x1b[31m\udcff"}, model={"name": "x\ny"})
    assert all(line.isprintable() for line in report.text().splitlines())
    assert len(report.text().splitlines()) == 5


def test_callers_are_told_neither_paths_nor_variables() -> None:
    text = "TTS_MODEL=/runpod-volume/mine doesn't exist"
    for failure in (ModelError(text), HostProblem("weights", text)):
        assert str(failure) == text
        assert "/" not in failure.for_callers
        assert "TTS_" not in failure.for_callers
