"""How the rooms lie: who imports whom, read from the source, imports for type checking and inside functions too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.root import ROOT

FILES = [
    ROOT / "handler.py",
    *(file for wing in ("cli", "sdk", "warmup", "tts") for file in (ROOT / wing).rglob("*.py")),
]


def name_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(file): file for file in FILES}
DOORS = {"tts.__main__", "warmup.__main__"}  # `python -m tts`, `python -m warmup`: two lines that call the command line


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else node.module


GRAPH = {module: {name for name in imported(file) if name in MODULES} for module, file in MODULES.items()}


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Return modules that import each other in a ring, or nothing."""
    done: set[str] = set()

    def visit(module: str, path: list[str]) -> list[str]:
        if module in path:
            return path[path.index(module) :]
        if module in done:
            return []
        found = next((ring for other in sorted(graph[module]) if (ring := visit(other, [*path, module]))), [])
        done.add(module)
        return found

    return next((ring for module in sorted(graph) if (ring := visit(module, []))), [])


def test_the_graph_sees_imports_of_every_kind() -> None:
    assert "warmup.start" in GRAPH["handler"], "under TYPE_CHECKING and inside a function"
    assert {"tts.clock", "tts.errors"} <= GRAPH["tts.voice.reference"]
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c"]


def test_no_module_imports_itself_by_a_detour() -> None:
    assert circle(GRAPH) == []


@pytest.mark.parametrize(
    ("room", "above"),
    [("tts", ("warmup", "cli", "sdk", "handler")), ("warmup", ("cli", "sdk", "handler")), ("sdk", ("cli", "handler"))],
    ids=[
        "tts knows neither warmup nor the doors",
        "warmup does not know the doors",
        "what holds the SDK does not know the command line",
    ],
)
def test_imports_point_one_way(room: str, above: tuple[str, ...]) -> None:
    wrong = [
        (module, name)
        for module, names in GRAPH.items()
        if module.split(".")[0] == room and module not in DOORS
        for name in names
        if name.split(".")[0] in above
    ]
    assert wrong == []


def test_only_the_handler_and_what_holds_the_sdk_import_it() -> None:
    users = {name for name, file in MODULES.items() for found in imported(file) if found.split(".")[0] == "runpod"}
    assert users == {"handler", "sdk.seams"}


def test_doors_hold_nothing_but_the_call() -> None:
    for door in DOORS:
        tree = ast.parse(MODULES[door].read_text("utf-8"))
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
