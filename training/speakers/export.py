"""Weights -> the file that ships. Usage: export.py WEIGHTS.npz OUT.bin. Its form is that of `weights.ts`."""
import sys

import numpy as np


def main():
    model = dict(np.load(sys.argv[1]))
    mixtures, width = model["means"].shape
    projection = model["projection"]
    scales = np.abs(projection).max(0) / 32767
    parts = [np.array([mixtures, width, projection.shape[1], 0], "<i4")]
    for name in ("feature_means", "feature_scales", "priors", "means", "variances", "center"):
        parts.append(model[name].astype("<f4").reshape(-1))
    parts.append(scales.astype("<f4"))
    parts.append(np.round(projection / scales).astype("<i2").reshape(-1))
    with open(sys.argv[2], "wb") as file:
        file.write(b"".join(part.tobytes() for part in parts))


main()
