"""The image: what its Dockerfile copies, ships and leaves out, held against the tree."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.support.image_files import DOCKERFILE, WORKFLOWS, text
from tests.support.root import ROOT
from warmup import storage

BAKE = text("image/bake")


def test_one_python_and_one_uv_everywhere() -> None:
    pythons = {
        *re.findall(r"^PYTHON \?= python([\d.]+)", text("Makefile"), re.MULTILINE),
        *re.findall(r"--python-version ([\d.]+)", text("Makefile")),
        *re.findall(r"python(3\.\d+)", DOCKERFILE),
        *re.findall(r'python-version: "([\d.]+)"', "".join(path.read_text() for path in WORKFLOWS)),
    }
    project = tomllib.loads(text("pyproject.toml"))
    assert pythons == {project["tool"]["mypy"]["python_version"]}
    assert project["project"]["requires-python"].startswith(f">={pythons.pop()}")
    uvs = (re.search(r"(?m)^UV := (\S+)", text("Makefile")), re.search(r"(?m)^ARG UV=(\S+)", DOCKERFILE))
    assert len({found and found[1] for found in uvs}) == 1


def stages() -> dict[str, tuple[str, list[list[str]]]]:
    """Return what each stage of the Dockerfile starts from, and its instructions in words."""
    found = re.findall(r"(?ms)^FROM (\S+) AS (\w+)\n(.*?)(?=^FROM |\Z)", DOCKERFILE)
    return {
        name: (parent, [line.split() for line in body.splitlines() if line and not line.startswith("#")])
        for parent, name, body in found
    }


def shipping() -> list[tuple[str, list[str]]]:
    """Return the instructions that make the image, in their order, and the stage of each."""
    parents, name, chain = stages(), list(stages())[-1], []
    while name in parents:
        chain.append(name)
        name = parents[name][0]
    return [(name, words) for name in reversed(chain) for words in parents[name][1]]


def copies(stage: str | None = None) -> set[str]:
    """Return what the Dockerfile, or a stage of it, copies from the repository."""
    lines = [words for name, (_, body) in stages().items() if stage in (None, name) for words in body]
    found = [words[1:-1] for words in lines if words[0] == "COPY" and not words[1].startswith("--from")]
    return {path for paths in found for path in paths}


def test_the_image_ships_python_tini_certificates_and_layers_but_nothing_that_builds() -> None:
    installed = re.findall(r"--no-install-recommends ([^&]+)", stages_text("base"))
    assert [sorted(names.split()) for names in installed] == [["ca-certificates", "python3.11", "tini"]]
    assert {name for name, words in shipping() if words[0] == "RUN"} == {"base"}
    copied = [words for _, words in shipping() if words[0] in ("COPY", "ADD")]
    assert all(words[1].startswith("--from=") for words in copied)
    assert {words[2].split("/")[1] for words in copied[:-1]} == {"layers"}
    assert copied[-1][1:] == ["--from=verified", "/tmp/verified/", "/app/"]
    assert stages_text("base").count("apt-get update") == stages_text("base").count("rm -rf /var/lib/apt/lists/*") == 1


def stages_text(name: str) -> str:
    return "\n".join(" ".join(words) for words in stages()[name][1])


def test_a_code_change_ships_only_the_last_layer() -> None:
    order = [words[2].strip("/").partition("/")[2] for _, words in shipping() if words[0] == "COPY"]
    assert order[:-1] == ["nvidia", "torch", "other", "flash_attn", "weights", "assets", "code"]


def test_the_image_is_started_by_root_but_everything_in_it_by_entry() -> None:
    ends = {words[0]: " ".join(words[1:]) for _, words in shipping()}
    assert ends["ENTRYPOINT"] == '["entry", "tini", "--"]'
    assert ends["CMD"] == '["python", "-u", "handler.py"]'
    assert "USER" not in ends
    assert "useradd --uid 1000 --gid 0 " in stages_text("base")  # as whom entry goes on
    assert " HOME=/home/worker " in ends["ENV"]


def test_what_the_image_was_made_of_stands_in_its_labels() -> None:
    label = next(" ".join(words) for _, words in shipping() if words[0] == "LABEL")
    for name, argument in (("version", "VERSION"), ("source", "SOURCE"), ("revision", "REVISION")):
        assert f'org.opencontainers.image.{name}="${{{argument}}}"' in label


def test_nothing_is_named_by_a_moving_tag_and_no_host_is_named() -> None:
    assert re.search(r"(?m)^ARG BASE=\S*debian:bookworm-slim@sha256:[0-9a-f]{64}$", DOCKERFILE)
    for path in (ROOT / "Dockerfile", ROOT / "docker-bake.hcl", *WORKFLOWS, *(ROOT / "image").iterdir()):
        if path.is_file():
            assert not re.search(r":latest|https?://", path.read_text("utf-8")), path


def test_every_path_that_is_copied_exists_and_is_let_through() -> None:
    for pattern in copies():
        found = [path.relative_to(ROOT).as_posix() for path in ROOT.glob(pattern)]
        assert found, pattern
        assert [path for path in found if not in_context(path)] == []


def test_every_package_that_the_worker_imports_is_copied() -> None:
    sources = [ROOT / "handler.py", *(ROOT / "tts").rglob("*.py"), *(ROOT / "warmup").rglob("*.py")]
    imported = {
        name.partition(".")[0]
        for source in sources
        for node in ast.walk(ast.parse(source.read_text("utf-8")))
        for name in names(node)
    }
    ours = {name for name in imported if (ROOT / name).is_dir()}
    assert {"tts", "warmup"} <= ours
    assert ours | {"handler.py", "test_input.json", "LICENSE"} <= copies("code")


def test_what_is_copied_for_baking_is_all_that_baking_imports(tmp_path: Path) -> None:
    for words in stages()["baked"][1]:
        if words[0] == "COPY" and words[-1].startswith("./"):
            for pattern in words[1:-1]:
                for source in ROOT.glob(pattern):
                    target = tmp_path / words[-1] / ("" if source.is_dir() else source.name)
                    (shutil.copytree if source.is_dir() else copied)(source, target)
    code = "import warmup.weights.__main__, warmup.flash_attn.__main__"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def copied(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


def names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


def in_context(path: str) -> bool:
    """Tell whether the .dockerignore lets a file or folder through; the last line that matches decides."""
    through = True
    for line in text(".dockerignore").splitlines():
        pattern = line.lstrip("!")
        parts = Path(path).parts
        heads = ["/".join(parts[: count + 1]) for count in range(len(parts))]
        anywhere = pattern.removeprefix("**/")
        hit = any(fnmatch(head, pattern) for head in heads) or (anywhere != pattern and anywhere in parts)
        if line and not line.startswith("#") and hit:
            through = line.startswith("!")
    return through


@pytest.mark.parametrize(
    "path",
    [
        *(".git/config", ".venv/bin/python", "tests/test_api.py", "output/local_test.wav", "bench/report.py"),
        *("tts/__pycache__/api.cpython-311.pyc", "requirements/dev.txt", ".env", "demo/README.md"),
    ],
)
def test_what_the_image_doesn_t_need_stays_out_of_the_build(path: str) -> None:
    assert not in_context(path)
    assert in_context("tts/text/clean.py")


@pytest.mark.parametrize("command", sorted(set(re.findall(r"python -m (warmup\.\w+) --bake", BAKE))))
def test_the_commands_that_bake_exist(command: str) -> None:
    done = subprocess.run([sys.executable, "-m", command, "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "--bake" in done.stdout


def test_the_commands_that_bake_are_two() -> None:
    assert re.findall(r'python -m warmup\.(\w+) --bake "\$folder/(\w+)"', BAKE) == [
        ("flash_attn", "flash_attn"),
        ("weights", "hub"),
    ]
    assert DOCKERFILE.count('with-ca bake /app/baked "${BAKE_MODEL}" "${BAKE_FLASH_ATTN}"') == 1
    assert storage.BAKED == ROOT / "baked"
