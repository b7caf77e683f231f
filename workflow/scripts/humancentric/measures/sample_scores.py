"""The score of every single sample, from stored predictions: what resampling and slicing work on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from humancentric import labels
from humancentric.measures import answers


@dataclass(frozen=True)
class SampleScores:
    """Scores (n, seeds) of the samples of one split, sorted by id: 0 or 1 for one label, F1 for several."""

    ids: list[str]
    values: np.ndarray


def read(path: str | Path, samples: labels.Samples, task: str, split: str = "test") -> SampleScores:
    """Return the scores of `samples` by the predictions at `path`, those of other splits left out.

    Raises `UserError` as `answers.read` does. Without samples there is one column.
    """
    found = answers.read(path, samples, task, split)
    return SampleScores([], np.empty((0, 1))) if found is None else SampleScores(found.ids, found.scores())
