"""Weights -> the files that ship. Usage: export.py MIXTURE.npz NETWORK.pt FOLDER. Their forms are those of `weights.ts` and `network.ts`."""
import sys
from pathlib import Path

import numpy as np
import torch


def floats(*arrays):
    return [np.asarray(array).astype("<f4").reshape(-1) for array in arrays]


def mixture_parts(model):
    mixtures, width = model["means"].shape
    projection = model["projection"]
    scales = np.abs(projection).max(0) / 32767
    names = ("feature_means", "feature_scales", "priors", "means", "variances", "center")
    return [
        np.array([mixtures, width, projection.shape[1], 0], "<i4"),
        *floats(*(model[name] for name in names), scales),
        np.round(projection / scales).astype("<i2").reshape(-1),
    ]


def network_parts(saved):
    """Norms become a gain and a shift behind each layer, the one before the last layer a part of it."""
    state = {name: value.numpy().astype(np.float64) for name, value in saved["network"].items()}

    def norm(index):
        name = f"norms.{index}."
        gain = state[name + "weight"] / np.sqrt(state[name + "running_var"] + 1e-5)
        return gain, state[name + "bias"] - state[name + "running_mean"] * gain

    def layer(weights, bias, gain, shift):
        rows = weights.reshape(len(weights), -1)
        scales = np.abs(rows).max(1) / 32767
        return [*floats(bias, gain, shift, scales), np.round(rows / scales[:, None]).astype("<i2").reshape(-1)]

    names = ["first", "wider.0", "wider.1", "wider.2", "last"]
    convolutions = [
        part
        for index, name in enumerate(names)
        for part in layer(state[name + ".weight"].transpose(0, 2, 1), state[name + ".bias"], *norm(index))
    ]
    out, (gain, shift) = state["out.weight"], norm(5)
    size = len(out)
    return [
        np.array([len(saved["means"]), len(state["first.bias"]), size, 0], "<i4"),
        *floats(saved["means"], [saved["deviation"]]),
        *convolutions,
        *layer(out * gain[None], state["out.bias"] + out @ shift, np.ones(size), np.zeros(size)),
    ]


def main():
    mixture, network, folder = sys.argv[1:4]
    files = {
        "weights.bin": mixture_parts(dict(np.load(mixture))),
        "network.bin": network_parts(torch.load(network, map_location="cpu")),
    }
    for name, parts in files.items():
        (Path(folder) / name).write_bytes(b"".join(part.tobytes() for part in parts))


main()
