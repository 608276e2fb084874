"""Store a recording as a voice and a style of it, say something in each, list the voices, delete it.

    python examples/voices.py me.wav "What I say in me.wav."

By default it asks the local API (python handler.py --rp_serve_api). An endpoint:
URL=https://api.runpod.ai/v2/ENDPOINT RUNPOD_API_KEY=... python examples/voices.py ...
"""

import base64
import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import Any

URL = os.environ.get("URL", "http://localhost:8000")
KEY = os.environ.get("RUNPOD_API_KEY", "")


def job(**given: Any) -> dict[str, Any]:
    """Return the output of a job; end with its error if it fails."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"}
    request = urllib.request.Request(f"{URL}/runsync", json.dumps({"input": given}).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        reply = json.load(answer)
    if reply["status"] != "COMPLETED":
        sys.exit(str(reply.get("error")))
    output: dict[str, Any] = reply["output"]
    return output


def main() -> None:
    """Do what the module says."""
    recording, words = base64.b64encode(Path(sys.argv[1]).read_bytes()).decode(), sys.argv[2]
    for style in ("default", "slow"):
        added = job(action="voice_add", name="me", style=style, voice_base64=recording, voice_text=words)
        print(added["name"], added["style"], added["status"], f"{added['duration_s']:.1f} s", added["findings"])
    for style in ("default", "slow"):
        speed = 0.8 if style == "slow" else 1.0
        said = job(text="Two red cats.", voice="me", style=style, speed=speed, seed=7, deliver="inline")
        Path(f"cats-{style}.wav").write_bytes(base64.b64decode(said["audio"]["base64"]))
    for voice in job(action="voice_list")["voices"]:
        print(voice["name"], voice["source"], voice["styles"], voice["uses"])
    print("deleted", job(action="voice_delete", name="me")["deleted"])


if __name__ == "__main__":
    main()
