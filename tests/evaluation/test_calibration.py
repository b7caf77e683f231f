import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from sklearn.metrics import brier_score_loss, log_loss
from torchmetrics.functional import classification as reference

from humancentric.evaluation import calibration


@st.composite
def cases(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    samples, classes = draw(st.integers(1, 40)), draw(st.integers(2, 6))
    logits = rng.normal(size=(samples, classes)) * draw(st.sampled_from([0.1, 1.0, 4.0]))
    # A confidence of exactly 1 has a sixteenth bin of its own in torchmetrics.
    logits = np.clip(logits, -6, 6)
    return logits, rng.integers(classes, size=samples), rng.integers(0, 2, size=(samples, classes))


def softmax(logits):
    return torch.from_numpy(logits).softmax(dim=1).numpy()


@given(cases())
def test_one_label_is_as_scikit_learn_and_torchmetrics_have_it(case):
    logits, truth, _ = case
    answer, classes = softmax(logits).astype(np.float32), logits.shape[1]
    found = calibration.evaluate(truth, answer, "single-label")
    ece = reference.multiclass_calibration_error(
        torch.from_numpy(answer), torch.from_numpy(truth), classes, 15
    )
    assert found["ece"] == pytest.approx(float(ece), abs=1e-6)
    assert found["nll"] == pytest.approx(log_loss(truth, answer, labels=range(classes)), abs=1e-5)
    squares = ((answer - np.eye(classes)[truth]) ** 2).sum(axis=1).mean()
    assert found["brier"] == pytest.approx(squares, abs=1e-6)


@given(cases())
def test_several_labels_are_the_mean_of_each_as_scikit_learn_and_torchmetrics_have_it(case):
    logits, _, truth = case
    answer = (1 / (1 + np.exp(-logits))).astype(np.float32)
    found = calibration.evaluate(truth, answer, "multi-label")
    pairs = [(truth[:, c], answer[:, c]) for c in range(truth.shape[1])]
    ece = [
        reference.binary_calibration_error(torch.from_numpy(a), torch.from_numpy(t), 15).item()
        for t, a in pairs
    ]
    assert found["ece"] == pytest.approx(np.mean(ece), abs=1e-6)
    brier = [brier_score_loss(t, a, pos_label=1, labels=[0, 1]) for t, a in pairs]
    assert found["brier"] == pytest.approx(np.mean(brier), abs=1e-6)
    assert found["nll"] == pytest.approx(np.mean([log_loss(t, a, labels=[0, 1]) for t, a in pairs]), abs=1e-5)


def test_a_case_counted_by_hand():
    # Two samples in the bin of .8, one of them right; one in the bin of .6, right.
    answer = np.array([[0.8, 0.2], [0.8, 0.2], [0.4, 0.6]])
    found = calibration.evaluate(np.array([0, 1, 1]), answer, "single-label")
    assert found["ece"] == pytest.approx((2 * abs(0.8 - 0.5) + abs(0.6 - 1)) / 3)
    assert found["brier"] == pytest.approx((0.08 + 1.28 + 0.32) / 3)
    assert found["nll"] == pytest.approx(-(np.log(0.8) + np.log(0.2) + np.log(0.6)) / 3)


@pytest.mark.parametrize("task", ["single-label", "multi-label"])
@pytest.mark.parametrize("factor", [0.4, 1.0, 3.0])
def test_the_temperature_that_was_planted_is_found_and_is_the_minimum(task, factor):
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(20000, 4))
    honest = softmax(logits) if task == "single-label" else 1 / (1 + np.exp(-logits))
    if task == "single-label":
        truth = (honest.cumsum(axis=1) > rng.random((len(logits), 1))).argmax(axis=1)
    else:
        truth = (rng.random(honest.shape) < honest).astype(np.uint8)
    answer = softmax(logits * factor) if task == "single-label" else 1 / (1 + np.exp(-logits * factor))
    found = calibration.temperature(truth, answer, task)
    assert found == pytest.approx(factor, rel=0.05)
    best = minimize_scalar(
        lambda t: calibration.evaluate(truth, answer, task, t)["nll_scaled"],
        bounds=(0.1, 10),
        method="bounded",
    )
    assert found == pytest.approx(best.x, rel=1e-3)
    after = calibration.evaluate(truth, answer, task, found)
    assert after["nll_scaled"] <= after["nll"] + 1e-9
    assert after["ece_scaled"] < 0.02


def test_temperatures_have_ends_and_probabilities_of_0_and_1_are_finite():
    right, wrong = np.array([[0.9, 0.1]] * 3), np.array([[0.0, 1.0]] * 3)
    truth = np.zeros(3, np.int64)
    assert calibration.temperature(truth, right, "single-label") == pytest.approx(0.05)
    assert calibration.temperature(truth, wrong, "single-label") == pytest.approx(20)
    assert calibration.temperature(truth[:0], right[:0], "single-label") is None
    for task, targets in (("single-label", truth), ("multi-label", np.array([[1, 0]] * 3))):
        assert np.isfinite(list(calibration.evaluate(targets, wrong, task, 2.0).values())).all()


def test_a_temperature_of_one_changes_nothing():
    answer = softmax(np.random.default_rng(1).normal(size=(5, 3)))
    np.testing.assert_allclose(calibration.scaled(answer, "single-label", 1.0), answer, atol=1e-9)
    np.testing.assert_allclose(calibration.scaled(answer, "multi-label", 1.0), answer, atol=1e-9)
