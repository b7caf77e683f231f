"""A linear probe that trains in milliseconds: kernel ridge regression."""

import numpy as np


def probe(features, targets, held, penalty=1.0):
    """Train a ridge regression on the rows that are not `held`; return its predictions (rows held, targets)."""
    features = features.toarray() if hasattr(features, "toarray") else np.asarray(features, float)
    features = features - features[~held].mean(axis=0)
    known, mean = features[~held], targets[~held].mean(axis=0)
    weights = np.linalg.solve(known @ known.T + penalty * np.eye(len(known)), targets[~held] - mean)
    return features[held] @ known.T @ weights + mean


def accuracy(features, labels, held, penalty=1.0):
    """Return the accuracy of the probe on the held-out rows."""
    names = sorted(set(labels))
    targets = np.array([[name == label for name in names] for label in labels], float)
    predicted = probe(features, targets, held, penalty).argmax(axis=1)
    return np.mean(np.array(names)[predicted] == np.asarray(labels)[held])
