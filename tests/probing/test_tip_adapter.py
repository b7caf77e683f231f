from dataclasses import replace

import numpy as np
import pytest

from humancentric.probing import fold_scaling, kinds
from humancentric.probing.kinds import tip
from humancentric.probing.probe import TrainingData

TIP = kinds.kind_of({"kind": "tip"})
ROW = {"kind": "tip", "features": "normalised", "shots": 4, "alpha": 1.5, "beta": 5.5, "threshold": 0.5}


def unit(rng, *shape):
    return fold_scaling.to_unit_length(rng.normal(size=shape).astype(np.float32), [shape[1]])


def data(multi=False, n=60):
    rng = np.random.default_rng(0)
    targets = (rng.random((n, 3)) < 0.4).astype(np.uint8) if multi else rng.integers(3, size=n)
    return TrainingData(
        unit(rng, n, 8), targets, 3, "multi-label" if multi else "single-label", unit(rng, 3, 8)
    ), rng


@pytest.mark.parametrize("scale", [100, 10])
def test_one_label_is_the_formula_of_the_paper(monkeypatch, scale):
    monkeypatch.setattr(tip, "BLOCK", 3)
    problem, rng = data()
    problem = replace(problem, logit_scale=scale)
    head = TIP.fit(problem, ROW, [0])[0]
    queries = unit(rng, 10, 8)
    keys, labels = head["keys"].float().numpy(), head["values"].numpy()
    assert labels.sum(axis=0).tolist() == [4, 4, 4]
    logits = scale * queries @ problem.prompts.T + 1.5 * np.exp(-5.5 * (1 - queries @ keys.T)) @ labels
    expected = np.exp(logits - logits.max(1, keepdims=True))
    found = TIP.probabilities(head, queries, problem.task, ROW)
    np.testing.assert_allclose(found, expected / expected.sum(1, keepdims=True), atol=1e-4)


def test_seeds_draw_the_cache_and_do_not_depend_on_each_other():
    problem, _ = data()
    five, six = TIP.fit(problem, ROW, range(5)), TIP.fit(problem, ROW, range(6))
    assert all((five[seed]["keys"] == six[seed]["keys"]).all() for seed in five)
    assert not (five[0]["keys"] == five[1]["keys"]).all()


def test_the_average_sample_has_the_share_of_each_of_several_labels():
    problem, _ = data(multi=True, n=4000)
    row = {**ROW, "alpha": 1e-6}
    head = TIP.fit(problem, row, [0])[0]
    mean = problem.inputs.mean(axis=0, keepdims=True)
    found = TIP.probabilities(head, mean, problem.task, row)
    assert found[0] == pytest.approx(problem.targets.mean(axis=0), abs=1e-3)


def test_classes_with_few_or_no_samples_have_a_result():
    problem, rng = data(n=5)
    problem = TrainingData(problem.inputs, np.array([0, 0, 0, 0, 1]), 3, problem.task, problem.prompts)
    head = TIP.fit(problem, ROW, [0])[0]
    assert head["values"].sum(axis=0).tolist() == [4, 1, 0]
    assert np.isfinite(TIP.probabilities(head, unit(rng, 7, 8), problem.task, ROW)).all()
