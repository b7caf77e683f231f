import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn import metrics as reference

from humancentric.evaluation import calibration, metrics

few = settings(max_examples=40, deadline=None)
shapes = st.tuples(st.integers(1, 12), st.integers(2, 6))
# Few distinct values, so that ties and exact thresholds are common.
coarse = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])


@st.composite
def multi(draw):
    shape = draw(shapes)
    truth = draw(hnp.arrays(np.uint8, shape, elements=st.integers(0, 1)))
    return truth, draw(hnp.arrays(np.float64, shape, elements=coarse))


@given(multi())
@few
def test_f1_of_several_labels_is_that_of_scikit_learn(case):
    truth, scores = case
    found = metrics.evaluate(truth, scores, "multi-label")
    for average in ("samples", "macro", "micro"):
        expected = reference.f1_score(truth, scores > 0.5, average=average, zero_division=0)
        assert found[f"f1_{average}"] == pytest.approx(expected, abs=1e-12)


@given(multi())
@few
def test_average_precision_is_that_of_scikit_learn_ties_included(case):
    truth, scores = case
    found = metrics.average_precision(truth, scores)
    for column in range(truth.shape[1]):
        if truth[:, column].any():
            expected = reference.average_precision_score(truth[:, column], scores[:, column])
            assert found[column] == pytest.approx(expected, abs=1e-12)
        else:
            assert np.isnan(found[column])


@given(st.data())
@few
def test_single_label_metrics_are_those_of_scikit_learn(data):
    samples, classes = data.draw(shapes)
    truth = data.draw(hnp.arrays(np.int64, samples, elements=st.integers(0, classes - 1)))
    scores = data.draw(hnp.arrays(np.float64, (samples, classes), elements=coarse))
    predicted = scores.argmax(axis=1)
    found = metrics.evaluate(truth, scores, "single-label")
    assert found["accuracy"] == pytest.approx(reference.accuracy_score(truth, predicted))
    expected = reference.f1_score(truth, predicted, average="macro", labels=range(classes), zero_division=0)
    assert found["f1_macro"] == pytest.approx(expected, abs=1e-12)


def test_a_case_counted_by_hand():
    truth = np.array([[1, 1, 0], [0, 1, 0], [0, 0, 1]])
    scores = np.array([[0.9, 0.2, 0.6], [0.1, 0.8, 0.3], [0.4, 0.4, 0.4]])
    # Films: 2*1/(2+2), 2*1/(1+1), 2*0/(1+0). Classes: 1, 2/3, 0. All: 2*2/(4+3).
    found = metrics.multi_label(truth, scores)
    assert found["f1_samples"] == pytest.approx((0.5 + 1 + 0) / 3)
    assert found["f1_macro"] == pytest.approx((1 + 2 / 3 + 0) / 3)
    assert found["f1_micro"] == pytest.approx(4 / 7)
    # Ranks: first class 1/1; second class hits at ranks 1 and 3; third class a hit at rank 2.
    assert found["map"] == pytest.approx((1 + (1 + 2 / 3) / 2 + 1 / 2) / 3)


def test_exactly_one_half_is_no_prediction():
    assert metrics.multi_label(np.array([[1]]), np.array([[0.5]]))["f1_samples"] == 0


def test_map_leaves_out_classes_without_positives_and_is_zero_without_any():
    scores = np.array([[0.9, 0.1], [0.2, 0.3]])
    assert metrics.multi_label(np.array([[1, 0], [0, 0]]), scores)["map"] == 1
    assert metrics.multi_label(np.zeros((2, 2), int), scores)["map"] == 0


def test_every_metric_has_a_known_name():
    both = metrics.multi_label(np.ones((1, 1)), np.ones((1, 1))) | metrics.single_label(
        np.zeros(1, int), np.ones((1, 1))
    )
    scaled = calibration.evaluate(np.zeros(1, int), np.ones((1, 1)), "single-label", 2.0)
    numbers = metrics.regression(np.array([[1.0, 1], [2, 5]]), np.array([[1.0], [2]]))
    assert set(both) | set(scaled) | set(numbers) == set(metrics.METRICS)
