"""handler.py with a device that can fail, as files in the working folder say.

`hold` keeps steps waiting until there is a `fault`; `fault` says what happens at every step from then on.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def sticky() -> None:
    import torch

    raise torch.AcceleratorError("CUDA error: device-side assert triggered\nCUDA kernel errors might be reported later")


def died() -> None:
    raise SystemExit("the device's thread is told to end")


def hangs() -> None:
    print("the kernel hangs", flush=True)
    threading.Event().wait()


FAULTS: dict[str, Callable[[], None]] = {"sticky": sticky, "died": died, "hangs": hangs}


def wait_least(seconds: float) -> None:
    """Have a hanging step noticed after so long, or 50 times the longest before it."""
    from tts.engine import watchdog

    watchdog.LEAST_S = seconds


def break_network() -> None:
    """Look for the fault at every step of the network."""
    from tts.model.dit import DiT

    forward = DiT.forward

    def faulty(network: DiT, *given: Any) -> Any:
        while Path("hold").exists() and not Path("fault").exists():
            time.sleep(0.01)
        if Path("fault").exists():
            FAULTS[Path("fault").read_text()]()
        return forward(network, *given)

    DiT.forward = faulty  # type: ignore[method-assign]


def main() -> None:
    """Break the network once the environment is mended and torch may be imported, then serve."""
    sys.path.insert(0, str(ROOT))
    import handler
    from warmup import start

    really = start.start

    def start_faulty(*given: Any, **named: Any) -> start.Start:
        break_network()
        wait_least(1.0)
        return really(*given, **named)

    start.start = start_faulty
    handler.main()


if __name__ == "__main__":
    main()
