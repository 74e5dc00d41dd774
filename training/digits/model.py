"""The network: causal convolutions over log-mel frames, one word or blank out for every 40 ms."""
import torch
from torch import nn

from features import BINS

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
BLANK = 10
CHANNELS = 112
DILATIONS = (1, 2, 4, 3)
SUBSAMPLING = 4
# Frames that one output sees: two strided layers, then the dilated ones at a quarter of the rate.
FIELD = 1 + 2 + 2 * 2 + SUBSAMPLING * 2 * sum(DILATIONS)
# Frames of the past that a chunk needs before its own, so that every 4 new frames give 1 output.
PAST = FIELD - SUBSAMPLING


class Block(nn.Module):
    def __init__(self, dilation):
        super().__init__()
        self.convolution = nn.Conv1d(CHANNELS, CHANNELS, 3, dilation=dilation, bias=False)
        self.norm = nn.BatchNorm1d(CHANNELS)
        self.skip = 2 * dilation

    def forward(self, x):
        return torch.relu(self.norm(self.convolution(x))) + x[..., self.skip :]


class Digits(nn.Module):
    """[N, BINS, PAST + 4 * n] normalised features -> [N, n, 11] log probabilities."""

    def __init__(self, dropout=0.15):
        super().__init__()
        self.front = nn.Sequential(
            nn.Conv1d(BINS, CHANNELS, 3, stride=2, bias=False),
            nn.BatchNorm1d(CHANNELS),
            nn.ReLU(),
            nn.Conv1d(CHANNELS, CHANNELS, 3, stride=2, bias=False),
            nn.BatchNorm1d(CHANNELS),
            nn.ReLU(),
        )
        self.blocks = nn.Sequential(*(nn.Sequential(Block(d), nn.Dropout(dropout)) for d in DILATIONS))
        self.out = nn.Conv1d(CHANNELS, len(WORDS) + 1, 1)

    def forward(self, x):
        return torch.log_softmax(self.out(self.blocks(self.front(x))).transpose(1, 2), -1)


def normalise(features):
    """Log-mel values of speech lie around -8; 0 then is an ordinary value, which the empty past is filled with."""
    return (features + 8.0) * 0.25
