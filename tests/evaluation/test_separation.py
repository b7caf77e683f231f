"""AUROC and FPR at 95 % TPR: scikit-learn's numbers, DeLong's variance, coverage, and the negative control."""

import numpy as np
import pytest
from scipy.stats import binom, norm
from sklearn.metrics import roc_auc_score

from humancentric.evaluation import separation
from humancentric.evaluation.bootstrap import Population
from humancentric.evaluation.estimates import combine


def sample(known: int, unknown: int, shift: float, rng: np.random.Generator):
    side = np.arange(known + unknown) < known
    return side, rng.normal(size=len(side)) + shift * side


def test_hand_counted():
    known = np.array([True, True, True, False, False])
    scores = np.array([3.0, 2.0, 1.0, 2.0, 0.0])
    # of six pairs the known sample is higher in four, and one is a tie that counts half
    values = separation.auroc_values(known, scores)
    assert values.mean() == pytest.approx(4.5 / 6) == separation.auroc(known, scores)
    # all known samples pass at 1, and so does one of two unknown ones
    assert separation.false_positives(known, scores) == 0.5
    assert separation.false_positive_values(known, scores).mean() == pytest.approx(0.5)


def test_values_have_scikit_learns_auroc_and_the_variance_of_delong():
    known, scores = sample(70, 40, 0.8, np.random.default_rng(0))
    scores = scores.round(1)  # with ties
    values = separation.auroc_values(known, scores)
    assert values.mean() == pytest.approx(roc_auc_score(known, scores), abs=1e-12)
    inside, outside = scores[known][:, None], scores[~known][None]
    kernel = (inside > outside) + 0.5 * (inside == outside)
    delong = kernel.mean(axis=1).var(ddof=1) / 70 + kernel.mean(axis=0).var(ddof=1) / 40
    found = separation.estimates("one", known, {"s": scores}, list(map(str, range(110))))["s"]["auroc"]
    assert found.item_error**2 == pytest.approx(delong, rel=0.02)


def test_a_perfect_score_has_an_interval():
    known, scores = sample(30, 30, 50.0, np.random.default_rng(0))
    row = separation.numbers(
        separation.estimates("one", known, {"s": scores}, list(map(str, range(60))))["s"]
    )
    assert (row["auroc"], row["auroc_high"], row["fpr95"], row["fpr95_low"]) == (1, 1, 0, 0)
    assert 0.7 < row["auroc_low"] < 1
    assert 0 < row["fpr95_high"] < 0.2


@pytest.mark.parametrize("shift", [0.0, 1.5])  # the first is the negative control
def test_intervals_cover_the_truth(shift):
    rng = np.random.default_rng(1)
    truths = {"auroc": norm.cdf(shift / 2**0.5), "fpr95": norm.cdf(norm.ppf(0.95) - shift)}
    covered = dict.fromkeys(truths, 0)
    runs = 150
    for run in range(runs):
        known, scores = sample(150, 90, shift, rng)
        found = separation.estimates(
            str(run), known, {"s": scores}, list(map(str, range(240))), resamples=300, seed=run
        )
        row = separation.numbers(found["s"])
        for name, truth in truths.items():
            covered[name] += row[f"{name}_low"] <= truth <= row[f"{name}_high"]
    assert 0.90 * runs <= covered["auroc"] <= 0.99 * runs, covered
    assert 0.85 * runs <= covered["fpr95"], covered


def test_equal_encoders_are_rarely_told_apart():
    rng, false, runs = np.random.default_rng(4), 0, 150
    for run in range(runs):
        known, shared = sample(120, 80, 1.0, rng)
        scores = {name: shared + 0.7 * rng.normal(size=200) for name in ("one", "two")}
        values = {(name,): separation.auroc_values(known, own)[:, None] for name, own in scores.items()}
        population = Population(str(run), values, list(map(str, range(200))), resamples=300)
        ends = combine([(1, population.mean(("one",))), (-1, population.mean(("two",)))]).interval()
        false += not ends.low <= 0 <= ends.high
    assert false <= binom.ppf(0.99, runs, 0.05)


def test_samples_of_one_cluster_are_resampled_together():
    rng = np.random.default_rng(2)
    known, scores = sample(100, 100, 1.0, rng)
    twice = {"s": np.repeat(scores, 2)}
    once = separation.estimates("one", known, {"s": scores}, list(map(str, range(200))))["s"]["auroc"]
    groups = list(map(str, np.repeat(np.arange(200), 2)))
    grouped = separation.estimates("one", np.repeat(known, 2), twice, groups)["s"]["auroc"]
    assert grouped.item_error == pytest.approx(once.item_error, rel=0.01)
