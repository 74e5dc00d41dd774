#!/usr/bin/env python3
"""Inworld's streaming speech, from plain Python: each line brings audio, and when its words are spoken.

    PARLEY_KEY=… python3 examples/inworld_speech_stream.py "Good morning." morning.wav

The base URL is the one line that differs from Inworld's own service.
"""

import base64
import json
import os
import sys
import urllib.request
import wave

BASE_URL = os.environ.get("PARLEY_URL", "http://127.0.0.1:8080")  # was: https://api.inworld.ai
KEY = os.environ["PARLEY_KEY"]
SAMPLE_RATE = 24000


def stream(text):
    """The lines of the answer, as they come."""
    body = {
        "text": text,
        "voice_id": "Dennis",
        "model_id": "inworld-tts-2",
        "audio_config": {"audio_encoding": "PCM", "sample_rate_hertz": SAMPLE_RATE},
        "timestamp_type": "WORD",
    }
    request = urllib.request.Request(
        f"{BASE_URL}/tts/v1/voice:stream",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Basic {KEY}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        for line in response:
            if line.strip():
                yield json.loads(line)


def main(text, path):
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        for message in stream(text):
            if "error" in message:
                sys.exit(message["error"]["message"])
            result = message["result"]
            file.writeframes(base64.b64decode(result.get("audioContent", "")))
            words = result.get("timestampInfo", {}).get("wordAlignment", {})
            for word, start in zip(words.get("words", []), words.get("wordStartTimeSeconds", [])):
                if word.strip():
                    print(f"{start:.2f} s: {word}", flush=True)


main(*sys.argv[1:3])
