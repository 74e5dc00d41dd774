"""Training examples made on the fly: digits of one speaker in a row, at many speeds, levels, rooms and noises."""
import math
import wave
from pathlib import Path

import numpy as np

from features import SAMPLE_RATE

HELD_OUT = ("nicolas", "theo", "yweweler")


def read(path):
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.float32) / 32768


def recordings(folder, wanted):
    """[(digit, speaker, number, samples)] of the speakers and numbers that `wanted` accepts, in a fixed order."""
    found = []
    for path in sorted(Path(folder).glob("*.wav")):
        digit, speaker, number = path.stem.split("_")
        if wanted(speaker, int(number)):
            found.append((int(digit), speaker, int(number), read(path)))
    return found


def _speed(samples, factor):
    """Faster and higher (factor > 1) or slower and lower."""
    length = max(1, int(len(samples) / factor))
    return np.interp(np.arange(length) * factor, np.arange(len(samples)), samples).astype(np.float32)


def _tempo(samples, factor):
    """Longer or shorter at the same pitch: overlapping windows, each laid where it fits the last one best."""
    window, hop, seek = 240, 120, 60
    shape = np.hanning(window).astype(np.float32)
    out = np.zeros(int(len(samples) / factor) + 2 * window, np.float32)
    padded = np.concatenate([samples, np.zeros(window + 2 * seek, np.float32)])
    at, place = 0, 0
    while int(at * factor) < len(samples):
        target = int(at * factor)
        if at > 0:
            best, expected = -np.inf, padded[place + hop : place + hop + window]
            for candidate in range(max(0, target - seek), target + seek, 4):
                piece = padded[candidate : candidate + window]
                if len(piece) < window or len(expected) < window:
                    break
                score = float(piece @ expected)
                if score > best:
                    best, target = score, candidate
        place = min(target, len(padded) - window)
        out[at : at + window] += padded[place : place + window] * shape
        at += hop
    return out[:at]


def _tilt(samples, random):
    """A random smooth filter: another microphone."""
    spectrum = np.fft.rfft(samples)
    hz = np.linspace(0, SAMPLE_RATE / 2, len(spectrum))
    points = np.array([0, 300, 900, 1800, 2800, 4000])
    gain = np.interp(hz, points, random.normal(0, 4, len(points)))
    return np.fft.irfft(spectrum * 10 ** (gain / 20), len(samples)).astype(np.float32)


def _room(samples, random):
    length = int(random.uniform(0.03, 0.25) * SAMPLE_RATE)
    response = random.normal(0, 1, length) * np.exp(-np.arange(length) / (length / 5))
    response[0] = random.uniform(2, 12)
    response /= np.sqrt((response**2).sum())
    size = 1 << math.ceil(math.log2(len(samples) + length))
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(response, size), size)
    return wet[: len(samples)].astype(np.float32)


def _noise(length, random):
    """White to brown noise, sometimes with a hum, sometimes with another loudness every 100 ms."""
    spectrum = np.fft.rfft(random.normal(0, 1, length))
    hz = np.maximum(np.fft.rfftfreq(length, 1 / SAMPLE_RATE), 50)
    noise = np.fft.irfft(spectrum / hz ** random.uniform(0, 1.2), length)
    noise /= noise.std() + 1e-9
    if random.random() < 0.25:
        hum = random.choice([50, 60, 100, 120, 440, random.uniform(200, 1500)])
        noise += random.uniform(0.3, 2) * np.sin(2 * np.pi * hum * np.arange(length) / SAMPLE_RATE)
    if random.random() < 0.3:
        steps = np.repeat(10 ** random.uniform(-0.7, 0.5, length // 800 + 1), 800)[:length]
        noise *= steps
    return (noise / (noise.std() + 1e-9)).astype(np.float32)


def example(by_speaker, random):
    """One training example: (samples, digits). Backward speech and babble of it count as nothing said."""
    speaker = random.choice(list(by_speaker))
    speed = float(np.exp(random.uniform(math.log(0.8), math.log(1.4))))
    tempo = float(np.exp(random.uniform(math.log(0.75), math.log(1.3)))) if random.random() < 0.5 else 1.0
    parts, digits = [np.zeros(int(random.uniform(0, 0.6) * SAMPLE_RATE), np.float32)], []
    for _ in range(random.integers(0, 7)):
        digit, _, _, samples = by_speaker[speaker][random.integers(len(by_speaker[speaker]))]
        samples = _speed(samples / (np.abs(samples).max() + 1e-6) * random.uniform(0.5, 1), speed)
        if tempo != 1.0:
            samples = _tempo(samples, tempo)
        if random.random() < 0.04:
            samples = samples[::-1]
        else:
            digits.append(digit)
        parts += [samples, np.zeros(int(random.uniform(0.0, 1.0) ** 2 * 0.8 * SAMPLE_RATE), np.float32)]
    parts.append(np.zeros(int(random.uniform(0.3, 0.8) * SAMPLE_RATE), np.float32))
    clean = np.concatenate(parts)
    if random.random() < 0.5:
        clean = _tilt(clean, random)
    if random.random() < 0.3:
        clean = _room(clean, random)
    loud = np.abs(clean).max() + 1e-6
    clean = clean / loud
    level = float(np.sqrt((clean**2).mean())) if digits else 0.1
    noise = _noise(len(clean), random) * level * 10 ** (-random.uniform(3, 45) / 20)
    mixed = (clean + noise) * 10 ** (random.uniform(-32, -1) / 20)
    # Digital silence at the end: what a recognizer is fed to push the last word out.
    silent = int(random.uniform(0, 0.4) * SAMPLE_RATE) if random.random() < 0.5 else 0
    if silent:
        mixed = np.concatenate([mixed, np.zeros(silent, np.float32)])
    return np.clip(mixed, -1, 1).astype(np.float32), digits
