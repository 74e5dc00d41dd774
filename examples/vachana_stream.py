#!/usr/bin/env python3
"""Vachana's streaming speech-to-text socket, from plain Python: settings in headers, frames of 1024 bytes.

    PARLEY_KEY=… python3 examples/vachana_stream.py speech.wav      (16-bit mono WAV, 8, 16, 44.1 or 48 kHz)

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
FRAME_BYTES = 1024

# The name of this argument changed in websockets 14.
HEADERS = "additional_headers" if "additional_headers" in inspect.signature(websockets.connect).parameters else "extra_headers"


async def speak(socket, audio, rate, open_segments):
    """Sends the audio as a microphone would, waits until all of it has been heard, and hangs up."""
    silence = bytes(rate * 2 * 6 // 10)
    audio += silence
    for start in range(0, len(audio), FRAME_BYTES):
        await socket.send(audio[start : start + FRAME_BYTES])
        await asyncio.sleep(FRAME_BYTES / 2 / rate)
    # The wire has no message for the end: the client closes when nothing more is to come.
    await asyncio.sleep(1)
    while open_segments:
        await asyncio.sleep(0.1)
    await socket.close()


async def main(path):
    with wave.open(path, "rb") as clip:
        rate = clip.getframerate()
        audio = clip.readframes(clip.getnframes())
    headers = {"x-api-key-id": KEY, "lang_code": "en-IN", "x-sample-rate": str(rate)}
    async with websockets.connect(BASE_URL + "/stt/v3/stream", **{HEADERS: headers}) as socket:
        connected = json.loads(await socket.recv())
        assert connected["type"] == "connected", connected
        open_segments = []
        speaking = asyncio.create_task(speak(socket, audio, rate, open_segments))
        async for message in socket:
            event = json.loads(message)
            if event["type"] == "speech_start":
                open_segments.append(event)
            elif event["type"] == "transcript":
                open_segments.pop()
                if event["text"]:
                    print(event["text"])
            elif event["type"] == "error":
                sys.exit(event["message"])
        await speaking


asyncio.run(main(sys.argv[1]))
