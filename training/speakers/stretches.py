"""Stretches of speech to train on, each in four versions. Usage: stretches.py DATA OUT.npz

As it is; with a room, a filter, a telephone or a noise; with another vocal effort (what acted emotion does to a voice,
made by arithmetic); with both. Every speaker at another speed is another speaker.
"""
import sys

import numpy as np

from data import SPEEDS, disturbed, held_out, noises, stretch, training_speakers
from features import SAMPLE_RATE, effort, levels, power

SECONDS = 2.08


def main():
    root, out = sys.argv[1:3]
    random = np.random.default_rng(11)
    by_speaker = training_speakers(root)
    sounds = noises(root)
    others = [recording for all in by_speaker.values() for recording in all]
    # For choosing: EmoDB's speakers and every tenth of speechocean762 are left out of what ships, too.
    left_out = held_out(root) | {name for name in by_speaker if name.startswith("emodb")}
    found, labels = [], []
    for who, (name, recordings) in enumerate(by_speaker.items()):
        speech = np.concatenate(recordings)
        for place, speed in enumerate(SPEEDS):
            fewest, most = (6, 20) if place == 0 else (4, 8)
            for _ in range(min(most, max(fewest, len(speech) // (2 * SAMPLE_RATE)))):
                plain = stretch(speech, int(SECONDS * SAMPLE_RATE), speed, random)
                for version in range(4):
                    spectra = power(disturbed(plain, sounds, others, random) if version % 2 else plain)
                    if version >= 2:
                        amount = random.uniform(-1, 1)
                        spectra = effort(spectra, amount, 2 ** (0.7 * amount + random.uniform(-0.25, 0.25)))
                        spectra *= 10 ** random.uniform(-1, 1)
                    if name not in left_out:
                        found.append(levels(spectra).astype(np.float16))
                        labels.append(who * len(SPEEDS) + place)
    _, labels = np.unique(labels, return_inverse=True)
    np.savez(out, levels=np.stack(found), labels=labels)
    print(len(by_speaker) - len(left_out), "speakers,", len(found), "stretches")


main()
