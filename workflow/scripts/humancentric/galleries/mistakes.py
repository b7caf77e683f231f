"""The mistakes that heads are most sure of, from stored predictions."""

from dataclasses import dataclass

import numpy as np

from humancentric.labels import SINGLE
from humancentric.measures.answers import Answers


@dataclass(frozen=True)
class Mistake:
    """A test sample with a wrong answer: its labels, those predicted, the wrong one and its probability."""

    id: str
    truth: tuple[str, ...]
    predicted: tuple[str, ...]
    wrong: str
    confidence: float


def surest(answers: Answers, count: int) -> list[Mistake]:
    """Return the `count` mistakes of the highest confidence, surest first; of equal ones by id.

    Probabilities are means over seeds. One label: the most probable class is not the sample's. Several: a label above
    the threshold that the sample does not carry; of several such labels the most probable.
    """
    mean = answers.probabilities.mean(axis=1, dtype=np.float64)
    single = answers.task == SINGLE
    carried = np.eye(mean.shape[1], dtype=bool)[answers.truth] if single else answers.truth.astype(bool)
    found = mean == mean.max(axis=1, keepdims=True) if single else mean > answers.threshold
    if single:  # the first of several classes that are equally probable
        found &= found.cumsum(axis=1) == 1
    wrong = np.where(found & ~carried, mean, -1.0)
    sure = wrong.max(axis=1)
    order = [row for row in np.argsort(-sure, kind="stable").tolist() if sure[row] >= 0][:count]

    def names(flags: np.ndarray) -> tuple[str, ...]:
        return tuple(answers.classes[place] for place in np.flatnonzero(flags))

    return [
        Mistake(
            answers.ids[row],
            names(carried[row]),
            names(found[row]),
            answers.classes[int(wrong[row].argmax())],
            float(sure[row]),
        )
        for row in order
    ]
