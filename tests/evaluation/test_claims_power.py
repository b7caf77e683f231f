"""Detectable differences, power, and how often claims hold that are not true."""

import numpy as np
import pytest
from scipy import stats

import claim_data as made
from humancentric.evaluation.claims import judgements
from humancentric.evaluation.estimates import Estimate

DRAWS = 20_000


def lead(value: float, error: float, units: int = 400, seed: int = 0) -> Estimate:
    """Return an estimate with normal draws, whose variance is that of one population of `units`."""
    rng = np.random.default_rng(seed)
    draws = value + error * rng.normal(size=DRAWS)
    influence = stats.norm.ppf((np.arange(units) + 0.5) / units)
    influence *= error / (influence @ influence) ** 0.5
    return Estimate(value, draws, {"data": influence}, {}, {"data": float(units)})


@pytest.mark.parametrize("units", [30, 400])
def test_a_detectable_difference_is_that_of_the_noncentral_t(units):
    found = judgements.best([lead(0.0, 0.01, units)], (), 0.0)
    critical = stats.t.ppf(0.975, units - 1)
    delta = found.detectable()
    assert stats.nct.sf(critical, units - 1, delta / 0.01) == pytest.approx(0.8, abs=0.02)
    assert found.power([delta]) == pytest.approx(0.8, abs=0.01)
    assert found.power([0.0]) == pytest.approx(0.025, abs=0.005)
    assert found.detectable(0.01) > delta


def test_power_for_several_rivals_is_that_of_all_leads_together():
    leads = [lead(0.02, 0.01, seed=seed) for seed in range(3)]
    alone, all_three = judgements.best(leads[:1], (), 0.0), judgements.best(leads, (), 0.0)
    assert all_three.power([0.03] * 3) == pytest.approx(alone.power([0.03]) ** 3, abs=0.02)  # independent
    assert all_three.detectable() > alone.detectable()
    same = judgements.best(leads[:1] * 3, (), 0.0)
    assert same.power([0.03] * 3) == alone.power([0.03])


def test_the_detectable_margin_of_equal_cells_has_80_percent_power():
    found = judgements.equivalent([lead(0.0, 0.01)], (), 0.02)
    margin = found.detectable()
    z = stats.t.ppf(0.975, 399)
    assert 2 * stats.norm.cdf(margin / 0.01 - z) - 1 == pytest.approx(0.8, abs=0.01)
    assert found.power([0.0]) == pytest.approx(max(0.0, 2 * stats.norm.cdf(2 - z) - 1), abs=0.01)


def test_not_above_and_most_need_some_of_the_leads():
    leads = [lead(value, 0.01, seed=seed) for seed, value in enumerate((-0.05, 0.0, 0.06, 0.07, 0.08))]
    below = judgements.not_above(leads, (), 0.01)
    assert below.in_favour == pytest.approx(5 * leads[0].below(0.01))
    assert below.power([-0.1, 1, 1, 1, 1]) > 0.99
    assert below.power([0.1] * 5) < 0.01
    most = judgements.most(leads, (), 0.0)
    assert most.value == 0.06
    assert most.in_favour == pytest.approx(3 * sorted(one.above() for one in leads)[2])
    assert most.against == pytest.approx(min(1.0, 3 * sorted(one.below() for one in leads)[2]))
    assert most.power([0.06, 0.06, 0.06, -1, -1]) > 0.99
    assert most.power([0.06, 0.06, -1, -1, -1]) < 0.05
    assert most.interval.low < 0.06 < most.interval.high


def test_the_interval_of_an_order_includes_the_leads_before():
    after, before = [lead(0.2, 0.01)], [lead(0.005, 0.01, seed=1)]
    found = judgements.order(after, before, 0.0)
    assert (found.p > 0.05) == (found.interval.low < 0)
    assert found.value == 0.005
    turned = judgements.order([lead(-0.2, 0.01)], [lead(-0.1, 0.01, seed=1)], 0.0)
    assert turned.interval.low > 0
    assert turned.in_favour < 0.001


def config_of(claims: dict, resamples: int = 200) -> dict:
    config = made.configuration(claims)
    config["study"]["claims"]["resamples"] = resamples
    return config


