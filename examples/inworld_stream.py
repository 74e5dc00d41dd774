#!/usr/bin/env python3
"""Inworld's streaming speech-to-text socket, from plain Python: settings, 100 ms chunks, endTurn, the final.

    PARLEY_KEY=… python3 examples/inworld_stream.py speech.wav      (16-bit WAV)

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


async def speak(socket, audio, bytes_per_second):
    """Sends the audio as a microphone would, then says that the turn is over."""
    step = bytes_per_second // 10
    for start in range(0, len(audio), step):
        content = base64.b64encode(audio[start : start + step]).decode()
        await socket.send(json.dumps({"audioChunk": {"content": content}}))
        await asyncio.sleep(0.1)
    await socket.send(json.dumps({"endTurn": {}}))


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
            "language": "en-US",
        }
        await socket.send(json.dumps({"transcribeConfig": config}))
        speaking = asyncio.create_task(speak(socket, audio, rate * channels * 2))
        # A pause ends a turn too, so finals may come before the one that answers endTurn.
        async for message in socket:
            event = json.loads(message)
            if "error" in event:
                sys.exit(event["error"]["message"])
            result = event["result"]
            if "transcription" in result:
                text, is_final = result["transcription"]["transcript"], result["transcription"]["isFinal"]
                if text:
                    print(text if is_final else f"… {text}", file=sys.stdout if is_final else sys.stderr)
                if is_final and speaking.done():
                    await socket.send(json.dumps({"closeStream": {}}))
            elif "usage" in result:
                print(f"{result['usage']['transcribedAudioMs']} ms of audio", file=sys.stderr)


asyncio.run(main(sys.argv[1]))
