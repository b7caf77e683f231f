"""Verdicts on planted differences: each of the five, how often they are right, and what must not change them."""

import numpy as np
import pytest
from planted_differences import PLACE, cells, single

import claim_data as made
from humancentric.evaluation.claims import verdicts
from studies import study_of


@pytest.mark.parametrize(
    ("shift", "verdict"), [(0.25, "reproduced"), (0.0, "inconclusive"), (-0.25, "reversed")]
)
def test_a_planted_difference_has_its_verdict(shift, verdict):
    config = made.configuration({"best": {"rivals": ["one"], "views": ["standard"]}})
    scores = cells({"standard.both": shift, "standard.one": 0.0})
    contrast = single(made.in_memory(config, {PLACE: scores}))
    assert contrast["verdict"] == verdict
    means = {name: values.mean() for name, values in scores.items()}
    assert contrast["value"] == pytest.approx(means["standard.both"] - means["standard.one"])
    assert contrast["low"] < contrast["value"] < contrast["high"]
    assert (contrast["low"] > 0) == (verdict == "reproduced")
    for key in ("mcnemar", "permutation"):
        assert (contrast[key] < 0.05) == (verdict != "inconclusive")
    assert (contrast["items"], contrast["clusters"], contrast["seeds"]) == (400, 400, 3)


def test_a_missing_cell_is_named_and_leaves_the_sentence_open():
    config = made.configuration({"best": {"rivals": "unimodal"}})
    scores = cells({"standard.both": 0.3, "standard.one": 0.0, "standard.two": 0.0, "masked.both": 0.3})
    (claim,) = made.in_memory(config, {PLACE: scores})
    first, second = claim["contrasts"]
    assert first["verdict"] == "reproduced"
    assert (second["verdict"], second["value"], second["p"]) == ("not run", None, None)
    assert second["missing"] == ["films/masked.one", "films/masked.two"]
    assert claim["verdict"] == "not run"
    table = verdicts.table([claim])
    assert table["verdict"].to_pylist() == ["reproduced", "not run"]


def test_a_sentence_is_judged_by_all_its_contrasts():
    of_claim = verdicts.of_claim
    assert of_claim(["reproduced", "reproduced"]) == "reproduced"
    assert of_claim(["reproduced", "not separable"]) == "not separable"
    assert of_claim(["reproduced", "inconclusive", "not separable"]) == "not separable"
    assert of_claim(["reproduced", "inconclusive"]) == "inconclusive"
    assert of_claim(["reproduced", "not separable", "not run"]) == "not run"
    assert of_claim(["not run", "reversed"]) == "reversed"
    assert of_claim([]) == "not run"


def test_a_claim_that_a_study_has_nothing_of_is_not_run():
    config = made.configuration({"title": {"kind": "interaction"}})
    (claim,) = made.in_memory(config, {PLACE: cells({"standard.both": 0.0, "standard.one": 0.0})})
    assert (claim["verdict"], claim["contrasts"], claim["demo"]) == ("not run", [], False)
    assert verdicts.table([claim]).to_pylist()[0]["verdict"] == "not run"


def rejections(shift: float, runs: int, items=150) -> float:
    """Return the share of simulated studies in which the claim that `both` is best is reproduced."""
    config = made.configuration({"best": {"rivals": ["one"], "views": ["standard"]}})
    config["study"]["claims"]["resamples"] = 200
    hits = 0
    for run in range(runs):
        rng = np.random.default_rng(run)
        scores = {
            f"standard.{name}": (rng.random((items, 1)) < 0.5 + extra).astype(float)
            for name, extra in (("both", shift), ("one", 0.0))
        }
        hits += single(made.in_memory(config, {PLACE: scores}))["verdict"] == "reproduced"
    return hits / runs


