"""Trains the mixture of the speaker encoder. Usage: train.py STRETCHES.npz OUT.npz

A mixture of Gaussians for all voices by expectation maximization; every stretch of speech as the shifts of its means
(Reynolds and others, 2000; Campbell and others, 2006); linear discriminants of those (Fisher) between speakers.
"""
import sys

import numpy as np
from scipy.linalg import eigh

from features import cepstra

MIXTURES = 64
SIZE = 120
RELEVANCE = 8.0
COMPONENTS = 600


def posteriors(model, x):
    m, precision = model["means"], 1 / model["variances"]
    likelihood = -0.5 * ((x * x) @ precision.T - 2 * x @ (m * precision).T)
    likelihood += (np.log(model["priors"]) - 0.5 * ((m * m * precision).sum(1) + np.log(model["variances"]).sum(1)))[None]
    likelihood -= likelihood.max(1, keepdims=True)
    p = np.exp(likelihood)
    return (p / p.sum(1, keepdims=True)).astype(np.float32)


def mixture(frames, random):
    chosen = frames[random.permutation(len(frames))[:200_000]]
    model = {
        "means": chosen[:MIXTURES].copy(),
        "variances": np.ones((MIXTURES, frames.shape[1]), np.float32),
        "priors": np.full(MIXTURES, 1 / MIXTURES, np.float32),
    }
    for _ in range(12):
        p = posteriors(model, chosen)
        n = p.sum(0) + 1e-3
        means = (p.T @ chosen) / n[:, None]
        variances = np.maximum((p.T @ (chosen * chosen)) / n[:, None] - means * means, 0.05)
        model = {"means": means, "variances": variances.astype(np.float32), "priors": (n / n.sum()).astype(np.float32)}
    return model


def shifts(model, features):
    """[frames, width] -> [MIXTURES * width]."""
    x = (features - model["feature_means"]) / model["feature_scales"]
    p = posteriors(model, x)
    n = p.sum(0)
    moved = (p.T @ x - n[:, None] * model["means"]) / (n + RELEVANCE)[:, None]
    return (moved * np.sqrt(model["priors"])[:, None] / np.sqrt(model["variances"])).reshape(-1).astype(np.float32)


def main():
    stretches, out = sys.argv[1:3]
    random = np.random.default_rng(2)
    data = np.load(stretches)
    found, labels = data["levels"], data["labels"]
    chosen = np.sort(random.permutation(len(found))[:6000])
    frames = np.concatenate([cepstra(found[index])[::6] for index in chosen])
    scale = {"feature_means": frames.mean(0), "feature_scales": frames.std(0)}
    model = {**mixture((frames - scale["feature_means"]) / scale["feature_scales"], random), **scale}
    x = np.stack([shifts(model, cepstra(one)) for one in found])
    model["center"] = x.mean(0)
    x -= model["center"]
    n = x.shape[1]
    _, axes = eigh(x.T @ x / len(x), subset_by_index=[n - COMPONENTS, n - 1])
    z = x @ axes
    means = np.stack([z[labels == label].mean(0) for label in range(labels.max() + 1)])
    within = z - means[labels]
    _, discriminants = eigh(
        means.T @ means / len(means),
        within.T @ within / len(within) + 1e-6 * np.eye(COMPONENTS),
        subset_by_index=[COMPONENTS - SIZE, COMPONENTS - 1],
    )
    model["projection"] = (axes @ discriminants[:, ::-1]).astype(np.float32)
    np.savez(out, **model)


if __name__ == "__main__":
    main()
