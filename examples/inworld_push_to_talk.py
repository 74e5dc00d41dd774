#!/usr/bin/env python3
"""Inworld's socket with manual turns, from plain Python: the client alone says when a turn is over.

    PARLEY_KEY=… python3 examples/inworld_push_to_talk.py speech.wav      (16-bit WAV of at most 30 s)

With vadThreshold 0 the audio may come as fast as it likes, so this is also the way to send a short file.
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


async def final(socket):
    """The answer to endTurn: exactly one final."""
    async for message in socket:
        event = json.loads(message)
        if "error" in event:
            sys.exit(event["error"]["message"])
        transcription = event["result"].get("transcription")
        if transcription and transcription["isFinal"]:
            return transcription["transcript"]


async def main(path):
    with wave.open(path, "rb") as clip:
        rate, channels = clip.getframerate(), clip.getnchannels()
        audio = clip.readframes(clip.getnframes())
    url = BASE_URL + "/stt/v1/transcribe:streamBidirectional"
    async with websockets.connect(url, **{HEADERS: {"Authorization": f"Basic {KEY}"}}) as socket:
        config = {
            "modelId": "inworld/inworld-stt-1",
            "audioEncoding": "LINEAR16",
            "sampleRateHertz": rate,
            "numberOfChannels": channels,
            "inworldSttV1Config": {"vadThreshold": 0},
        }
        await socket.send(json.dumps({"transcribeConfig": config}))
        step = rate // 10 * channels * 2
        for start in range(0, len(audio), step):
            content = base64.b64encode(audio[start : start + step]).decode()
            await socket.send(json.dumps({"audioChunk": {"content": content}}))
        await socket.send(json.dumps({"endTurn": {}}))
        print(await final(socket))
        # Here the next turn could follow: more audio, endTurn, its final.
        await socket.send(json.dumps({"closeStream": {}}))


asyncio.run(main(sys.argv[1]))
