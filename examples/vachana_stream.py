#!/usr/bin/env python3
"""Vachana's streaming speech-to-text socket, from plain Python: settings in headers, frames of 1024 bytes.

    PARLEY_KEY=… python3 examples/vachana_stream.py speech.wav      (16 kHz, mono)

The base URL is the one line that differs from gnani's own service.
"""

import asyncio
import inspect
import json
import os
import sys
import wave

import websockets

BASE_URL = os.environ.get("PARLEY_URL", "ws://127.0.0.1:8080")  # was: wss://api.vachana.ai
KEY = os.environ["PARLEY_KEY"]

# The name of this argument changed in websockets 14.
HEADERS = "additional_headers" if "additional_headers" in inspect.signature(websockets.connect).parameters else "extra_headers"


async def main(path):
    with wave.open(path, "rb") as clip:
        rate = clip.getframerate()
        audio = clip.readframes(clip.getnframes())
    headers = {"x-api-key-id": KEY, "lang_code": "en-IN", "x-sample-rate": str(rate)}
    async with websockets.connect(BASE_URL + "/stt/v3/stream", **{HEADERS: headers}) as socket:
        connected = json.loads(await socket.recv())
        assert connected["type"] == "connected", connected

        async def speak():
            for start in range(0, len(audio), 1024):
                await socket.send(audio[start : start + 1024])
                await asyncio.sleep(1024 / 2 / rate)

        speaking = asyncio.create_task(speak())
        # The wire has no end-of-stream message: a client hangs up when nothing more comes.
        while True:
            try:
                event = json.loads(await asyncio.wait_for(socket.recv(), 2.0 if speaking.done() else None))
            except asyncio.TimeoutError:
                break
            if event["type"] == "error":
                sys.exit(event["message"])
            if event["type"] == "transcript" and event["text"]:
                print(event["text"])
                if speaking.done():
                    break


asyncio.run(main(sys.argv[1]))