def test_the_claim_test_finds_what_the_normal_theory_says_it_can():
    from statsmodels.stats.power import NormalIndPower
    from statsmodels.stats.proportion import proportion_effectsize

    expected = NormalIndPower().power(proportion_effectsize(0.65, 0.5), 150, 0.05)  # 0.75
    runs = 100
    error = np.sqrt(expected * (1 - expected) / runs)
    assert abs(rejections(0.15, runs) - expected) < 3 * error


def test_without_a_difference_claims_are_hardly_ever_reproduced():
    runs = 200
    assert rejections(0.0, runs) <= 0.025 + 3 * np.sqrt(0.025 * 0.975 / runs)


def test_beating_one_rival_is_not_being_best():
    config = made.configuration({"best": {"views": ["standard"]}})
    scores = cells({"standard.both": 0.25, "standard.one": 0.0, "standard.two": 0.25})
    contrast = single(made.in_memory(config, {PLACE: scores}))
    assert contrast["verdict"] == "inconclusive"
    assert contrast["closest"] == "standard.two"


def test_a_rival_that_is_clearly_better_reverses_the_claim():
    config = made.configuration({"best": {"views": ["standard"]}})
    scores = cells({"standard.both": 0.0, "standard.one": -0.1, "standard.two": 0.25})
    assert single(made.in_memory(config, {PLACE: scores}))["verdict"] == "reversed"


@pytest.mark.parametrize(
    ("shift", "margin", "verdict"),
    [
        (0.0, 0.2, "reproduced"),
        (0.0, 0.01, "inconclusive"),
        (0.4, 0.05, "reversed"),
        (0.05, 0.2, "reproduced"),
    ],
)
def test_equivalence_is_shown_not_presumed(shift, margin, verdict):
    row = {"kind": "equivalent", "margin": margin, "rivals": ["one"], "views": ["standard"]}
    config = made.configuration({"tie": row})
    contrast = single(made.in_memory(config, {PLACE: cells({"standard.both": shift, "standard.one": 0.0})}))
    assert contrast["verdict"] == verdict
    assert (-margin < contrast["low"] and contrast["high"] < margin) == (verdict == "reproduced")


def test_two_one_sided_tests_are_those_of_statsmodels():
    from statsmodels.stats.weightstats import ttost_paired

    row = {"kind": "equivalent", "margin": 0.1, "rivals": ["one"], "views": ["standard"]}
    config = made.configuration({"tie": row})
    config["study"]["claims"]["resamples"] = 8000
    scores = cells({"standard.both": 0.0, "standard.one": 0.02}, seeds=1)
    contrast = single(made.in_memory(config, {PLACE: scores}))
    one, other = (values[:, 0] for values in scores.values())
    expected = ttost_paired(one, other, -0.1, 0.1)[0]
    assert contrast["p"] == pytest.approx(2 * expected, rel=0.15)  # judged at half of 5 % on either side


@pytest.mark.parametrize(
    ("shift", "verdict"), [(-0.3, "reproduced"), (0.0, "inconclusive"), (0.3, "reversed")]
)
def test_not_above_needs_more_than_no_lead(shift, verdict):
    config = made.configuration({"not-above": {"kind": "not-above", "margin": 0.01, "views": ["standard"]}})
    scores = cells({"standard.both": shift, "standard.one": 0.0, "standard.two": 0.0}, items=200, seed=1)
    assert single(made.in_memory(config, {PLACE: scores}))["verdict"] == verdict


@pytest.mark.parametrize(
    ("masked", "verdict"), [(0.0, "reproduced"), (0.2, "inconclusive"), (0.5, "reversed")]
)
def test_an_order_is_kept_lost_or_turned(masked, verdict):
    config = made.configuration({"order": {"kind": "order", "ours": ["both", "one"]}})
    shifts = {"standard.both": 0.25, "standard.one": 0.0, "masked.both": 0.2, "masked.one": masked}
    contrast = single(made.in_memory(config, {PLACE: cells(shifts, seed=1)}))
    assert contrast["verdict"] == verdict
    assert (contrast["value"] > 0) == (verdict != "reversed") or verdict == "inconclusive"


