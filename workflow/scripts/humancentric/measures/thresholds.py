"""The decision threshold of several labels: where the samples-F1 of validation samples is largest."""

import numpy as np

DEFAULT = 0.5


def best(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Return the threshold above which predicting gives the best samples-F1; 0.5 where none gives any.

    `truth` is a 0/1 matrix, `probabilities` (n, n_classes; float32). Every set of predictions that some threshold
    makes is looked at; the threshold stands in the middle between the last probability predicted and the next.
    """
    order = np.argsort(-probabilities, axis=1, kind="stable")
    hits = np.take_along_axis(truth, order, axis=1).cumsum(axis=1)
    values = np.take_along_axis(probabilities, order, axis=1)
    sizes = truth.sum(axis=1, dtype=np.int64)[:, None] + np.arange(1, truth.shape[1] + 1)
    # What a sample's F1 gains by its next most probable label; all gains in the order a falling threshold adds them.
    gains = np.diff(2 * hits / sizes, axis=1, prepend=0).ravel()
    falling = np.argsort(-values.ravel(), kind="stable")
    values, score = values.ravel()[falling], gains[falling].cumsum()
    last = np.append(values[1:] != values[:-1], True)  # equal probabilities are predicted together
    values, score = values[last], np.where(values > 0, score, 0)[last]  # no threshold lets a 0 pass
    place = int(score.argmax())
    if score[place] <= 0:
        return DEFAULT
    upper, lower = values[place], np.append(values, np.float32(0))[place + 1]
    middle = (upper + lower) / 2
    return float(middle if middle < upper else lower)
