"""`f5-tts-worker say|serve|doctor|voices`, each with the arguments of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from cli.python import check_python

PROG = "f5-tts-worker"
_USAGE = f"""usage: {PROG} say|serve|doctor|voices [arguments]

  say     say a text in a voice                       as python -m tts
  serve   serve jobs over HTTP on this machine        as python handler.py --rp_serve_api
  doctor  tell whether a worker could serve here      as python -m warmup
  voices  name the voices that are here

{PROG} say --help, and so on, tell the rest"""


def main(given: Sequence[str] | None = None) -> int:
    """Run one of the commands; return the exit status."""
    check_python()
    name, *arguments = given or sys.argv[1:] or ["--help"]
    if name in ("-h", "--help"):
        print(_USAGE)
        return 0
    if name not in COMMANDS:
        print(f"there is no command {name!r}\n\n{_USAGE}", file=sys.stderr)
        return 2
    return COMMANDS[name](arguments)


def _say(arguments: Sequence[str]) -> int:
    from cli.say import main

    return main(arguments, f"{PROG} say")


def _serve(arguments: Sequence[str]) -> int:
    import handler

    sys.argv = [f"{PROG} serve", "--rp_serve_api", *arguments]
    handler.main()
    return 0


def _doctor(arguments: Sequence[str]) -> int:
    from cli.doctor import main

    return main(arguments, f"{PROG} doctor")


def _voices(arguments: Sequence[str]) -> int:
    from cli.voices import main

    return main(arguments)


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "say": _say,
    "serve": _serve,
    "doctor": _doctor,
    "voices": _voices,
}

if __name__ == "__main__":
    sys.exit(main())
