"""What `src/signal` computes, in numpy: mel levels of 16 kHz audio every 10 ms, their cepstra, and how those move."""
import numpy as np

SAMPLE_RATE = 16000
SIZE = 512
HOP = 160
BANDS = 40
CEPSTRA = 20
FLOOR = 1e-10
# Coefficients of the cepstrum that are the outline of a spectrum; the rest is its fine structure.
OUTLINE = 24


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


def power(samples):
    """[samples] in -1..1 -> [frames, bins]."""
    samples = np.pad(samples, (0, max(0, SIZE - len(samples))))
    frames = np.lib.stride_tricks.sliding_window_view(samples, SIZE)[::HOP] * _WINDOW
    return (np.abs(np.fft.rfft(frames, axis=1).astype(np.complex64)) ** 2 / SIZE**2).astype(np.float32)


def levels(spectra):
    """Power -> [frames, BANDS] in dB."""
    return (10 * np.log10(spectra @ _BANK + FLOOR)).astype(np.float32)


def cepstra(of_levels):
    """Levels -> [frames, 2 * CEPSTRA]: the cepstra, and their slopes over 50 ms."""
    plain = of_levels.astype(np.float32) @ _COSINES.T
    edge = np.concatenate([plain[:1], plain[:1], plain, plain[-1:], plain[-1:]])
    slope = (2 * (edge[4:] - edge[:-4]) + edge[3:-1] - edge[1:-3]) / 10
    return np.concatenate([plain, slope], 1).astype(np.float32)


def effort(spectra, amount, pitch):
    """Power of the same speaker with another vocal effort, -1..1: harmonics `pitch` times as far apart, the first formant
    higher and the spectrum flatter where it is more (H. Traunmueller and A. Eriksson, JASA 107, 2000)."""
    bins = spectra.shape[1]
    log = np.log(spectra + 1e-12)
    mirrored = np.concatenate([log, log[:, -2:0:-1]], 1)
    coefficients = np.fft.rfft(mirrored, axis=1).real[:, :OUTLINE].astype(np.float32) / mirrored.shape[1]
    coefficients[:, 1:] *= 2
    k = np.arange(bins)
    outline = coefficients @ np.cos(2 * np.pi * np.arange(OUTLINE)[:, None] * k / mirrored.shape[1]).astype(np.float32)
    fine = log - outline

    def moved(rows, place):
        low = np.clip(place.astype(int), 0, bins - 2)
        share = np.clip(place - low, 0, 1).astype(np.float32)
        return rows[:, low] * (1 - share) + rows[:, low + 1] * share

    harmonics = moved(fine, k / pitch)
    beyond = k / pitch > bins - 1
    harmonics[:, beyond] = fine[:, ::-1][:, : int(beyond.sum())]
    hz = k * SAMPLE_RATE / SIZE
    wider = 1 + 0.15 * amount * np.exp(-((hz / 1100) ** 2)) + 0.03 * amount
    tilt = 3.5 * amount * np.clip(np.log2(np.maximum(hz, 100) / 500), -1, 3)
    return np.exp(harmonics + moved(outline, np.minimum(k / wider, bins - 1.001)) + tilt * np.log(10) / 10).astype(np.float32)
