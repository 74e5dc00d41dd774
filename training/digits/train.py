"""Trains the digit recognizer. Usage: train.py RECORDINGS OUT.pt [STEPS] [--from WEIGHTS.pt] [--without SPEAKER]

`--from` goes on with weights that were trained before, at a rate that falls to nothing over the steps.
`--without` leaves one more speaker out and checks on that one: for comparing recipes without touching the test speakers.
"""
import sys
import time

import numpy as np
import torch

from data import HELD_OUT, example, recordings
from features import SILENCE, log_mel
from model import BLANK, PAST, SUBSAMPLING, Digits, normalise

BATCH = 32


def batch(by_speaker, random):
    pairs = sorted((example(by_speaker, random) for _ in range(BATCH)), key=lambda pair: len(pair[0]))
    features = [log_mel(torch.from_numpy(samples)) for samples, _ in pairs]
    counts = torch.tensor([len(f) // SUBSAMPLING for f in features])
    x = torch.full((BATCH, int(counts.max()) * SUBSAMPLING, features[0].shape[1]), SILENCE)
    for i, f in enumerate(features):
        # Vocal tracts differ in length: stretch the mel axis a little.
        warp = float(random.uniform(0.9, 1.12))
        place = (torch.arange(f.shape[1]) * warp).clamp(max=f.shape[1] - 1.001)
        low = place.long()
        f = f[:, low] * (1 - (place - low)) + f[:, low + 1] * (place - low)
        n = int(counts[i]) * SUBSAMPLING
        x[i, :n] = f[:n]
        for _ in range(2):
            width, start = int(random.integers(0, 6)), int(random.integers(0, f.shape[1]))
            x[i, :, start : start + width] = -8.0
            width, start = int(random.integers(0, 8)), int(random.integers(0, n))
            x[i, start : min(n, start + width)] = -8.0
    past = torch.zeros(BATCH, x.shape[2], PAST)
    targets = [torch.tensor(digits, dtype=torch.long) for _, digits in pairs]
    return torch.cat([past, normalise(x).transpose(1, 2)], 2), counts, targets


def words(log_probs):
    """Greedy reading of [frames, 11]."""
    best = log_probs.argmax(-1).tolist()
    return [b for i, b in enumerate(best) if b != BLANK and (i == 0 or b != best[i - 1])]


def hear(net, samples):
    features = log_mel(torch.from_numpy(np.concatenate([samples, np.zeros(4000, np.float32)])))
    features = features[: len(features) // SUBSAMPLING * SUBSAMPLING]
    x = torch.cat([torch.zeros(1, features.shape[1], PAST), normalise(features).T[None]], 2)
    with torch.no_grad():
        return words(net(x)[0])


def main():
    folder, out = sys.argv[1:3]
    steps = int(sys.argv[3]) if len(sys.argv) > 3 and sys.argv[3].isdigit() else 4000
    without = sys.argv[sys.argv.index("--without") + 1] if "--without" in sys.argv else None
    torch.manual_seed(1)
    random = np.random.default_rng(1)
    left_out = (*HELD_OUT, without)
    training = recordings(folder, lambda speaker, number: speaker not in left_out and number >= 5)
    check = recordings(
        folder, lambda speaker, number: speaker not in HELD_OUT and number < 5 and without in (None, speaker)
    )
    by_speaker = {}
    for entry in training:
        by_speaker.setdefault(entry[1], []).append(entry)
    print({speaker: len(entries) for speaker, entries in by_speaker.items()}, "check", len(check), flush=True)
    net = Digits()
    print("parameters", sum(p.numel() for p in net.parameters()))
    optimizer = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=1e-2)
    if "--from" in sys.argv:
        net.load_state_dict(torch.load(sys.argv[sys.argv.index("--from") + 1]))
        random = np.random.default_rng(2)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.0, 1 - step / steps))
    else:
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps, pct_start=0.1)
    loss_of = torch.nn.CTCLoss(blank=BLANK, zero_infinity=True)
    average, started = None, time.time()
    for step in range(1, steps + 1):
        x, counts, targets = batch(by_speaker, random)
        lengths = torch.tensor([len(t) for t in targets])
        loss = loss_of(net(x).transpose(0, 1), torch.cat(targets), counts, lengths)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.step()
        schedule.step()
        average = loss.item() if average is None else 0.98 * average + 0.02 * loss.item()
        if step % 250 == 0 or step == steps:
            net.eval()
            right = sum(hear(net, samples) == [digit] for digit, _, _, samples in check)
            net.train()
            print(step, f"loss {average:.3f} check {right / len(check):.3f} {time.time() - started:.0f} s", flush=True)
            torch.save(net.state_dict(), out)


if __name__ == "__main__":
    main()
