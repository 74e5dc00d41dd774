"""What `src/signal` computes, in numpy: 20 mel cepstra of 16 kHz audio every 10 ms, and how they move."""
import numpy as np

SAMPLE_RATE = 16000
SIZE = 512
HOP = 160
BANDS = 40
CEPSTRA = 20
FLOOR = 1e-10


def _mel(hz):
    return 2595 * np.log10(1 + hz / 700)


def _hz(mel):
    return 700 * (10 ** (mel / 2595) - 1)


def _bank():
    low, high = _mel(60.0), _mel(SAMPLE_RATE / 2)
    edges = _hz(low + (high - low) * np.arange(BANDS + 2) / (BANDS + 1)) * SIZE / SAMPLE_RATE
    bank = np.zeros((SIZE // 2 + 1, BANDS))
    for band in range(BANDS):
        start, peak, end = edges[band : band + 3]
        for k in range(max(1, int(np.floor(start))), min(SIZE // 2, int(np.ceil(end))) + 1):
            bank[k, band] = max(0.0, (k - start) / (peak - start) if k <= peak else (end - k) / (end - peak))
        total = bank[:, band].sum()
        bank[:, band] /= total if total > 0 else 1
    return bank.astype(np.float32)


_BANK = _bank()
_WINDOW = (0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(SIZE) + 0.5) / SIZE)).astype(np.float32)
_COSINES = (
    np.cos(np.pi * np.arange(1, CEPSTRA + 1)[:, None] * (np.arange(BANDS) + 0.5)[None] / BANDS) / BANDS
).astype(np.float32)


def cepstra(samples):
    """[samples] in -1..1 -> [frames, 2 * CEPSTRA]: the cepstra, and their slopes over 50 ms."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, SIZE)[::HOP] * _WINDOW
    power = np.abs(np.fft.rfft(frames, axis=1).astype(np.complex64)) ** 2 / SIZE**2
    plain = 10 * np.log10(power @ _BANK + FLOOR) @ _COSINES.T
    edge = np.concatenate([plain[:1], plain[:1], plain, plain[-1:], plain[-1:]])
    slope = (2 * (edge[4:] - edge[:-4]) + edge[3:-1] - edge[1:-3]) / 10
    return np.concatenate([plain, slope], 1).astype(np.float32)