def test_an_order_that_was_never_there_cannot_be_kept():
    config = made.configuration({"order": {"kind": "order", "ours": ["both", "one"]}})
    shifts = {"standard.both": 0.02, "standard.one": 0.0, "masked.both": 0.3, "masked.one": 0.0}
    contrast = single(made.in_memory(config, {PLACE: cells(shifts, seed=4)}))
    assert contrast["verdict"] == "inconclusive"
    assert contrast["low"] < 0 < contrast["value"] < 0.1  # of the lead that decides, which is the one before


@pytest.mark.parametrize(
    ("lead", "verdict"), [(0.3, "reproduced"), (0.0, "inconclusive"), (-0.3, "reversed")]
)
def test_an_interaction_compares_two_leads(lead, verdict):
    config = made.configuration(
        {"title": {"kind": "interaction"}}, ("films", "things"), things={"human_centric": False}
    )
    films = cells({"standard.both": lead, "standard.one": 0.0, "standard.two": 0.0})
    things = cells({"standard.both": 0.0, "standard.one": 0.0, "standard.two": -0.2}, seed=1)
    contrast = single(made.in_memory(config, {PLACE: films, ("transfer", "things"): things}))
    assert contrast["verdict"] == verdict
    assert contrast["permutation"] is None  # two populations: signs of one say nothing
    assert contrast["datasets"] == ["films", "things"]


def test_more_contrasts_in_a_family_ask_for_more():
    scores = cells({"standard.both": 0.11, "standard.one": 0.0}, items=300, seed=1)
    alone = {"best": {"rivals": ["one"], "views": ["standard"]}}
    many = alone | {f"more-{number}": alone["best"] for number in range(40)}
    apart = alone | {f"more-{n}": alone["best"] | {"family": "other"} for n in range(40)}
    first, second, third = (
        made.in_memory(made.configuration(claims), {PLACE: scores})[0]["contrasts"][0]
        for claims in (alone, many, apart)
    )
    assert first["p"] == second["p"] == third["p"] == first["p_holm"] == third["p_holm"] < 0.05
    assert second["p_holm"] == pytest.approx(min(1, 41 * first["p"]))
    assert (first["verdict"], second["verdict"]) == ("reproduced", "inconclusive")


def test_the_paper_s_value_stands_beside_ours():
    means = {"standard.both": [60, 1], "standard.one": [50, 1], "standard.two": [55, 1]}
    reference = {"tables": {"films": {"metric": "accuracy", "cells": means}}, "controls": {}}
    config = made.configuration({"best": {}})
    items = made.evidence.Items(["a", "b"], ["a", "b"], {})
    study = study_of(config)
    nothing = made.evidence.Evidence({PLACE: items}, study)
    (claim,) = verdicts.judge(nothing, study, reference)
    standard, masked = claim["contrasts"]
    assert standard["paper"] == pytest.approx(0.05)  # over the better rival
    assert masked["paper"] is None
    assert standard["verdict"] == masked["verdict"] == "not run"


def test_ties_have_letters(tmp_path):
    config = made.configuration({})
    hits = cells({"standard.both": 0.3, "standard.one": 0.0, "standard.two": 0.0, "masked.one": 0.3})
    samples, paths = made.write_study(tmp_path, "films", hits)
    rows = {row["features"]: row for row in made.of_files(config, [samples], paths)["cells"]}
    told = {name: row["letters"] for name, row in rows.items()}
    assert told == {"standard.both": "a", "standard.one": "b", "standard.two": "b", "masked.one": "a"}
    row = rows["standard.both"]
    assert row["mean"] == pytest.approx(hits["standard.both"].mean())
    assert row["low"] < row["mean"] < row["high"]
    assert row["seeds_low"] < row["mean"] < row["seeds_high"]
