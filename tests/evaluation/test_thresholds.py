import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humancentric.evaluation import metrics


def samples_f1(truth, predicted):
    return metrics.f1(truth, predicted, axis=1).mean()


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_no_threshold_is_better(seed, coarse):
    rng = np.random.default_rng(seed)
    shape = int(rng.integers(1, 12)), int(rng.integers(2, 5))
    truth = (rng.random(shape) < 0.4).astype(np.uint8)
    answer = rng.random(shape).astype(np.float32)
    if coarse:
        answer = (answer * 4).round() / np.float32(4)
    chosen = metrics.best(truth, answer)
    found = samples_f1(truth, answer > chosen)
    for other in np.unique(answer):
        assert found >= samples_f1(truth, answer > other) - 1e-12
        assert found >= samples_f1(truth, answer > np.nextafter(other, np.float32(-1))) - 1e-12 or other == 0


def test_the_threshold_stands_between_what_is_predicted_and_what_is_not():
    truth = np.array([[1, 0, 0], [1, 1, 0]])
    answer = np.array([[0.3, 0.1, 0.02], [0.4, 0.2, 0.05]], np.float32)
    assert metrics.best(truth, answer) == pytest.approx(0.15)


def test_without_a_label_to_find_it_is_one_half():
    assert metrics.best(np.zeros((3, 2), np.uint8), np.full((3, 2), 0.2, np.float32)) == 0.5


def test_probabilities_next_to_each_other_are_told_apart():
    low = np.float32(0.25)
    answer = np.array([[np.nextafter(low, np.float32(1)), low]], np.float32)
    chosen = metrics.best(np.array([[1, 0]]), answer)
    assert (answer > chosen).tolist() == [[True, False]]
