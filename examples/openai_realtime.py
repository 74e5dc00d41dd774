#!/usr/bin/env python3
"""A spoken turn over OpenAI's Realtime socket, from plain Python: captions of both sides, the answer as a file.

    PARLEY_KEY=… python3 examples/openai_realtime.py question.wav answer.wav      (16-bit mono, 24 kHz)
"""

import asyncio
import base64
import inspect
import json
import os
import sys
import wave

import websockets

BASE_URL = os.environ.get("PARLEY_URL", "ws://127.0.0.1:8080")  # was: wss://api.openai.com
KEY = os.environ["PARLEY_KEY"]
RATE = 24000

# The name of this argument changed in websockets 14.
HEADERS = "additional_headers" if "additional_headers" in inspect.signature(websockets.connect).parameters else "extra_headers"


async def speak(socket, audio):
    # A microphone goes on when nobody speaks; that is how the end of a turn is heard.
    audio += bytes(2 * RATE)
    for start in range(0, len(audio), RATE // 5):
        content = base64.b64encode(audio[start : start + RATE // 5]).decode()
        await socket.send(json.dumps({"type": "input_audio_buffer.append", "audio": content}))


async def main(question, answer):
    with wave.open(question, "rb") as clip:
        audio = clip.readframes(clip.getnframes())
    url = BASE_URL + "/v1/realtime?model=gpt-realtime"
    async with websockets.connect(url, **{HEADERS: {"Authorization": f"Bearer {KEY}"}}) as socket:
        session = {"type": "realtime", "audio": {"input": {"transcription": {"model": "gpt-4o-mini-transcribe"}}}}
        await socket.send(json.dumps({"type": "session.update", "session": session}))
        await speak(socket, audio)
        said = b""
        async for message in socket:
            event = json.loads(message)
            kind = event["type"]
            if kind == "error":
                sys.exit(event["error"]["message"])
            if kind == "conversation.item.input_audio_transcription.completed":
                print("<", event["transcript"])
            elif kind == "response.output_audio.delta":
                said += base64.b64decode(event["delta"])
            elif kind == "response.output_audio_transcript.done":
                print(">", event["transcript"])
            elif kind == "response.done":
                break
    with wave.open(answer, "wb") as clip:
        clip.setnchannels(1)
        clip.setsampwidth(2)
        clip.setframerate(RATE)
        clip.writeframes(said)


asyncio.run(main(*sys.argv[1:]))
