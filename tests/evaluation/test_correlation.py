"""Metrics of predicted numbers against scipy, scikit-learn and statsmodels, and intervals of Spearman's correlation."""

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import mean_absolute_error, r2_score
from statsmodels.stats.weightstats import DescrStatsW

from humancentric.evaluation import metrics
from humancentric.evaluation.bootstrap import Population
from humancentric.evaluation.estimates import combine

A, B = ("data", "a"), ("data", "b")
RNG = np.random.default_rng(3)
TRUE = RNG.integers(1, 11, 80) / 2  # with ties, as ratings have
FOUND = TRUE + RNG.normal(0, 2, 80).round(1)


def truth(values, weights=None):
    return np.stack([values, np.ones(len(values)) if weights is None else weights], axis=1)


def test_metrics_are_those_of_scipy_and_scikit_learn():
    found = metrics.evaluate(truth(TRUE), FOUND[:, None], "regression")
    assert found == pytest.approx(
        {
            "spearman": stats.spearmanr(TRUE, FOUND).statistic,
            "pearson": stats.pearsonr(TRUE, FOUND).statistic,
            "r2": r2_score(TRUE, FOUND),
            "mae": mean_absolute_error(TRUE, FOUND),
        }
    )


def test_a_hand_counted_case():
    """Ranks 1 2 3 4 against 2 1 3 4: 1 - 6 * 2 / (4 * 15) = .8; errors 1, 1, 0, 2."""
    found = metrics.regression(truth(np.array([1.0, 2, 3, 4])), np.array([[2.0], [1], [3], [6]]))
    assert found["spearman"] == pytest.approx(0.8)
    assert found["mae"] == 1.0
    assert found["r2"] == pytest.approx(1 - 6 / 5)


def test_weighted_metrics_count_a_sample_as_often_as_its_weight_says():
    weights = RNG.integers(1, 5, len(TRUE)).astype(float)
    found = metrics.regression(truth(TRUE, weights), FOUND[:, None])
    repeated = [np.repeat(values, weights.astype(int)) for values in (TRUE, FOUND)]
    assert found["pearson_weighted"] == pytest.approx(stats.pearsonr(*repeated).statistic)
    assert found["r2_weighted"] == pytest.approx(r2_score(*repeated))
    assert found["mae_weighted"] == pytest.approx(mean_absolute_error(*repeated))
    ranks = np.stack([stats.rankdata(TRUE), stats.rankdata(FOUND)], axis=1)
    assert found["spearman_weighted"] == pytest.approx(DescrStatsW(ranks, weights).corrcoef[0, 1])


def test_constant_numbers_have_no_correlation_and_no_warning():
    constant = metrics.regression(truth(TRUE), np.full((len(TRUE), 1), 3.0))
    assert constant["spearman"] == constant["pearson"] == 0
    assert metrics.regression(truth(np.ones(1)), np.full((1, 1), 3.0)) == {
        "spearman": 0.0, "pearson": 0.0, "r2": 0.0, "mae": 2.0,
    }  # fmt: skip
    assert not metrics.spearman_scores(TRUE, np.full(len(TRUE), 3.0)).any()


def test_scores_of_samples_have_the_correlation_as_their_mean_and_its_jackknife_variance():
    scores = metrics.spearman_scores(TRUE, FOUND)
    assert scores.mean() == pytest.approx(stats.spearmanr(TRUE, FOUND).statistic)
    count = len(TRUE)
    left_out = [
        stats.spearmanr(*(np.delete(values, one) for values in (TRUE, FOUND))).statistic
        for one in range(count)
    ]
    pseudo = count * scores.mean() - (count - 1) * np.array(left_out)
    assert np.corrcoef(scores, pseudo)[0, 1] > 0.998
    assert scores.std() == pytest.approx(pseudo.std(), rel=0.05)


def population(rng, count, first, second, clusters=None):
    """Return the resampled scores of two encoders whose predictions have these weights of the truth."""
    true = rng.normal(size=count) if clusters is None else np.repeat(rng.normal(size=count // 4), 4)
    scores = {
        cell: metrics.spearman_scores(true, weight * true + rng.normal(size=count))[:, None]
        for cell, weight in ((A, first), (B, second))
    }
    names = [str(i if clusters is None else i // 4) for i in range(count)]
    return Population("data", scores, names, resamples=200, span=(-1.0, 1.0))


def spearman_of_normal(weight):
    """Return the true correlation of ranks of x and weight * x + noise, both normal (Pearson 1907)."""
    return 6 / np.pi * np.arcsin(weight / np.sqrt(1 + weight**2) / 2)


@pytest.mark.parametrize("clusters", [None, True])
def test_intervals_hold_the_truth_and_equal_encoders_are_rarely_separated(clusters):
    """Also where four samples of a cluster have the same true number, as films of one series might."""
    runs, inside, lead_inside, separated = 300, 0, 0, 0
    expected = spearman_of_normal(0.6)
    for run in range(runs):
        found = population(np.random.default_rng(run), 160, 0.6, 0.6, clusters)
        own = found.mean(A).interval()
        inside += own.low <= expected <= own.high
        lead = combine([(1.0, found.mean(A)), (-1.0, found.mean(B))])
        ends = lead.interval()
        lead_inside += ends.low <= 0 <= ends.high
        separated += 2 * min(lead.above(), lead.below()) < 0.05
    error = 3 * np.sqrt(0.05 * 0.95 / runs)
    assert 0.95 - error - 0.01 <= inside / runs  # 1 point for the curvature of the correlation
    assert abs(lead_inside / runs - 0.95) <= error
    assert separated / runs <= 0.05 + error


def test_a_better_encoder_is_found():
    found = population(np.random.default_rng(0), 400, 1.2, 0.4)
    lead = combine([(1.0, found.mean(A)), (-1.0, found.mean(B))])
    assert lead.interval().low > 0
    assert lead.interval().low < spearman_of_normal(1.2) - spearman_of_normal(0.4) < lead.interval().high


def test_a_correlation_below_zero_keeps_its_sign_and_perfect_ones_have_a_wide_exact_interval():
    scores = metrics.spearman_scores(TRUE, -FOUND)[:, None]
    perfect = metrics.spearman_scores(TRUE, 2 * TRUE)[:, None]
    found = Population(
        "data", {A: scores, B: perfect}, list(map(str, range(80))), resamples=100, span=(-1, 1)
    )
    assert found.mean(A).value < 0
    assert found.mean(B).interval().low == pytest.approx(-1 + 2 * 0.025 ** (1 / 80), abs=1e-4)
