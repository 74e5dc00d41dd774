#!/usr/bin/env bash
# Inworld's synchronous transcription with curl: the file as base64 in JSON.
#   PARLEY_KEY=… examples/inworld_transcribe.sh speech.wav
set -euo pipefail
base_url=${PARLEY_URL:-http://127.0.0.1:8080} # was: https://api.inworld.ai
body=$(mktemp)
trap 'rm -f "$body"' EXIT
{
  printf '{"transcribeConfig":{"modelId":"inworld/inworld-stt-1","audioEncoding":"AUTO_DETECT","includeWordTimestamps":true},"audioData":{"content":"'
  base64 <"$1" | tr -d '\n'
  printf '"}}'
} >"$body"
curl -sS "$base_url/stt/v1/transcribe" -H "Authorization: Basic $PARLEY_KEY" -H 'content-type: application/json' -d @"$body"
echo
