#!/usr/bin/env bash
# Inworld's synchronous speech with curl: base64 in JSON, decoded into a WAV file.
#   PARLEY_KEY=… examples/inworld_speech.sh "Good morning." morning.wav
set -euo pipefail
base_url=${PARLEY_URL:-http://127.0.0.1:8080} # was: https://api.inworld.ai
text=${1//\\/\\\\}
curl -sS --fail-with-body "$base_url/tts/v1/voice" -H "Authorization: Basic $PARLEY_KEY" -H 'content-type: application/json' \
  -d "{\"text\":\"${text//\"/\\\"}\",\"voiceId\":\"Dennis\",\"modelId\":\"inworld-tts-2\",\"audioConfig\":{\"audioEncoding\":\"WAV\"}}" |
  sed 's/.*"audioContent":"\([^"]*\)".*/\1/' | base64 -d >"$2"
