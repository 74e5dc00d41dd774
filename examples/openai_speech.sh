#!/usr/bin/env bash
# OpenAI's speech route with curl. The file's ending says how it is written: mp3, opus, aac, flac, wav or pcm.
#   PARLEY_KEY=… examples/openai_speech.sh "Good morning." morning.mp3
set -euo pipefail
base_url=${PARLEY_URL:-http://127.0.0.1:8080}/v1 # was: https://api.openai.com/v1
text=${1//\\/\\\\}
curl -sS --fail-with-body "$base_url/audio/speech" -H "Authorization: Bearer $PARLEY_KEY" \
  -H 'content-type: application/json' -o "$2" \
  -d "{\"model\":\"gpt-4o-mini-tts\",\"voice\":\"onyx\",\"response_format\":\"${2##*.}\",\"input\":\"${text//\"/\\\"}\"}"
