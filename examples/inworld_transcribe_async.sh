#!/usr/bin/env bash
# Inworld's asynchronous transcription with curl: send the file, poll the operation, fetch the result.
#   PARLEY_KEY=… examples/inworld_transcribe_async.sh speech.wav
set -euo pipefail
base_url=${PARLEY_URL:-http://127.0.0.1:8080} # was: https://api.inworld.ai
ask() { curl -sS --fail-with-body -H "Authorization: Basic $PARLEY_KEY" "$@"; }
text_of() { sed -nE "s/.*\"$1\":\"([^\"]*)\".*/\1/p"; }

config='{"modelId":"inworld/inworld-stt-1","audioEncoding":"AUTO_DETECT"}'
name=$(ask "$base_url/stt/v1/transcribe:async" \
  -F "transcribeConfig=$config;type=application/json" \
  -F "file=@$1;type=application/octet-stream" | text_of name)
until operation=$(ask "$base_url/lro/v1alpha/$name") && [[ $operation == *'"done":true'* ]]; do sleep 1; done
result=$(text_of resultUri <<<"$operation")
[[ $result ]] || { echo "$operation" >&2; exit 1; }
curl -sS "$result"
echo
