"""Write docs/api.md and the README's table of settings from the code; `--check` only says if they differ."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from docs.examples import examples
from tts import api, errors
from warmup.environment.settings import TABLE, Settings

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- settings: written by `make docs` -->", "<!-- end of settings -->"
INTRODUCTION = """# The contract of a job

Written by `make docs` from `tts/api/`; a test keeps it in step.

A job is `{"input": {...}}`. `action` says which request it is; left out, it is `synthesize`. Null is the same as left
out. A request that can't be served answers `{"error": {"code", "message", "hint", "field"}}`, which the platform shows
as FAILED. `message` tells all that is wrong and `hint` what to do about each, `field` is the first one's; a name that
F5-TTS, OpenAI or another service has for a field is answered with the one that it has here.

A result that may not fit the reply is refused before anything is synthesized, with the formats that fit. The size of
`wav` and `pcm` follows from the length; of the others the most that speech takes counts. `plan` tells it beforehand.

Beside `input`, a job may have `s3Config`: `{"endpointUrl", "bucketName", "accessId", "accessSecret"}`, a bucket of its
own for `deliver: url`. It has to be `https` and public, or the service that the operator has configured.

While a long job runs, its status on the platform tells `{"progress": {"chunks", "of_chunks", "seconds", "of_seconds"}}`
as the output: chunks that are sampled to the end, and seconds by the share of steps taken. Every five seconds at most,
and not in a job's last seconds.
"""


def main() -> int:
    """Write the documents, or compare them; return the exit status."""
    wanted = {ROOT / "docs" / "api.md": contract(), ROOT / "README.md": readme()}
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" not in sys.argv[1:]:
        for path in stale:
            path.write_text(wanted[path], "utf-8")
        return 0
    for path in stale:
        print(f"{path.relative_to(ROOT)} is out of step; run `make docs`")
    return 1 if stale else 0


def contract() -> str:
    """Return docs/api.md."""
    sections = [INTRODUCTION, _actions(), *map(_section, _models()), _errors(), examples()]
    for name, schema in api.schema().items():
        sections.append(
            f"## JSON Schema of a {name}\n\n```json\n{json.dumps(schema, indent=2, ensure_ascii=False)}\n```\n"
        )
    return "\n".join(sections)


def readme() -> str:
    """Return README.md with its table of settings renewed."""
    before, _, rest = (ROOT / "README.md").read_text("utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n{settings()}\n{END}{rest.partition(END)[2]}"


def settings() -> str:
    """Return the table of environment variables."""
    defaults = Settings().shown()
    rows = ["| variable | values | default | meaning |", "|---|---|---|---|"]
    for name, variable in TABLE.items():
        value = defaults[name]
        default = "-" if value is None else str(value).lower() if isinstance(value, bool) else value
        rows.append(f"| `{name}` | {variable.kind.allowed} | {default} | {variable.meaning} |")
    return "\n".join(rows)


def _actions() -> str:
    rows = ["## Actions\n", "| action | request | reply |", "|---|---|---|"]
    for name, action in api.ACTIONS.items():
        rows.append(f"| `{name}` | {_link(action.request)} | {_link(action.reply)} |")
    return "\n".join(rows) + "\n"


def _link(model: type[BaseModel]) -> str:
    return f"[{model.__name__}](#{model.__name__.lower()})"


def _models() -> list[type[BaseModel]]:
    """Return the requests, then each reply with what it is made of, each once."""
    requests = [action.request for action in api.ACTIONS.values()]
    replies = [part for action in api.ACTIONS.values() for part in _with_parts(action.reply)]
    return list(dict.fromkeys([*requests, *replies]))


def _with_parts(model: type[BaseModel]) -> list[type[BaseModel]]:
    kinds = [kind for field in model.model_fields.values() for kind in (field.annotation, *get_args(field.annotation))]
    parts = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return [model, *(below for part in parts for below in _with_parts(part))]


def _section(model: type[BaseModel]) -> str:
    rows = [
        f"## {model.__name__}\n\n{(model.__doc__ or '').strip()}\n",
        "| field | type | default | meaning |",
        "|---|---|---|---|",
    ]
    for name, shape in model.model_json_schema()["properties"].items():
        required = name in model.model_json_schema().get("required", [])
        default = "required" if required else "-" if shape.get("default") is None else f"`{shape['default']}`"
        rows.append(f"| `{name}` | {_type(shape)} | {default} | {shape.get('description', '')} |")
    return "\n".join(rows) + "\n"


def _type(shape: dict[str, Any]) -> str:
    if "anyOf" in shape:
        return _type(next(part for part in shape["anyOf"] if part.get("type") != "null"))
    if "$ref" in shape:
        return str(shape["$ref"].rpartition("/")[2])
    if "enum" in shape:
        return " / ".join(str(value) for value in shape["enum"])
    if "const" in shape:
        return f"`{shape['const']}`"
    if shape["type"] == "array":
        return f"list of {_type(shape['items'])}"
    low, high = (shape.get(bound, shape.get(f"exclusive{bound.title()}")) for bound in ("minimum", "maximum"))
    limits = "" if high is None else f" {low}..{high}"
    return f"{shape['type']}{limits}"


def _errors() -> str:
    rows = ["## Errors\n", "| code | HTTP | again? | meaning |", "|---|---|---|---|"]
    for error in errors.kinds():
        again = "yes" if error.retry else "no"
        rows.append(f"| `{error.code}` | {error.status} | {again} | {(error.__doc__ or '').strip()} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main())
