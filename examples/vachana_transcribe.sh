#!/usr/bin/env bash
# Vachana's transcription route with curl.
#   PARLEY_KEY=… examples/vachana_transcribe.sh speech.wav
set -euo pipefail
base_url=${PARLEY_URL:-http://127.0.0.1:8080} # was: https://api.vachana.ai
curl -sS "$base_url/stt/v3" -H "X-API-Key-ID: $PARLEY_KEY" -F audio_file=@"$1" -F language_code=en-IN -F format=verbatim
echo
