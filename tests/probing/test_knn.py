import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from humancentric.probing import fold_scaling, kinds
from humancentric.probing.kinds import knn
from humancentric.probing.probe import TrainingData

KNN = kinds.kind_of({"kind": "knn"})
ROW = {"kind": "knn", "features": "normalised", "neighbours": 5, "threshold": 0.5}


def data(multi: bool, n: int = 80, seed: int = 0):
    rng = np.random.default_rng(seed)
    inputs = fold_scaling.to_unit_length(rng.normal(size=(n, 6)).astype(np.float32), [4, 2])
    inputs = inputs.astype(np.float16).astype(np.float32)  # keys are kept in half precision
    targets = (rng.random((n, 3)) < 0.4).astype(np.uint8) if multi else rng.integers(3, size=n)
    return TrainingData(inputs, targets, 3, "multi-label" if multi else "single-label"), inputs[:0] + 0, rng


@pytest.mark.parametrize("temperature", [None, 0.2])
@pytest.mark.parametrize("multi", [False, True])
def test_votes_are_those_of_scikit_learn(multi, temperature, monkeypatch):
    monkeypatch.setattr(knn, "BLOCK", 16)
    problem, _, rng = data(multi)
    queries = fold_scaling.to_unit_length(rng.normal(size=(50, 6)).astype(np.float32), [4, 2])
    row = ROW if temperature is None else {**ROW, "temperature": temperature}
    head = KNN.fit(problem, row, [0, 1])
    assert list(head) == [0]
    found = KNN.probabilities(head[0], queries, problem.task, row)
    # Two parts of length one: |x - y|^2 = 4 - 2 x.y
    weights = "uniform" if temperature is None else lambda d: np.exp((2 - d**2 / 2) / temperature)
    reference = KNeighborsClassifier(5, weights=weights, algorithm="brute").fit(
        problem.inputs, problem.targets
    )
    expected = reference.predict_proba(queries)
    if multi:
        expected = np.column_stack([column[:, 1] for column in expected])
    np.testing.assert_allclose(found, expected, atol=2e-3)


def test_more_neighbours_than_samples_are_all_samples():
    problem, _, _ = data(False, n=4)
    head = KNN.fit(problem, {**ROW, "neighbours": 99}, [0])[0]
    found = KNN.probabilities(head, problem.inputs, problem.task, {**ROW, "neighbours": 99})
    shares = np.bincount(problem.targets, minlength=3) / 4
    np.testing.assert_allclose(found, np.tile(shares, (4, 1)))


def test_no_samples_give_no_answers():
    problem, none, _ = data(True)
    head = KNN.fit(problem, ROW, [0])[0]
    assert KNN.probabilities(head, none, problem.task, ROW).shape == (0, 3)
