"""Who speaks in which recording, and stretches of speech made on the fly: at other speeds, levels, rooms and noises."""
from pathlib import Path

import numpy as np
import soundfile

from features import SAMPLE_RATE

# Never trained or tuned on.
RESERVED = {
    "so762": set("0006 0092 0111 0594 0981 1037 2208 2252 2897 3014 3060 3423 5408 9118 9607 9612".split()),
    "emodb": set("09 12 14 15 16".split()),
    "librispeech": set("1089 2414 3080 3331 367 533 7902".split()),
}
# LibriSpeech test-other, kept for choosing between recipes; those above are for the last word.
TUNING = set("1688 1998 2033 2609 3005".split())
# Recordings of the folder whose licence asks that what is made of them has the same.
SHARE_ALIKE = {"pink-noise", "white-noise"}
SPEEDS = (1.0, 0.9, 1.1)


def read(path):
    samples, rate = soundfile.read(str(path), dtype="int16")
    if samples.ndim > 1:
        samples = samples[:, 0]
    if rate != SAMPLE_RATE:
        place = np.arange(int(len(samples) * SAMPLE_RATE / rate)) * (rate / SAMPLE_RATE)
        samples = np.interp(place, np.arange(len(samples)), samples).astype(np.int16)
    return trimmed(samples)


def trimmed(samples):
    """Without the silence before, behind and between: frames 35 dB below the loudest are left out."""
    count = len(samples) // 160
    frames = samples[: count * 160].reshape(count, 160).astype(np.float32)
    level = 10 * np.log10((frames**2).mean(1) + 1)
    loud = np.convolve(level > np.percentile(level, 98) - 35, np.ones(15), "same") > 0
    return samples[: count * 160].reshape(count, 160)[loud].reshape(-1)


def training_speakers(root):
    """{speaker: [samples]} of everyone who may be trained on."""
    root, found = Path(root), {}
    for folder in sorted((root / "so762" / "WAVE").iterdir()):
        speaker = folder.name[len("SPEAKER") :]
        if speaker not in RESERVED["so762"]:
            found["so762-" + speaker] = [read(path) for path in sorted(folder.iterdir(), key=lambda p: p.name)]
    for path in sorted((root / "resem" / "audio_data" / "librispeech_train-clean-100").glob("*.flac")):
        speaker = path.name.split("-")[0]
        if speaker not in RESERVED["librispeech"]:
            found.setdefault("ls-" + speaker, []).append(read(path))
    for path in sorted((root / "emodb" / "wav").glob("*.wav")):
        if path.name[:2] not in RESERVED["emodb"]:
            found.setdefault("emodb-" + path.name[:2], []).append(read(path))
    return found


def held_out(root):
    """Every tenth speaker of speechocean762, as `training_speakers` names them."""
    names = sorted(folder.name[len("SPEAKER") :] for folder in (Path(root) / "so762" / "WAVE").iterdir())
    return {"so762-" + name for name in [name for name in names if name not in RESERVED["so762"]][3::10]}


def noises(root):
    """Background sounds; some of the folder are not Vorbis, and those are left out."""
    found = []
    for path in sorted((Path(root) / "blanket").glob("*.ogg")):
        if path.stem in SHARE_ALIKE:
            continue
        try:
            found.append(read(path)[: 60 * SAMPLE_RATE])
        except soundfile.LibsndfileError:
            pass
    return found


def stretch(samples, length, speed, random):
    """`length` samples out of a recording, at another speed."""
    needed = int(length * speed) + 2
    if len(samples) < needed:
        samples = np.tile(samples, needed // max(1, len(samples)) + 1)
    at = int(random.integers(0, len(samples) - needed + 1))
    piece = samples[at : at + needed].astype(np.float32) / 32768
    if speed == 1.0:
        return piece[:length]
    return np.interp(np.arange(length) * speed, np.arange(needed), piece).astype(np.float32)


def disturbed(piece, sounds, others, random):
    """A room, another microphone, noise or voices behind, a telephone: each sometimes."""
    if random.random() < 0.3:
        decay = random.uniform(0.02, 0.12) * SAMPLE_RATE
        room = np.exp(-np.arange(int(decay * 4)) / decay) * random.standard_normal(int(decay * 4))
        room[0] = random.uniform(2, 12)
        size = len(piece) + len(room)
        piece = np.fft.irfft(np.fft.rfft(piece, size) * np.fft.rfft(room, size), size)[: len(piece)]
    if random.random() < 0.5:
        spectrum = np.fft.rfft(piece)
        hz = np.linspace(0, 1, len(spectrum))
        tilt = random.uniform(-12, 12) * (hz - 0.3) + random.uniform(-4, 4) * np.cos(hz * random.uniform(3, 12))
        spectrum *= 10 ** (tilt / 20)
        if random.random() < 0.25:
            spectrum[hz > 0.44] *= 0.003
            spectrum[hz < 0.03] *= 0.05
        piece = np.fft.irfft(spectrum, len(piece))
    level = np.sqrt((piece**2).mean()) + 1e-6
    if random.random() < 0.5:
        if random.random() < 0.7 and sounds:
            noise = stretch(sounds[int(random.integers(len(sounds)))], len(piece), 1.0, random)
        elif random.random() < 0.5:
            noise = stretch(others[int(random.integers(len(others)))], len(piece), 1.0, random)
        else:
            noise = np.cumsum(random.standard_normal(len(piece))) if random.random() < 0.3 else random.standard_normal(len(piece))
            noise = noise - noise.mean()
        snr = random.uniform(3, 25)
        piece = piece + noise * (level / (np.sqrt((noise**2).mean()) + 1e-6)) * 10 ** (-snr / 20)
    return (piece * (random.uniform(0.02, 0.2) / (np.sqrt((piece**2).mean()) + 1e-6))).clip(-1, 1).astype(np.float32)
