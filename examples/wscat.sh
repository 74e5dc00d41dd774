#!/usr/bin/env bash
# Inworld's socket by hand, with wscat (npm i -g wscat): settings, chunks of a file, endTurn, closeStream.
#   PARLEY_KEY=… examples/wscat.sh speech.wav      (16 kHz, mono, at most 30 s; from a terminal, for wscat ends with its input)
set -euo pipefail
base_url=${PARLEY_URL:-ws://127.0.0.1:8080} # was: wss://api.inworld.ai
config='{"transcribeConfig":{"modelId":"inworld/inworld-stt-1","audioEncoding":"LINEAR16","inworldSttV1Config":{"vadThreshold":0}}}'
chunks=()
while read -r content || [ -n "$content" ]; do
  chunks+=(-x "{\"audioChunk\":{\"content\":\"$content\"}}")
done < <(base64 <"$1" | tr -d '\n' | fold -w 16000)
# -w -1: stay until the server closes, which it does after closeStream.
"${WSCAT:-wscat}" -c "$base_url/stt/v1/transcribe:streamBidirectional" -H "Authorization: Basic $PARLEY_KEY" \
  -w -1 -x "$config" "${chunks[@]}" -x '{"endTurn":{}}' -x '{"closeStream":{}}'
