"""Tests of significance against statsmodels and scipy.stats, and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as reference_mcnemar
from statsmodels.stats.multitest import multipletests

from humancentric.evaluation import significance


@settings(max_examples=25)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holm_is_that_of_statsmodels(values):
    expected = multipletests(values, method="holm")[1]
    assert significance.holm(np.array(values)) == pytest.approx(expected)


def test_holm_by_hand():
    assert significance.holm(np.array([0.04, 0.01, 0.03])) == pytest.approx([0.06, 0.03, 0.06])
    assert significance.holm(np.array([])).tolist() == []


@settings(max_examples=25)
@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_that_of_statsmodels(one, other):
    expected = reference_mcnemar([[5, one], [other, 7]], exact=True).pvalue if one + other else 1.0
    assert significance.mcnemar(one, other) == pytest.approx(expected)


def test_one_sided_p_values_are_those_of_a_paired_t_test():
    rng = np.random.default_rng(0)
    one, other = rng.normal(0.3, 1, 12), rng.normal(0, 1, 12)
    lead = one - other
    error = lead.std(ddof=1) / np.sqrt(len(lead))
    for side, ours in (("greater", significance.above), ("less", significance.below)):
        expected = stats.ttest_rel(one, other, alternative=side).pvalue
        assert ours(lead.mean(), error, [(error**2, len(lead) - 1)]) == pytest.approx(expected)
    assert significance.above(0.5, 1.0, [(1.0, 20)], bound=0.5) == pytest.approx(0.5)


def test_without_an_error_or_degrees_of_freedom_there_is_no_significance():
    assert significance.above(0.2, 0.0, [(0.0, 10)]) == significance.below(-0.2, 0.0, [(0.0, 10)]) == 1
    assert significance.above(0.2, 0.1, [(0.01, 0)]) == significance.above(0.2, 0.1, []) == 1


def test_quantiles_of_two_variances_are_weighted_by_them_and_p_values_are_their_inverse():
    parts = [(3.0, 20), (1.0, 2)]
    expected = (3 * stats.t.ppf(0.975, 20) + stats.t.ppf(0.975, 2)) / 4  # Cochran and Cox 1950
    assert significance.quantile(parts, 0.05) == pytest.approx(expected)
    assert significance.above(0.1 * expected, 0.1, parts) == pytest.approx(0.025, rel=1e-5)
    assert significance.below(0.1 * expected, 0.1, parts) == pytest.approx(0.975, rel=1e-5)


def test_two_variances_reject_a_true_null_hypothesis_at_most_as_often_as_they_say():
    rng, runs = np.random.default_rng(0), 2000
    for dof, variance in ((1, 0.1), (1, 1), (2, 3), (4, 1)):
        own = rng.chisquare(150, runs) / 150, variance * rng.chisquare(dof, runs) / dof
        means = rng.normal(0, np.sqrt(1 + variance), runs)
        p = [
            2 * significance.above(abs(mean), np.sqrt(one + two), [(one, 150), (two, dof)])
            for mean, one, two in zip(means, *own, strict=True)
        ]
        assert np.mean(np.array(p) <= 0.05) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)


def test_constant_scores_have_the_p_of_the_least_favourable_distribution():
    assert significance.constant_above(1.0, 0.0, -1.0, 10) == pytest.approx(0.5**10)  # that of a sign test
    assert significance.constant_above(0.0, -0.01, -1.0, 100) == pytest.approx(0.99**100)  # the rule of three
    assert significance.constant_above(0.0, 0.0, -1.0, 1000) == 1


def test_t_margin_is_that_of_scipy():
    low, high = stats.t.interval(0.95, 4, loc=0, scale=0.3)
    assert significance.t_margin(0.3, 4) == pytest.approx(high) == pytest.approx(-low)
    assert np.isnan(significance.t_margin(0.3, 0))


def test_sign_flips_of_few_units_are_those_of_scipy():
    values = np.random.default_rng(1).normal(0.4, 1, size=(9, 3))
    ours = significance.sign_flips(values, 1, np.random.default_rng(0))
    for column, found in zip(values.T, ours, strict=True):
        # The patterns of signs, and their mirror images, are what scipy counts for one sample.
        whole = stats.permutation_test(
            (column,), np.sum, permutation_type="samples", n_resamples=np.inf, alternative="two-sided"
        )
        assert found == pytest.approx(whole.pvalue)


def test_sign_flips_of_many_units_come_near_the_normal_value():
    rng = np.random.default_rng(2)
    values = rng.normal(0.1, 1, size=(400, 2))
    values[:, 1] = 0.0
    found = significance.sign_flips(values, 4000, rng)
    z = abs(values[:, 0].sum()) / np.sqrt((values[:, 0] ** 2).sum())
    assert found[0] == pytest.approx(2 * stats.norm.sf(z), abs=0.02)
    assert found[1] == 1  # no difference at all
