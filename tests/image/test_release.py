"""How images are built and released: bake, workflows, scripts."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.image_files import DOCKERFILE, WORKFLOWS, misfits, text
from tests.support.root import ROOT


def blocks(kind: str) -> dict[str, str]:
    """Return the blocks of docker-bake.hcl of a kind, by name."""
    return dict(re.findall(rf'(?ms)^{kind} "([\w-]+)" {{(.*?)}}(?: *#[^\n]*)?$', text("docker-bake.hcl")))


def assigned(block: str) -> dict[str, str]:
    return dict(re.findall(r"(\w+)\s*=\s*(\[.*?\]|\"[^\"]*\"|[\w]+)", block))


def test_bake_builds_the_image_and_one_with_everything_inside() -> None:
    targets = {
        name: assigned(text("docker-bake.hcl").split(f'target "{name}"')[1].split("\ntarget ")[0])
        for name in blocks("target")
    }
    variables, arguments = set(blocks("variable")), set(re.findall(r"(?m)^ARG (\w+)", DOCKERFILE))
    assert {"DOCKERHUB_REPO", "DOCKERHUB_IMG", "RELEASE_VERSION"} <= variables
    assert set(json.loads(assigned(blocks("group")["default"])["targets"])) <= set(targets)
    worker, baked = targets["worker"], targets["worker-baked"]
    assert json.loads(worker["platforms"]) == ["linux/amd64"]
    assert (worker["BAKE_MODEL"], worker["BAKE_FLASH_ATTN"]) == ('"vocoder"', '"auto"')
    assert (baked["BAKE_MODEL"], baked["BAKE_FLASH_ATTN"], baked["inherits"]) == ('"all"', '"1"', '["worker"]')
    assert {name for target in targets.values() for name in target if name.isupper()} <= arguments
    given = {name: worker[name] for name in ("VERSION", "SOURCE", "REVISION")}
    assert given == {"VERSION": "RELEASE_VERSION", "SOURCE": "SOURCE", "REVISION": "REVISION"}
    assert set(given.values()) <= variables
    for tags, suffix in ((worker["tags"], ""), (baked["tags"], "-baked")):
        assert tags == f'["${{DOCKERHUB_REPO}}/${{DOCKERHUB_IMG}}:${{RELEASE_VERSION}}{suffix}"]'
    for name in ("BAKE_MODEL", "BAKE_FLASH_ATTN"):
        assert f"ARG {name}={worker[name].strip(chr(34))}\n" in DOCKERFILE


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_runs_what_exists_with_the_least_rights(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    targets = set(re.findall(r"(?m)^([\w-]+):", text("Makefile")))
    for job in workflow["jobs"].values():
        assert not misfits(job, {"runs-on*", "timeout-minutes*", "steps*", "env", "strategy", "needs"})
        for step in job["steps"]:
            assert set(re.findall(r"\bmake ([\w-]+)", step.get("run", ""))) <= targets | {"room"}
            assert all((ROOT / script).exists() for script in re.findall(r"(?m)^(\.\S+)", step.get("run", "")))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_an_action_is_named_by_its_commit_with_the_release_beside_it(path: Path) -> None:
    used = re.findall(r"(?m)^ *(?:- )?uses: (.*)$", path.read_text("utf-8"))
    assert used
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action)


def test_an_action_is_the_same_commit_in_every_workflow() -> None:
    used = {line for path in WORKFLOWS for line in re.findall(r"uses: (.*)", path.read_text("utf-8"))}
    assert len({line.partition("@")[0] for line in used}) == len(used)


def test_a_release_comes_with_its_provenance_and_the_list_of_what_is_in_it() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/image.yml").read_text())
    job = workflow["jobs"]["image"]
    bake = job["steps"][-1]["with"]
    assert (bake["provenance"], bake["sbom"], bake["push"]) == ("mode=max", True, True)
    assert job["env"]["REVISION"] == "${{ github.sha }}"


def test_tests_run_on_every_push_and_the_image_is_built_on_a_tag() -> None:
    ci, image = (yaml.safe_load((ROOT / ".github/workflows" / name).read_text()) for name in ("ci.yml", "image.yml"))
    on = True  # what YAML 1.1 makes of the key `on`
    assert set(ci[on]) == {"push", "pull_request"}
    assert image[on] == {"push": {"tags": ["v*"]}}
    audit = yaml.safe_load((ROOT / ".github/workflows/audit.yml").read_text())
    assert set(audit[on]) == {"push", "pull_request", "schedule"}
    assert [step["run"] for step in audit["jobs"]["audit"]["steps"] if "run" in step] == ["make audit"]
    assert [step["run"] for step in ci["jobs"]["test"]["steps"] if "run" in step] == [".ci/run"]
    bake = image["jobs"]["image"]["steps"][-1]["with"]
    assert set(bake["targets"].split(",")) <= set(blocks("target"))
    assert set(image["jobs"]["image"]["env"]) <= set(blocks("variable"))


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder for PATH with what the scripts need, and no docker and no buildah."""
    for name in ("bash", "dirname", "env", "grep", "sed"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    return tmp_path


def stub(tools: Path, name: str, script: str) -> None:
    (tools / name).write_text(f"#!/usr/bin/env bash\n{script}\n")
    (tools / name).chmod(0o755)


def call(script: str, tools: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(tools), **variables}
    return subprocess.run([ROOT / script], env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("script", ["image/build", "image/test"])
def test_without_docker_and_buildah_the_scripts_say_what_to_install(script: str, tools: Path) -> None:
    done = call(script, tools)
    assert done.returncode == 1
    assert "apt-get install buildah" in done.stderr


@pytest.mark.parametrize(("daemon", "chosen"), [("true", "docker"), ("false", "buildah")])
def test_buildah_is_taken_when_docker_has_no_daemon(daemon: str, chosen: str, tools: Path) -> None:
    stub(tools, "docker", f'if [ "$1" = info ]; then {daemon}; else echo docker "$@"; fi')
    stub(tools, "buildah", 'echo buildah "$@"')
    done = call("image/build", tools, IMAGE="a/b:c", CA="/some/bundle.pem", BAKE_MODEL="none", BAKE_FLASH_ATTN="")
    words = done.stdout.split()
    assert words[:2] == [chosen, "build"]
    assert {"a/b:c", "BAKE_MODEL=none", "id=ca,src=/some/bundle.pem"} <= set(words)
    assert not any(word.startswith(("BAKE_FLASH_ATTN", "RUN_AS", "REVISION")) for word in words)


def test_an_image_bears_the_commit_that_it_was_built_from(tools: Path) -> None:
    stub(tools, "docker", 'if [ "$1" != info ]; then echo docker "$@"; fi')
    (tools / "git").symlink_to(str(shutil.which("git")))
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    revision = re.findall(r"REVISION=(\S+)", call("image/build", tools).stdout)
    assert revision in ([head], [f"{head}-dirty"])


DIGEST = "sha256:" + hashlib.sha256(b"a manifest\n").hexdigest()


def renewed(tools: Path, tmp_path: Path) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run image/base on a copy of the Dockerfile; return how it ended, and the copy's line."""
    (tmp_path / "image").mkdir()
    for name in ("Dockerfile", "image/base"):
        shutil.copy(ROOT / name, tmp_path / name)
    done = subprocess.run([tmp_path / "image/base"], env={"PATH": str(tools)}, capture_output=True, text=True)
    return done, re.findall(r"(?m)^ARG BASE=(.*)$", (tmp_path / "Dockerfile").read_text())[0]


@pytest.mark.parametrize("client", ["docker", "skopeo"])
def test_the_base_is_renewed_to_what_the_registry_says(client: str, tools: Path, tmp_path_factory: Any) -> None:
    if client == "docker":
        stub(
            tools,
            "docker",
            f'case "$*" in *imagetools*" docker.io/library/debian:bookworm-slim") echo {DIGEST} ;; esac',
        )
    else:
        stub(
            tools,
            "skopeo",
            'if [ "$*" = "inspect --raw docker://docker.io/library/debian:bookworm-slim" ]; '
            "then echo 'a manifest'; fi",
        )
        for name in ("sha256sum", "cut"):
            (tools / name).symlink_to(str(shutil.which(name)))
    done, base = renewed(tools, tmp_path_factory.mktemp("tree"))
    assert done.returncode == 0, done.stderr
    assert base == f"docker.io/library/debian:bookworm-slim@{DIGEST}"


def test_an_answer_that_is_no_digest_changes_nothing(tools: Path, tmp_path_factory: Any) -> None:
    stub(tools, "docker", "echo too many requests")
    done, base = renewed(tools, tmp_path_factory.mktemp("tree"))
    assert done.returncode == 1
    assert "too many requests" in done.stderr
    assert f"ARG BASE={base}\n" in DOCKERFILE


def test_make_has_a_target_for_each_script() -> None:
    assert re.search(r"(?m)^image:.*\n\t@image/build$", text("Makefile"))
    assert re.search(r"(?m)^image-test:.*\n\t@image/test$", text("Makefile"))
    assert re.search(r"(?m)^base:.*\n\t@image/base$", text("Makefile"))
