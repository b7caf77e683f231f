"""Agreement of clusters with classes: scikit-learn's numbers, hand-counted purity, and the jackknife of the metrics."""

import numpy as np
import pytest
from sklearn import metrics

from humancentric.evaluation import cluster_agreement as agreement
from humancentric.evaluation.bootstrap import Population

SCIKIT = {
    "ami": metrics.adjusted_mutual_info_score,
    "ari": metrics.adjusted_rand_score,
    "v_measure": metrics.v_measure_score,
}


def labelled(size: int, classes: int, right: float, rng: np.random.Generator):
    truth = rng.integers(classes, size=size)
    return truth, np.where(rng.random(size) < right, (truth + 1) % classes, rng.integers(classes, size=size))


def test_purity_is_hand_counted_over_all_labels():
    # cluster 0: labels a a+b b -> a and b are carried by two each, the first is taken; cluster 1: c, a+c
    indicators = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1]])
    found = agreement.majority(indicators, np.array([0, 0, 0, 1, 1]))
    assert found.tolist() == [1, 1, 0, 1, 1]


def test_metrics_equal_scikit_learns_also_from_the_table():
    truth, assigned = labelled(300, 5, 0.5, np.random.default_rng(0))
    found = agreement.agreement(truth, assigned)
    assert found == {name: pytest.approx(of(truth, assigned)) for name, of in SCIKIT.items()}
    table = metrics.cluster.contingency_matrix(truth, assigned)
    expected = metrics.cluster.expected_mutual_information(table, 300)
    of_table = agreement.of_tables(table[None].astype(float), expected)
    assert {name: float(value[0]) for name, value in of_table.items()} == pytest.approx(found)


def test_values_are_the_jackknife_over_samples():
    truth, assigned = labelled(200, 4, 0.4, np.random.default_rng(1))
    found = agreement.agreement(truth, assigned)
    values = agreement.values(truth, assigned, found)
    for name, of in SCIKIT.items():
        left_out = np.array([of(np.delete(truth, i), np.delete(assigned, i)) for i in range(200)])
        jackknife = found[name] + 199 * (left_out.mean() - left_out)
        assert values[name].mean() == pytest.approx(found[name], abs=1e-9)
        np.testing.assert_allclose(values[name], jackknife, atol=0.01 * jackknife.std())


@pytest.mark.parametrize("truth", [[0, 0, 0, 0], [0, 1, 0, 1], [0, 1, 2, 3], [0, 1]])
@pytest.mark.parametrize("assigned", [[0, 0, 0, 0], [0, 1, 0, 1], [1, 1, 0, 0], [3, 2, 1, 0]])
def test_degenerate_tables_give_finite_values(truth, assigned):
    truth, assigned = np.array(truth), np.array(assigned[: len(truth)])
    found = agreement.agreement(truth, assigned)
    values = agreement.values(truth, assigned, found)
    for name in found:
        assert np.isfinite(values[name]).all()
        assert values[name].mean() == pytest.approx(found[name])


def test_intervals_over_samples_cover_the_truth():
    rng = np.random.default_rng(3)
    truth, assigned = labelled(200_000, 4, 0.4, rng)
    limits = agreement.agreement(truth, assigned)
    covered, runs = dict.fromkeys(limits, 0), 150
    for run in range(runs):
        truth, assigned = labelled(250, 4, 0.4, rng)
        values = agreement.values(truth, assigned, agreement.agreement(truth, assigned))
        cells = {(name,): own[:, None] for name, own in values.items()}
        population = Population(str(run), cells, list(map(str, range(250))), resamples=300)
        for name, limit in limits.items():
            ends = population.mean((name,)).interval()
            covered[name] += ends.low <= limit <= ends.high
    # The V-measure of a small sample is above that of a large one, for which only the other two correct.
    assert min(covered["ami"], covered["ari"]) >= 0.9 * runs, covered
