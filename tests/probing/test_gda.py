import numpy as np
import pytest
import torch
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.preprocessing import StandardScaler

from humancentric.probing import fold_scaling, kinds
from humancentric.probing.kinds import gda
from humancentric.probing.probe import TrainingData

ROW = {"kind": "gda", "features": "raw", "shrinkage": 0.3, "threshold": 0.5}
GDA = kinds.kind_of({"kind": "gda"})


def problem(multi: bool, n: int = 120, width: int = 7, classes: int = 4, seed: int = 0) -> TrainingData:
    rng = np.random.default_rng(seed)
    main = rng.integers(classes, size=n)
    truth = np.eye(classes)[main] + (rng.random((n, classes)) < 0.2 * multi) > 0
    inputs = (
        truth @ rng.normal(size=(classes, width)) + rng.normal(size=(n, width)) * np.arange(1, width + 1) + 5
    )
    return TrainingData(
        inputs.astype(np.float32), truth.astype(np.uint8) if multi else main, classes, "multi-label" if multi else
        "single-label",
    )  # fmt: skip


def answers(data: TrainingData, row, features=None) -> np.ndarray:
    [(seed, head)] = GDA.fit(data, row, [3, 4]).items()
    assert seed == 3
    return GDA.probabilities(head, data.inputs if features is None else features, data.task, row)


@pytest.mark.parametrize("shrinkage", [0.0, 0.05, 0.5, 1.0])
@pytest.mark.parametrize("scaled", ["raw", "standardised"])
def test_one_label_is_scikit_learns_analysis(shrinkage, scaled, monkeypatch):
    monkeypatch.setattr(fold_scaling, "BLOCK", 50)
    data = problem(False)
    features = data.inputs
    if scaled == "standardised":
        features = StandardScaler().fit_transform(features.astype(np.float64))
    reference = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage or None).fit(
        features, data.targets
    )
    found = answers(data, {**ROW, "shrinkage": shrinkage, "features": scaled})
    np.testing.assert_allclose(found, reference.predict_proba(features), atol=2e-4)


@pytest.mark.parametrize("shrinkage", [0.05, 0.5])
def test_several_labels_are_scikit_learns_analysis_of_each(shrinkage):
    data = problem(True)
    found = answers(data, {**ROW, "shrinkage": shrinkage})
    for label in range(data.classes):
        reference = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage)
        expected = reference.fit(data.inputs, data.targets[:, label]).predict_proba(data.inputs)[:, 1]
        np.testing.assert_allclose(found[:, label], expected, atol=2e-4)


def test_automatic_shrinkage_grows_with_the_width_and_falls_with_the_samples():
    row = {**ROW, "shrinkage": "auto"}
    assert gda.shrinkage_of(row, 101, 100) == pytest.approx(0.5)
    assert gda.shrinkage_of(row, 11, 1000) > 0.98
    assert gda.shrinkage_of({**row, "shrinkage": 0.2}, 5, 5) == 0.2


def test_fewer_samples_than_features_and_constant_features_have_a_result():
    few = problem(False, n=9, width=40)
    assert np.isfinite(answers(few, {**ROW, "shrinkage": "auto"})).all()
    flat = TrainingData(np.ones((6, 3), np.float32), np.array([0, 0, 0, 1, 1, 2]), 3, "single-label")
    for shrinkage in (0.0, 0.5, "auto"):
        found = answers(flat, {**ROW, "shrinkage": shrinkage})
        np.testing.assert_allclose(found, np.tile([3 / 6, 2 / 6, 1 / 6], (6, 1)), atol=1e-6)


def test_a_class_or_label_that_nobody_has_is_never_and_one_that_all_have_always_predicted():
    data = problem(False, classes=3)
    more = TrainingData(data.inputs, data.targets, 5, data.task)
    np.testing.assert_allclose(answers(more, ROW)[:, :3], answers(data, ROW), atol=1e-6)
    assert (answers(more, ROW)[:, 3:] == 0).all()
    truth = np.column_stack([np.zeros(120), np.ones(120), data.targets == 1]).astype(np.uint8)
    found = answers(TrainingData(data.inputs, truth, 3, "multi-label"), ROW)
    assert (found[:, 0] == 0).all()
    assert (found[:, 1] == 1).all()
    assert found[:, 2].std() > 0


@pytest.mark.parametrize("scale", [100, 10])
def test_texts_alone_and_the_discriminant_alone_are_the_ends_of_zero_shot_gda(scale):
    data = problem(False)
    unit = fold_scaling.to_unit_length(data.inputs.copy(), [7])
    texts = fold_scaling.to_unit_length(np.random.default_rng(1).normal(size=(4, 7)).astype(np.float32), [7])
    data = TrainingData(unit, data.targets, 4, data.task, texts, logit_scale=scale)
    both = kinds.kind_of({"kind": "zero-shot-gda"})
    row = {**ROW, "kind": "zero-shot-gda", "features": "normalised"}
    for alpha, expected in (
        (1e-9, torch.from_numpy(scale * unit @ texts.T).softmax(1).numpy()),
        (1e6, np.eye(4)[answers(data, {**row, "kind": "gda"}).argmax(1)]),
    ):
        head = both.fit(data, {**row, "alpha": alpha}, [0])[0]
        np.testing.assert_allclose(both.probabilities(head, unit, data.task, row), expected, atol=1e-3)
