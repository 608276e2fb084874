#!/usr/bin/env bash
# Store a recording as a voice, say something in it, list the voices, delete it.
#
#   examples/voices.sh me.wav "What I say in me.wav."
#
# By default it asks the local API (python handler.py --rp_serve_api). An endpoint:
#   URL=https://api.runpod.ai/v2/ENDPOINT RUNPOD_API_KEY=... examples/voices.sh ...
set -euo pipefail
recording=$1 words=$2
url=${URL:-http://localhost:8000}

# The input of a job comes on standard input: a recording is longer than a command line may be.
job() {
    { printf '{"input": '; cat; printf '}'; } |
        curl -sS --fail-with-body "$url/runsync" --data-binary @- \
            -H "Content-Type: application/json" -H "Authorization: Bearer ${RUNPOD_API_KEY:-}"
    echo
}

printf '{"action": "voice_add", "name": "me", "voice_base64": "%s", "voice_text": "%s"}' \
    "$(base64 -w0 "$recording")" "$words" | job
echo '{"text": "Two red cats sit under the old tree.", "voice": "me", "seed": 7, "format": "mp3", "deliver": "inline"}' |
    job | python3 -c 'import base64, json, sys
sys.stdout.buffer.write(base64.b64decode(json.load(sys.stdin)["output"]["audio"]["base64"]))' > cats.mp3
echo '{"action": "voice_list"}' | job
echo '{"action": "voice_delete", "name": "me"}' | job
