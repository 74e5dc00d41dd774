"""Log-mel features exactly as sherpa-onnx computes them: Kaldi's filter bank without dither, edges reflected."""
import math

import torch

SAMPLE_RATE = 8000
BINS = 40
SHIFT = 80
LENGTH = 200
FFT = 256
LOW_HZ = 20.0
HIGH_HZ = SAMPLE_RATE / 2 - 400.0
SILENCE = math.log(torch.finfo(torch.float32).eps)


def _mel(hz):
    return 1127.0 * math.log(1.0 + hz / 700.0)


def filter_bank():
    """Triangles that are straight in mel, as [FFT / 2, BINS] (the bin at the Nyquist frequency weighs nothing)."""
    low, high = _mel(LOW_HZ), _mel(HIGH_HZ)
    step = (high - low) / (BINS + 1)
    weights = torch.zeros(FFT // 2, BINS)
    for k in range(FFT // 2):
        mel = _mel(k * SAMPLE_RATE / FFT)
        for b in range(BINS):
            left, centre, right = low + b * step, low + (b + 1) * step, low + (b + 2) * step
            if left < mel < right:
                weights[k, b] = (mel - left) / step if mel <= centre else (right - mel) / step
    return weights


_BANK = filter_bank()
_WINDOW = (0.5 - 0.5 * torch.cos(2 * math.pi * torch.arange(LENGTH) / (LENGTH - 1))) ** 0.85


def log_mel(samples):
    """[..., samples] in -1..1 -> [..., frames, BINS]."""
    count = (samples.shape[-1] + SHIFT // 2) // SHIFT
    before = LENGTH // 2 - SHIFT // 2
    after = max(0, (count - 1) * SHIFT + LENGTH - before - samples.shape[-1])
    left = samples[..., :before].flip(-1)
    right = samples[..., samples.shape[-1] - after :].flip(-1)
    frames = torch.cat([left, samples, right], -1).unfold(-1, LENGTH, SHIFT)[..., :count, :]
    frames = frames - frames.mean(-1, keepdim=True)
    previous = torch.cat([frames[..., :1], frames[..., :-1]], -1)
    frames = (frames - 0.97 * previous) * _WINDOW
    power = torch.fft.rfft(frames, FFT).abs() ** 2
    return (power[..., : FFT // 2] @ _BANK).clamp_min(torch.finfo(torch.float32).eps).log()
