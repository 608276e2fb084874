"""The environment: how values are read, what gives way to a default, and what is mended before the SDK reads it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.environments import EVERY, NEW, OLD, TORCH, about, left, paste
from warmup.environment.allocator import check
from warmup.environment.examine import examine
from warmup.environment.foreign import FOREIGN
from warmup.environment.settings import TABLE, Settings

WRONG = """0|1|-5|-1,0|DEBUG|true # yes|“1”
2.7|1e9|10s|True|FALSE|maybe|WARNING|2|all|0, 1|-1|a b|http:/x|nan|é٣²|9999999999999999999999999999|${X}|{{ x }}|http://[::1
expandable_segments:true|max_split_size_mb=128|ax_split_size_mb:128,backend:native""".replace("\n", "|").split("|")
texts = st.sampled_from(WRONG) | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
values = st.builds(str.format, st.sampled_from(["{}", " {}", '"{}"', "' {}'", "{}\n"]), texts)
torches = st.sampled_from(["2.6.0", "2.8.0", "2.10.0", "2.15.0"])
properties = settings(deadline=None, max_examples=200, derandomize=True)


def value(name: str, environment: dict[str, str]) -> object:
    """Return what is read of a variable: a setting, or what others find in the environment."""
    return examine(environment, TORCH).settings.shown()[name] if name in TABLE else left(environment).get(name)


def test_a_setting_of_another_worker_is_not_taken_for_one_of_ours() -> None:
    for name in ("TTS_SPEAKERS", "TTS_API_KEY"):
        assert about(name, {name: "/x"}) == [("warning", f"unset {name}")]


def test_every_setting_has_a_variable_and_every_variable_a_setting() -> None:
    assert list(Settings().shown()) == list(TABLE)


@pytest.mark.parametrize("empty", ["", "  ", "None", '""', "''", ' "None" ', "\t"], ids=repr)
def test_empty_counts_as_unset_everywhere(empty: str) -> None:
    environment = dict.fromkeys(EVERY, empty)
    assert examine(environment, TORCH).settings == examine({}, TORCH).settings
    assert {found.subject for found in examine(environment, TORCH).findings} == {"CUDA_VISIBLE_DEVICES"}
    assert set(left(environment)) <= {*TABLE, "CUDA_VISIBLE_DEVICES"}


def test_values_are_read_in_their_types() -> None:
    given = {"TTS_MODEL": "demo", "TTS_CONCURRENCY": "4", "TTS_ALLOW_DOWNLOAD": "False", "TTS_STRICT_ENV": "1"}
    found = examine({**given, "TTS_INLINE_LIMIT_MB": "20", "RUNPOD_ENDPOINT_ID": "ep", "HF_HUB_OFFLINE": "ON"}, TORCH)
    expected = Settings(model="demo", concurrency=4, allow_download=False, strict_env=True, inline_limit_mb=20)
    read = found.settings
    assert (read.shown(), found.findings, found.changes) == (expected.shown(), (), ())
    assert (read.on_runpod, read.offline, expected.on_runpod, expected.offline) == (True, True, False, False)


@pytest.mark.parametrize(
    ("name", "text", "fix", "used"),
    [
        ("TTS_CONCURRENCY", "two", "unset TTS_CONCURRENCY", 2),
        ("TTS_CONCURRENCY", "0", "TTS_CONCURRENCY=1", 2),
        ("TTS_CONCURRENCY", "2.5", "TTS_CONCURRENCY=2", 2),
        ("TTS_INLINE_LIMIT_MB", "500", "TTS_INLINE_LIMIT_MB=20", 10),
        ("TTS_MAX_BATCH_FRAMES", "8192 frames", "TTS_MAX_BATCH_FRAMES=8192", None),
        ("TTS_ATTENTION", "SDPA", "TTS_ATTENTION=sdpa", "auto"),
        ("TTS_ATTENTION", "flash", "TTS_ATTENTION=flash_attn", "auto"),
        ("TTS_ATTENTION", "torch", "TTS_ATTENTION=sdpa", "auto"),
        ("TTS_FLASH_ATTN", "false", "TTS_FLASH_ATTN=off", "auto"),
        ("TTS_FLASH_ATTN", "1", "TTS_FLASH_ATTN=auto", "auto"),
        ("TTS_DTYPE", "half", "TTS_DTYPE=float16", "auto"),
        ("TTS_DEVICE", "gpu", "unset TTS_DEVICE", "auto"),
        ("TTS_DEVICE", "cuda: 1", "TTS_DEVICE=cuda:1", "auto"),
        ("TTS_FLASH_ATTN", "requires", "TTS_FLASH_ATTN=require", "auto"),
        ("TTS_DTYPE", "flaot16", "TTS_DTYPE=float16", "auto"),
        ("TTS_LOG_LEVEL", "warn", "TTS_LOG_LEVEL=WARNING", "INFO"),
        ("TTS_ALLOW_DOWNLOAD", "flase", "TTS_ALLOW_DOWNLOAD=false", True),
        ("TTS_ALLOW_DOWNLOAD", "maybe", "unset TTS_ALLOW_DOWNLOAD", True),
        ("RUNPOD_DEBUG_LEVEL", "WARNING", "RUNPOD_DEBUG_LEVEL=WARN", None),
        ("RUNPOD_LOG_LEVEL", "2", "RUNPOD_LOG_LEVEL=INFO", None),
        ("RUNPOD_PING_INTERVAL", "10s", "RUNPOD_PING_INTERVAL=1000", None),
        ("RUNPOD_SKIP_GPU_CHECK", "1", "RUNPOD_SKIP_GPU_CHECK=true", None),
        ("RUNPOD_MIN_DISK_PERCENT", "12%", "RUNPOD_MIN_DISK_PERCENT=12.0", None),
        ("RUNPOD_MIN_CUDA_VERSION", "latest", "unset RUNPOD_MIN_CUDA_VERSION", None),
        ("HF_HUB_DOWNLOAD_TIMEOUT", "10s", "HF_HUB_DOWNLOAD_TIMEOUT=10", None),
        ("HF_HUB_OFFLINE", "True!", "HF_HUB_OFFLINE=true", None),
        ("HF_ENDPOINT", "localhost:8080", "HF_ENDPOINT=http://localhost:8080", None),
        ("UVICORN_LOG_LEVEL", "INFO", "UVICORN_LOG_LEVEL=info", None),
        ("CUDA_VISIBLE_DEVICES", "all", "unset CUDA_VISIBLE_DEVICES", None),
        ("CUDA_DEVICE_ORDER", "pci_bus_id", "CUDA_DEVICE_ORDER=PCI_BUS_ID", None),
    ],
    ids=lambda part: None if part is None else str(part),
)
def test_a_wrong_value_is_an_error_with_what_was_meant_and_gives_way_to_the_default(
    name: str, text: str, fix: str, used: object
) -> None:
    assert about(name, {name: text}) == [("error", fix)]
    assert value(name, {name: text}) == used
    problem = examine({name: text}, TORCH).findings[0].problem
    assert problem.startswith(
        f"{text} is not allowed; it is {(TABLE[name].kind if name in TABLE else FOREIGN[name]).allowed}"
    )
    assert problem.endswith("it counts as unset" if used is None else f"; {used} is used")


@pytest.mark.parametrize(
    ("name", "text", "what", "used"),
    [
        ("TTS_MODEL", '"demo"', "quotes", "demo"),
        ("TTS_CONCURRENCY", " 4 ", "blanks", 4),
        ("TTS_CACHE_DIR", "/cache\n", "blanks", "/cache"),
        ("TTS_ALLOW_DOWNLOAD", " 'False' ", "quotes", False),
        ("RUNPOD_LOG_LEVEL", "'INFO'", "quotes", "INFO"),
        ("RUNPOD_PING_INTERVAL", "4000 ", "blanks", "4000"),
        ("HF_HOME", '" /hf "', "quotes", "/hf"),
        ("CUDA_VISIBLE_DEVICES", '"0"', "quotes", "0"),
    ],
    ids=lambda part: part if isinstance(part, str) else repr(part),
)
def test_quotes_and_blanks_are_taken_off_with_a_warning(name: str, text: str, what: str, used: object) -> None:
    assert about(name, {name: text}) == [
        ("warning", f"{name}={str(used) if name != 'TTS_ALLOW_DOWNLOAD' else 'False'}")
    ]
    assert value(name, {name: text}) == used
    assert examine({name: text}, TORCH).findings[0].problem.startswith(f"has {what} around its value")


@properties
@given(st.sampled_from([*EVERY, "TTS_MODLE", "tts_dtype", "HF_TOKE", "PYTORCH_CUDA_ALOC_CONF"]), values, torches)
def test_nothing_is_left_to_find_after_the_fixes_are_pasted(name: str, text: str, torch: str) -> None:
    findings = examine({name: text}, torch).findings
    for found in findings:
        assert re.fullmatch(r"[A-Za-z_]+=\S.*|unset \w+", found.fix, re.DOTALL) or found.level == "note", found
    after = examine(paste({name: text}, findings), torch)
    related = (OLD, NEW) if name in (OLD, NEW) else (name,)
    assert [found for found in after.findings if found.subject in related] == []


@properties
@given(st.dictionaries(st.sampled_from(EVERY), values, max_size=3), torches)
def test_nobody_is_told_two_things_to_do_about_one_variable(environment: dict[str, str], torch: str) -> None:
    fixes = {(found.subject, found.fix) for found in examine(environment, torch).findings if found.fix}
    assert len({subject for subject, _ in fixes}) == len(fixes)


@properties
@given(st.dictionaries(st.sampled_from(EVERY), values, max_size=6), torches)
def test_after_any_error_what_is_used_is_allowed(environment: dict[str, str], torch: str) -> None:
    found = examine(environment, torch)
    wrong = {finding.subject for finding in found.findings if finding.level == "error"}
    used = left(environment, torch)
    for name in wrong & set(TABLE):
        assert found.settings.shown()[name] == Settings().shown()[name]
    for name in set(used) & set(FOREIGN) - {"CUDA_VISIBLE_DEVICES"}:
        FOREIGN[name].read(used[name])
    assert not wrong & set(FOREIGN) & set(used)
    assert not any(finding.level == "error" for name in {OLD, NEW} & set(used) for finding in check(used[name], torch))


@properties
@given(st.sampled_from([*EVERY, "TTS_MODLE"]) | texts.map("TTS_{}".format), values)
def test_a_finding_is_one_line_without_control_characters(name: str, text: str) -> None:
    assert all(str(found).isprintable() for found in examine({name: text}, TORCH).findings)
