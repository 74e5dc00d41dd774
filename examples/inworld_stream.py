#!/usr/bin/env python3
"""Inworld's streaming speech-to-text socket, from plain Python: settings, 100 ms chunks, endTurn, the final.

    PARLEY_KEY=… python3 examples/inworld_stream.py speech.wav

The base URL is the one line that differs from Inworld's own service.
"""

import asyncio
import base64
import inspect
import json
import os
import sys
import wave

import websockets

BASE_URL = os.environ.get("PARLEY_URL", "ws://127.0.0.1:8080")  # was: wss://api.inworld.ai
KEY = os.environ["PARLEY_KEY"]

# The name of this argument changed in websockets 14.
HEADERS = "additional_headers" if "additional_headers" in inspect.signature(websockets.connect).parameters else "extra_headers"


async def main(path):
    with wave.open(path, "rb") as clip:
        rate, channels = clip.getframerate(), clip.getnchannels()
        audio = clip.readframes(clip.getnframes())
    step = rate // 10 * 2 * channels
    url = BASE_URL + "/stt/v1/transcribe:streamBidirectional"
    async with websockets.connect(url, **{HEADERS: {"Authorization": f"Basic {KEY}"}}) as socket:
        config = {
            "modelId": "inworld/inworld-stt-1",
            "audioEncoding": "LINEAR16",
            "sampleRateHertz": rate,
            "numberOfChannels": channels,
            "language": "en-US",
            # One turn, which endTurn ends.
            "inworldSttV1Config": {"vadThreshold": 0},
        }
        await socket.send(json.dumps({"transcribeConfig": config}))
        for start in range(0, len(audio), step):
            content = base64.b64encode(audio[start : start + step]).decode()
            await socket.send(json.dumps({"audioChunk": {"content": content}}))
        await socket.send(json.dumps({"endTurn": {}}))
        async for message in socket:
            event = json.loads(message)
            if "error" in event:
                sys.exit(event["error"]["message"])
            transcription = event["result"].get("transcription")
            if transcription and transcription["isFinal"]:
                print(transcription["transcript"])
                break
        await socket.send(json.dumps({"closeStream": {}}))
        async for message in socket:
            usage = json.loads(message).get("result", {}).get("usage")
            if usage:
                print(f"{usage['transcribedAudioMs']} ms of audio", file=sys.stderr)


asyncio.run(main(sys.argv[1]))
