"""Trains the network of the speaker encoder. Usage: network.py STRETCHES.npz OUT.pt [MINUTES]

Convolutions over time, mean and deviation of what they find, one layer; a softmax over speakers with an angular margin
that grows (Snyder and others, 2018; Deng and others, 2019). One thread; what it reaches depends on the time it is given.
"""
import math
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional

BANDS = 40
CHANNELS = 160
SIZE = 128
BATCH = 96
RATE = 2e-3
MARGIN = 0.2
SCALE = 24


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv1d(BANDS, CHANNELS, 5, stride=3)
        self.wider = nn.ModuleList(nn.Conv1d(CHANNELS, CHANNELS, 3, dilation=d, padding=d) for d in (1, 2, 3))
        self.last = nn.Conv1d(CHANNELS, 2 * CHANNELS, 1)
        self.norms = nn.ModuleList(nn.BatchNorm1d(n) for n in (CHANNELS,) * 4 + (2 * CHANNELS, 4 * CHANNELS))
        self.out = nn.Linear(4 * CHANNELS, SIZE)

    def forward(self, x):
        heard = self.norms[0](functional.relu(self.first(x)))
        for norm, layer in zip(self.norms[1:4], self.wider):
            heard = heard + norm(functional.relu(layer(heard)))
        heard = self.norms[4](functional.relu(self.last(heard)))
        deviation = (heard.var(2, unbiased=False) + 1e-4).sqrt()
        return self.out(self.norms[5](torch.cat([heard.mean(2), deviation], 1)))


def input_of(levels, means, deviation):
    """[..., frames, BANDS] in dB; how loud the speech is does not matter."""
    x = (levels.astype(np.float32) - means) / deviation
    return x - x.mean((-2, -1), keepdims=True)


def main():
    stretches, out = sys.argv[1:3]
    seconds = 60 * float(sys.argv[3] if len(sys.argv) > 3 else 40)
    torch.set_num_threads(1)
    torch.manual_seed(3)
    random = np.random.default_rng(5)
    data = np.load(stretches)
    found, labels = data["levels"], data["labels"]
    some = found[::50].astype(np.float32)
    means, deviation = some.mean((0, 1)), float(some.std((0, 1)).mean())
    network, speakers = Network(), int(labels.max()) + 1
    centers = nn.Parameter(torch.randn(speakers, SIZE) * 0.1)
    groups = [{"params": network.parameters()}, {"params": [centers], "weight_decay": 1e-4}]
    optimizer = torch.optim.AdamW(groups, lr=RATE, weight_decay=1e-3)
    begun, step, order = time.time(), 0, []
    while (done := (time.time() - begun) / seconds) < 1:
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1, step / 200) * 0.5 * (1 + math.cos(math.pi * done)) + 1e-5
        if len(order) < BATCH:
            order = list(random.permutation(len(found)))
        chosen = np.array([order.pop() for _ in range(BATCH)])
        length = int(random.integers(110, 190))
        start = int(random.integers(0, found.shape[1] - length))
        x = input_of(found[chosen, start : start + length], means, deviation)
        band = int(random.integers(0, BANDS - 4))
        x[:, :, band : band + int(random.integers(0, 6))] = 0
        prints = functional.normalize(network(torch.from_numpy(np.ascontiguousarray(x.transpose(0, 2, 1)))), dim=1)
        cosines = prints @ functional.normalize(centers, dim=1).T
        right = functional.one_hot(torch.from_numpy(labels[chosen]), speakers).bool()
        margin = MARGIN * min(1, max(0, 4 * (done - 0.1)))
        angles = torch.acos(cosines.clamp(-1 + 1e-5, 1 - 1e-5))
        logits = SCALE * torch.where(right, torch.cos(angles + margin), cosines)
        loss = functional.cross_entropy(logits, torch.from_numpy(labels[chosen]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
        if step % 100 == 0:
            print(step, f"{done:.2f}", f"loss {loss.item():.2f}", flush=True)
    torch.save({"network": network.state_dict(), "means": means, "deviation": deviation}, out)


if __name__ == "__main__":
    main()
