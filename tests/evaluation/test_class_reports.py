import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from humancentric.evaluation import metrics


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_classes_are_scored_as_scikit_learn_scores_them(seed, multi):
    rng = np.random.default_rng(seed)
    samples, classes = int(rng.integers(1, 20)), 4
    answers = {number: rng.random((samples, classes)) for number in (3, 1)}
    truth = rng.integers(0, 2, (samples, classes)) if multi else rng.integers(classes, size=samples)
    task = "multi-label" if multi else "single-label"
    rows = metrics.report(truth, answers, list("abcd"), task, 0.4)
    assert [row["class"] for row in rows] == list("abcd")
    for position, answer in enumerate(answers.values()):
        predicted = answer > 0.4 if multi else answer.argmax(axis=1)
        expected = precision_recall_fscore_support(truth, predicted, labels=range(classes), zero_division=0)
        for name, values in zip(("precision", "recall", "f1"), expected, strict=False):
            assert [row[name][position] for row in rows] == pytest.approx(values, abs=1e-6)
        assert [row["support"] for row in rows] == expected[3].tolist()


def test_no_samples_give_no_report():
    assert metrics.report(np.zeros(0, int), {0: np.zeros((0, 2))}, ["a", "b"], "single-label", 0.5) == []
