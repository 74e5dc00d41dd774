#!/usr/bin/env python3
"""Inworld's speech socket, from Python: words are spoken while they are still being written.

    PARLEY_KEY=… python3 examples/inworld_speech_socket.py "Good morning. It is a fine day." spoken.wav

Needs the package `websockets`. The base URL is the one line that differs from Inworld's own service.
"""

import asyncio
import base64
import inspect
import json
import os
import sys
import wave

import websockets

BASE_URL = os.environ.get("PARLEY_URL", "http://127.0.0.1:8080")  # was: https://api.inworld.ai
KEY = os.environ["PARLEY_KEY"]
SAMPLE_RATE = 24000
CONTEXT = "greeting"
# Newer versions of websockets call it otherwise.
HEADERS = "additional_headers" if "additional_headers" in inspect.signature(websockets.connect).parameters else "extra_headers"


async def write(socket, text):
    """A language model would write so, a few letters at a time."""
    for at in range(0, len(text), 5):
        await socket.send(json.dumps({"contextId": CONTEXT, "send_text": {"text": text[at : at + 5]}}))
    await socket.send(json.dumps({"contextId": CONTEXT, "flush_context": {}}))
    await socket.send(json.dumps({"contextId": CONTEXT, "close_context": {}}))


async def main(text, path):
    create = {
        "voiceId": "Dennis",
        "modelId": "inworld-tts-2",
        "audioConfig": {"audioEncoding": "PCM", "sampleRateHertz": SAMPLE_RATE},
        "timestampType": "WORD",
        "autoMode": True,
    }
    url = f"{BASE_URL.replace('http', 'ws', 1)}/tts/v1/voice:streamBidirectional"
    flushed = ended = 0.0
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        async with websockets.connect(url, **{HEADERS: {"Authorization": f"Basic {KEY}"}}) as socket:
            await socket.send(json.dumps({"contextId": CONTEXT, "create": create}))
            writing = asyncio.create_task(write(socket, text))
            async for message in socket:
                result = json.loads(message).get("result", {})
                if result.get("status", {}).get("code", 0) != 0:
                    sys.exit(result["status"]["message"])
                chunk = result.get("audioChunk", {})
                file.writeframes(base64.b64decode(chunk.get("audioContent", "")))
                words = chunk.get("timestampInfo", {}).get("wordAlignment", {})
                starts = words.get("wordStartTimeSeconds", [])
                for word, start, end in zip(words.get("words", []), starts, words.get("wordEndTimeSeconds", [])):
                    ended = flushed + end
                    if word.strip():
                        print(f"{flushed + start:.2f} s: {word}", flush=True)
                # Times begin anew after each flush.
                if "flushCompleted" in result:
                    flushed = ended
                if "contextClosed" in result:
                    break
            await writing


asyncio.run(main(*sys.argv[1:]))
