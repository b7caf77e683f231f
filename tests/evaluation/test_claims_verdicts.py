"""Verdicts on planted differences: each of the five, how often they are right, and what must not change them."""

import unicodedata

import numpy as np
import pyarrow as pa
import pytest

import claim_data as made
from humancentric.core import tables
from humancentric.core.errors import UserError
from humancentric.core.schemas import SAMPLES
from humancentric.evaluation.claims import verdicts
from humancentric.evaluation.sample_scores import read_clusters
from humancentric.study import claim_grid
from probe_data import write_samples
from studies import claim_study, study_of

PLACE = ("transfer", "films")


def cells(shifts: dict[str, float], items=400, seeds=3, seed=0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    hard = rng.random(items) * 0.3
    return {name: made.right(0.4 + shift + hard, items, seeds, rng) for name, shift in shifts.items()}


def single(found: list[dict]) -> dict:
    (claim,) = found
    (contrast,) = claim["contrasts"]
    assert claim["verdict"] == contrast["verdict"]
    return contrast


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


def fewshot_scores(shift: float, items=80, draws=10, seed=0) -> dict[str, np.ndarray]:
    """Return scores (items, draws) of two encoders: a good draw is good for both, and so is an easy item."""
    rng = np.random.default_rng(seed)
    shared = 0.4 + 0.2 * rng.normal(size=(items, 1)) + 0.05 * rng.normal(size=draws)
    noise = {name: 0.05 * rng.normal(size=(items, draws)) for name in ("both", "one")}
    return {"standard.both": shared + shift + noise["both"], "standard.one": shared + noise["one"]}


def test_fewshot_is_tested_over_items_and_draws():
    config = made.configuration({"few": {"task": "fewshot", "views": ["standard"], "rivals": ["one"]}})
    scores = fewshot_scores(0.03)
    contrast = single(made.in_memory(config, {("fewshot", "films"): scores}))
    assert contrast["verdict"] == "reproduced"
    assert (contrast["items"], contrast["seeds"], contrast["mcnemar"]) == (80, 10, None)
    leads = scores["standard.both"] - scores["standard.one"]
    assert contrast["item_error"] == pytest.approx(leads.mean(axis=1).std(ddof=1) / 80**0.5, rel=1e-4)
    assert contrast["seed_error"] == pytest.approx(leads.mean(axis=0).std(ddof=1) / 10**0.5, rel=1e-4)


def test_a_few_shot_method_is_judged_by_its_own_scores(tmp_path):
    row = {"task": "fewshot", "views": ["standard"], "rivals": ["one"]}
    config = made.configuration({"few": row, "means": {**row, "method": "class-mean"}})
    config["study"]["fewshot"] = {"methods": ["prototype", "class-mean"]}
    samples = made.write_samples(
        tmp_path / "films" / "samples.parquet", [f"i{n:04d}" for n in range(80)], ["test"] * 80, [["x"]] * 80
    )
    paths = []
    for folder, method, shift in (("fewshot", {}, 0.0), ("means", {"protocol": "class-mean"}, 0.03)):
        for name, values in fewshot_scores(shift).items():
            paths.append(tmp_path / folder / f"{name}.scores.parquet")
            made.write_fewshot(paths[-1], "films", name, values[:, :, None].astype(np.float32), **method)
    few, means = made.of_files(config, [samples], [], paths)["claims"]
    assert (few["task"], means["task"]) == ("fewshot", "fewshot.class-mean")
    assert (few["verdict"], means["verdict"]) == ("inconclusive", "reproduced")
    assert means["contrasts"][0]["seeds"] == 10


def test_a_lead_that_rests_on_few_items_is_not_found_by_drawing_prototypes_more_often():
    rng = np.random.default_rng(0)
    config = made.configuration({"few": {"task": "fewshot", "views": ["standard"], "rivals": ["one"]}})
    lead = np.where(np.arange(40) < 3, 1.0, 0.0)[:, None]  # three of forty items, in every draw
    scores = {"standard.both": np.repeat(lead, 50, axis=1), "standard.one": np.repeat(lead[::-1], 50, axis=1)}
    scores["standard.one"][-2:] = 0  # and one of the others
    scores["standard.both"][3:30] += rng.random((27, 50)) < 0.02
    contrast = single(made.in_memory(config, {("fewshot", "films"): scores}))
    assert contrast["p"] > 0.05


def test_probes_without_randomness_are_judged_with_one_repetition():
    config = made.configuration({"best": {"rivals": ["one"], "views": ["standard"]}})
    scores = cells({"standard.both": 0.3, "standard.one": 0.0}, seeds=1)
    contrast = single(made.in_memory(config, {PLACE: scores}))
    assert contrast["verdict"] == "reproduced"
    assert (contrast["seeds"], contrast["seed_error"], contrast["seeds_low"]) == (1, None, None)


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


def test_clusters_widen_intervals_and_leave_mcnemar_out():
    rng = np.random.default_rng(0)
    own = np.repeat(rng.random(40) < 0.62, 10)[:, None].astype(float)
    scores = {"standard.both": own, "standard.one": (rng.random((400, 1)) < 0.5).astype(float)}
    config = made.configuration({"best": {"rivals": ["one"], "views": ["standard"]}})
    single_items = single(made.in_memory(config, {PLACE: scores}))
    together = [f"author {number // 10}" for number in range(400)]
    clustered = single(made.in_memory(config, {PLACE: scores}, clusters=together))
    assert clustered["clusters"] == 40
    assert clustered["error"] > 1.5 * single_items["error"]
    assert (clustered["mcnemar"], single_items["mcnemar"] is None) == (None, False)


def test_files_in_any_order_give_the_same_verdicts(tmp_path):
    config = made.configuration({"best": {"views": ["standard"]}})
    hits = cells({"standard.both": 0.1, "standard.one": 0.0, "standard.two": 0.0}, items=60)
    samples, paths = made.write_study(tmp_path / "a", "films", hits)
    first = made.of_files(config, [samples], paths)
    again = made.of_files(config, [samples], paths[::-1])
    assert first["claims"] == again["claims"]
    order = np.random.default_rng(0).permutation(60)
    ids = [f"i{number:04d}" for number in order]
    others = [made.write_cell(tmp_path / "b", "films", name, v[order], ids) for name, v in hits.items()]
    assert made.of_files(config, [samples], others)["claims"] == first["claims"]


def test_samples_that_are_not_alike_are_told(tmp_path):
    config = made.configuration({"best": {"views": ["standard"]}})
    hits = cells({"standard.both": 0.1, "standard.one": 0.0}, items=30)
    samples, paths = made.write_study(tmp_path, "films", hits)
    made.write_cell(tmp_path, "films", "standard.one", hits["standard.one"][:20])
    with pytest.raises(UserError, match="not those of the other cells"):
        made.of_files(config, [samples], paths)
    twice = [f"i{number // 2:04d}" for number in range(30)]
    made.write_cell(tmp_path, "films", "standard.one", hits["standard.one"], twice)
    with pytest.raises(UserError, match="comes twice"):
        made.of_files(config, [samples], paths)


def test_a_cluster_column_that_is_not_there_is_told(tmp_path):
    config = made.configuration({"best": {"views": ["standard"]}}, films={"cluster": "author"})
    samples, paths = made.write_study(tmp_path, "films", cells({"standard.both": 0.1}, items=20))
    with pytest.raises(UserError, match=r"datasets.films.cluster: .* no text column 'author'"):
        made.of_files(config, [samples], paths)


def test_clusters_whose_names_differ_in_their_normal_form_only_are_one(tmp_path):
    texts = ["René ", unicodedata.normalize("NFD", "René"), "", None]
    columns = {"id": list("abcd"), "split": ["test"] * 4, "labels": [["x"]] * 4, "release_date": [None] * 4}
    path = tmp_path / "samples.parquet"
    tables.write(path, SAMPLES.table(columns).append_column("author", pa.array(texts)), SAMPLES)
    assert read_clusters(path, list("abcd"), "author", "films") == ["author: René", "author: René", "c", "d"]
    tables.write(path, SAMPLES.table(columns).append_column("author", pa.array([None, " ", "", ""])), SAMPLES)
    with pytest.raises(
        UserError, match=r"datasets.films.cluster: column 'author' is empty .*, e.g. a, b; name"
    ):
        read_clusters(path, list("abcd"), "author", "films")


def test_an_empty_test_split_is_not_run(tmp_path):
    config = made.configuration({"best": {"rivals": ["one"], "views": ["standard"]}})
    hits = {name: np.zeros((0, 2)) for name in ("standard.both", "standard.one")}
    samples, paths = made.write_study(tmp_path, "films", hits)
    found = made.of_files(config, [samples], paths)
    assert found["claims"][0]["verdict"] == "not run"
    assert found["cells"] == []


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


def test_fewshot_files_are_read_by_item_and_draw_with_the_mean_over_shots(tmp_path):
    config = made.configuration(
        {"few": {"task": "fewshot", "views": ["standard"], "rivals": ["one"]}}, films={"cluster": "author"}
    )
    values = {name: v[:, :, None] + [-0.1, 0.1] for name, v in fewshot_scores(0.3, items=60).items()}
    paths = [made.write_fewshot(tmp_path / f"{name}.parquet", "films", name, v) for name, v in values.items()]
    ids = [f"i{number:04d}" for number in range(60)]
    samples = write_samples(tmp_path / "films" / "samples.parquet", ids, ["test"] * 60, [["x"]] * 60)
    authors = pa.array([f"author {number // 5}" for number in range(60)])
    tables.write(samples, tables.read(samples, SAMPLES).append_column("author", authors), SAMPLES)
    found = made.of_files(config, [samples], [], paths)
    contrast = single(found["claims"])
    assert contrast["verdict"] == "reproduced"
    assert (contrast["items"], contrast["clusters"], contrast["seeds"]) == (60, 12, 10)
    assert contrast["value"] == pytest.approx(np.mean(values["standard.both"] - values["standard.one"]))
    assert [row["letters"] for row in found["cells"]] == ["a", "b"]


@pytest.mark.parametrize("protocol", ["tip", "zero-shot-gda"])
def test_a_study_whose_first_protocol_needs_prompts_comes_to_verdicts(config, protocol, tmp_path):
    config["study"] |= {"protocols": [protocol], "claims": {"resamples": 200}}
    config["datasets"]["demo-covers"].pop("cluster")
    study, rng = claim_study(config), np.random.default_rng(0)
    hits: dict[str, dict[str, np.ndarray]] = {}
    for dataset, _, name in claim_grid.cells(study):
        easy = 0.85 if dataset not in study.controls and name.startswith("standard.") else 0.4
        hits.setdefault(dataset, {})[name] = made.right(easy, 200, 3, rng)
    files = [made.write_study(tmp_path, dataset, cells_) for dataset, cells_ in hits.items()]
    samples, paths = zip(*files, strict=True)
    found = verdicts.score(samples, [path for cells_ in paths for path in cells_], [], study, made.REFERENCE)
    told = {claim["claim"]: claim["verdict"] for claim in found["claims"]}
    assert told["masking-lowers"] == told["recent-lower-image"] == "reproduced"
    assert told["best-image"] == "not run"  # no rival shares a space with a text encoder
    assert {row["features"].split(".")[1] for row in found["cells"]} == {"clip-demo"}