BEST = {"rivals": ["one"], "views": ["standard"]}
PLACE = ("transfer", "films")


@pytest.mark.parametrize(("items", "verdict"), [(60, "inconclusive"), (4000, "not separable")])
def test_without_power_a_difference_that_was_not_found_is_inconclusive(items, verdict):
    rng = np.random.default_rng(3)
    scores = {f"standard.{name}": (rng.random((items, 1)) < 0.5).astype(float) for name in ("both", "one")}
    reference = {
        "tables": {
            "films": {"metric": "accuracy", "cells": {"standard.both": [58, 1], "standard.one": [50, 1]}}
        }
    }
    [[printed], [relevant], [silent]] = (
        [
            claim["contrasts"][0]
            for claim in made.in_memory(config_of({"best": row}), {PLACE: scores}, reference=r)
        ]
        for row, r in ((BEST, reference | {"controls": {}}), (BEST | {"relevant": 0.08}, None), (BEST, None))
    )
    for contrast in (printed, relevant):
        assert contrast["verdict"] == verdict
        assert (contrast["power"] >= 0.8) == (verdict == "not separable")
        assert (contrast["detectable"] <= 0.08) == (verdict == "not separable")
    assert (silent["verdict"], silent["power"]) == ("inconclusive", None)
    assert silent["detectable"] == printed["detectable"]


def test_a_claim_of_several_contrasts_needs_each_at_five_percent():
    config = config_of({"lower": {"kind": "lower", "ours": ["both", "one", "two"]}}, 2000)
    scores, rng = {}, np.random.default_rng(1)
    for name in ("both", "one", "two"):
        noise = rng.standard_normal((400, 1))
        drop = 0.2 * (noise - noise.mean()) / noise.std() + 0.023  # 2.3 standard errors
        scores |= {f"standard.{name}": drop + 0.5, f"masked.{name}": np.full((400, 1), 0.5)}
    [claim] = made.in_memory(config, {PLACE: scores})
    for contrast in claim["contrasts"]:
        assert (
            0.05 / 3 < contrast["p"] == contrast["p_holm"] < 0.05
        )  # times the number of contrasts none would hold
    assert claim["verdict"] == "reproduced"


CLAIMS = {
    "best": {"views": ["standard"]},
    "lower": {"kind": "lower", "ours": ["both", "one", "two"]},
    "below": {"ours": ["one"], "rivals": ["two", "both"], "views": ["masked"]},
}
EQUAL = {f"{view}.{name}": 0.0 for view in ("standard", "masked") for name in ("both", "one", "two")}


def most(rate: float, runs: int) -> float:
    """Return the share that exceeds `rate` by three binomial standard errors."""
    return rate + 3 * (rate * (1 - rate) / runs) ** 0.5


def test_false_claims_are_within_binomial_error_of_five_percent():
    runs = 120
    found, _ = made.simulate(runs, CLAIMS, EQUAL, seeds=2)
    assert found.any(axis=(1, 2)).mean() <= most(0.05, runs)  # the whole family


def test_a_claim_with_one_false_part_is_reproduced_at_most_at_its_level():
    # The least favourable case of an intersection-union test: all parts but one are far from their bound.
    runs, one_equal = 120, EQUAL | {"standard.both": 0.3, "standard.one": 0.3}
    found, _ = made.simulate(runs, {"lower": CLAIMS["lower"]}, one_equal, seeds=2)
    assert found[:, 0, 0].mean() <= most(0.025, runs)


def test_the_power_that_a_verdict_states_is_that_of_simulated_studies():
    means = {
        "standard.both": [63.5, 1.0],
        "standard.one": [50.0, 1.0],
    }  # of a shift of .15, seeds flip a twentieth
    reference = {"tables": {"films": {"metric": "accuracy", "cells": means}}, "controls": {}}
    runs, shifts = 120, {"standard.both": 0.15, "standard.one": 0.0}
    found, power = made.simulate(runs, {"best": BEST}, shifts, items=170, seeds=5, reference=reference)
    stated = power.mean()
    assert 0.5 < stated < 0.9
    assert abs(found[:, 0, 0].mean() - stated) < 3 * (stated * (1 - stated) / runs) ** 0.5
