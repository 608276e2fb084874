"""How images are built and released: bake, workflows, scripts."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.support.image_files import DOCKERFILE, WORKFLOWS, misfits, text
from tests.support.root import ROOT


def blocks(kind: str) -> dict[str, str]:
    """Return the blocks of docker-bake.hcl of a kind, by name."""
    return dict(re.findall(rf'(?ms)^{kind} "([\w-]+)" {{(.*?)}}(?: #[^\n]*)?$', text("docker-bake.hcl")))


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
    assert (worker["BAKE_MODEL"], worker["BAKE_FLASH_ATTN"]) == ('"vocoder"', '"0"')
    assert (baked["BAKE_MODEL"], baked["BAKE_FLASH_ATTN"], baked["inherits"]) == ('"all"', '"1"', '["worker"]')
    assert {name for target in targets.values() for name in target if name.isupper()} <= arguments
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
            assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step.get("uses", "a/a@v1"))
            assert set(re.findall(r"\bmake ([\w-]+)", step.get("run", ""))) <= targets | {"room"}
            assert all((ROOT / script).exists() for script in re.findall(r"(?m)^(\.\S+)", step.get("run", "")))


def test_tests_run_on_every_push_and_the_image_is_built_on_a_tag() -> None:
    ci, image = (yaml.safe_load((ROOT / ".github/workflows" / name).read_text()) for name in ("ci.yml", "image.yml"))
    on = True  # what YAML 1.1 makes of the key `on`
    assert set(ci[on]) == {"push", "pull_request"}
    assert image[on] == {"push": {"tags": ["v*"]}}
    assert [step["run"] for step in ci["jobs"]["test"]["steps"] if "run" in step] == [".ci/run"]
    bake = image["jobs"]["image"]["steps"][-1]["with"]
    assert set(bake["targets"].split(",")) <= set(blocks("target"))
    assert set(image["jobs"]["image"]["env"]) <= set(blocks("variable"))


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder for PATH with what the scripts need, and no docker and no buildah."""
    for name in ("bash", "dirname", "env"):
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
    assert not any(word.startswith("BAKE_FLASH_ATTN") for word in words)


def test_make_has_a_target_for_each_script() -> None:
    assert re.search(r"(?m)^image:.*\n\t@image/build$", text("Makefile"))
    assert re.search(r"(?m)^image-test:.*\n\t@image/test$", text("Makefile"))
