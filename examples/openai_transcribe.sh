#!/usr/bin/env bash
# OpenAI's transcription route with curl.
#   PARLEY_KEY=… examples/openai_transcribe.sh speech.wav [json|text|verbose_json|srt|vtt]
set -euo pipefail
base_url=${PARLEY_URL:-http://127.0.0.1:8080}/v1 # was: https://api.openai.com/v1
curl -sS "$base_url/audio/transcriptions" -H "Authorization: Bearer $PARLEY_KEY" \
  -F file=@"$1" -F model=whisper-1 -F response_format="${2:-text}"
