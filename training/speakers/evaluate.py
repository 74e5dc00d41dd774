"""How often two voices are taken for one, or one for two, at the likeness where both happen equally often.
Usage: evaluate.py DATA MIXTURE.npz NETWORK.pt [--last]

Without `--last` on speakers that recipes are chosen on; with it on those that are kept for the figures.
"""
import sys
from pathlib import Path

import numpy as np
import torch

from data import RESERVED, TUNING, held_out, read
from features import SAMPLE_RATE, cepstra, levels, power
from network import Network, input_of
from train import shifts

# As in `voiceprint.ts`.
MIXTURE_SHARE = 0.35


def normal(vector):
    return vector / np.linalg.norm(vector)


def voiceprint(model, samples):
    mixture, (network, saved) = model
    heard = levels(power(samples.astype(np.float32) / 32768))
    one = normal((shifts(mixture, cepstra(heard)) - mixture["center"]) @ mixture["projection"])
    with torch.no_grad():
        x = input_of(heard, saved["means"], saved["deviation"])
        other = normal(network(torch.from_numpy(x.T[None].copy()))[0].numpy())
    return np.concatenate([np.sqrt(MIXTURE_SHARE) * one, np.sqrt(1 - MIXTURE_SHARE) * other])


def opened(mixture, network):
    saved = torch.load(network, map_location="cpu")
    made = Network()
    made.load_state_dict(saved["network"])
    return dict(np.load(mixture)), (made.eval(), saved)


def librispeech(root, wanted):
    folders = (Path(root) / "resem" / "audio_data" / "librispeech_test-other").iterdir()
    return [(f.name, read(p)) for f in sorted(folders) if f.name in wanted for p in sorted(f.iterdir())]


def so762(root, wanted):
    folder = Path(root) / "so762" / "WAVE"
    return [(name, read(p)) for name in sorted(wanted) for p in sorted((folder / ("SPEAKER" + name)).iterdir())[:10]]


def cut(recordings, seconds):
    return [(who, samples[: int(seconds * SAMPLE_RATE)]) for who, samples in recordings]


def tuning_trials(root):
    found = librispeech(root, TUNING)
    for seconds in (6, 3, 1.5):
        yield f"LibriSpeech test-other, 5 speakers, {seconds} s", cut(found, seconds)
    left_out = {name.split("-")[1] for name in held_out(root)}
    yield "speechocean762, speakers left out, 3 s", cut(so762(root, left_out), 3)
    emodb = [(p.name[:2], read(p)) for p in sorted((Path(root) / "emodb" / "wav").glob("*.wav"))]
    yield "EmoDB, the 5 others", [(who, samples) for who, samples in emodb if who not in RESERVED["emodb"]]


def last_trials(root):
    """Acted emotions of RAVDESS and EmoDB: the same speaker calm and furious."""
    ten = librispeech(root, RESERVED["librispeech"] | TUNING)
    for seconds in (6, 3, 1.5):
        yield f"LibriSpeech test-other, 10 speakers, {seconds} s", cut(ten, seconds)
    yield "of these the 5 reserved, 3 s", cut(librispeech(root, RESERVED["librispeech"]), 3)
    yield "speechocean762, 16 reserved speakers, 3 s", cut(so762(root, RESERVED["so762"]), 3)
    ravdess = [(p.stem.split("-")[-1], read(p)) for p in sorted((Path(root) / "ravdess").rglob("03-01-*.wav"))]
    yield "RAVDESS, 24 speakers, acted emotions", ravdess
    emodb = [(p.name[:2], read(p)) for p in sorted((Path(root) / "emodb" / "wav").glob("*.wav"))]
    yield "EmoDB, 5 reserved speakers, acted emotions", [(w, s) for w, s in emodb if w in RESERVED["emodb"]]


def equal_error(model, recordings):
    """The rate and the likeness, over all pairs."""
    prints = np.stack([voiceprint(model, samples) for _, samples in recordings])
    likeness = prints @ prints.T
    who = np.array([name for name, _ in recordings])
    upper = np.triu(np.ones(likeness.shape, bool), 1)
    same = (who[:, None] == who[None]) & upper
    positive, negative = np.sort(likeness[same]), np.sort(likeness[~same & upper])
    cuts = np.unique(np.concatenate([positive, negative]))[:: max(1, (len(positive) + len(negative)) // 5000)]
    missed = np.searchsorted(positive, cuts) / len(positive)
    taken = 1 - np.searchsorted(negative, cuts) / len(negative)
    best = int(np.abs(missed - taken).argmin())
    return float((missed[best] + taken[best]) / 2), float(cuts[best])


def main():
    root, mixture, network = sys.argv[1:4]
    model = opened(mixture, network)
    for name, trials in (last_trials if "--last" in sys.argv else tuning_trials)(root):
        rate, at = equal_error(model, trials)
        print(f"{name}: {100 * rate:.1f} % at {at:.2f}, {len(trials)} recordings", flush=True)


if __name__ == "__main__":
    main()
