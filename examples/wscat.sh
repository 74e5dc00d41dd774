#!/usr/bin/env bash
# Inworld's socket by hand, with wscat (npm i -g wscat): settings, a chunk of a file, endTurn; read what comes, ^C ends it.
#   PARLEY_KEY=… examples/wscat.sh speech.wav
set -euo pipefail
base_url=${PARLEY_URL:-ws://127.0.0.1:8080} # was: wss://api.inworld.ai
wscat=${WSCAT:-wscat}
$wscat -c "$base_url/stt/v1/transcribe:streamBidirectional" -H "Authorization: Basic $PARLEY_KEY" -w "${WAIT_SECONDS:-5}" \
  -x '{"transcribeConfig":{"modelId":"inworld/inworld-stt-1","audioEncoding":"LINEAR16","inworldSttV1Config":{"vadThreshold":0}}}' \
  -x "{\"audioChunk\":{\"content\":\"$(base64 <"$1" | tr -d '\n')\"}}" \
  -x '{"endTurn":{}}'
