"""When the data of a contrast are too few for a verdict, and what a study's scores are read from."""

import numpy as np
import pytest

import claim_data as made
from humancentric.core.errors import UserError
from humancentric.evaluation.claims import verdicts
from humancentric.evaluation.claims.comparisons import Cell
from humancentric.evaluation.claims.evidence import Evidence, Items
from studies import study_of

CLAIM = {"rivals": ["one"], "views": ["standard"]}
LEAD = {"standard.both": 0.95, "standard.one": 0.05}


def judged(task="transfer", seeds=2, repetitions=3, clusters=None, items=60):
    """Return the contrast of two encoders that are right on 95 and 5 % of the items."""
    config = made.configuration({"best": CLAIM | ({"task": "fewshot"} if task == "fewshot" else {})})
    config["study"]["seeds"] = seeds
    rng = np.random.default_rng(0)
    scores = {name: (rng.random((items, repetitions)) < p).astype(float) for name, p in LEAD.items()}
    (claim,) = made.in_memory(config, {(task, "films"): scores}, clusters)
    (contrast,) = claim["contrasts"]
    return contrast


def test_enough_data_have_a_verdict():
    assert judged()["too_few"] is None
    assert judged()["verdict"] == judged("fewshot")["verdict"] == "reproduced"


def test_heads_of_one_seed_have_no_verdict_but_probes_without_randomness_do():
    contrast = judged(seeds=1, repetitions=1)
    assert contrast["verdict"] == "inconclusive"
    assert contrast["too_few"] == "films: heads of one seed, and a verdict needs two; raise study.seeds"
    assert judged(seeds=2, repetitions=1)["verdict"] == "reproduced"


def test_letters_separate_nothing_with_too_few_data():
    ids, rng = [f"i{number}" for number in range(60)], np.random.default_rng(0)
    scores = {name: (rng.random((60, 1)) < p).astype(float) for name, p in LEAD.items()}
    for seeds, letters in ((1, ["a", "a"]), (2, ["a", "b"])):
        config = made.configuration({})
        config["study"]["seeds"] = seeds
        evidence = Evidence({("transfer", "films"): Items(ids, ids, scores)}, study_of(config))
        assert [row["letters"] for row in verdicts.tied_cells(evidence)] == letters


def test_one_draw_of_prototypes_has_no_verdict():
    contrast = judged("fewshot", repetitions=1)
    assert contrast["verdict"] == "inconclusive"
    assert "raise study.repeats" in contrast["too_few"]


@pytest.mark.parametrize(
    ("sizes", "effective"), [([12] * 5, "5.0"), ([40, *[1] * 20], "2.2"), ([10] * 6, None)]
)
def test_fewer_than_six_effective_clusters_have_no_verdict(sizes, effective):
    clusters = [f"author {number}" for number, size in enumerate(sizes) for _ in range(size)]
    contrast = judged(clusters=clusters, items=60)
    assert contrast["verdict"] == ("inconclusive" if effective else "reproduced")
    if effective:
        assert f"count as {effective} independent clusters, and a verdict needs 6" in contrast["too_few"]


def test_five_items_are_fewer_than_six_clusters():
    assert "count as 5.0 independent clusters" in judged(items=5)["too_few"]


def test_cells_without_scores_or_with_other_items_are_no_evidence():
    items = Items(["a", "b"], ["a", "b"])
    with pytest.raises(UserError, match=r"other.parquet: its samples differ from those of the other cells"):
        items.add("standard.one", ["a", "c"], np.ones((2, 2)), "other.parquet")
    evidence = Evidence({("transfer", "films"): items}, study_of(made.configuration({})))
    assert Cell("transfer", "films", "standard.both") not in evidence


def test_draws_of_prototypes_are_paired_across_encoders_and_seeds_of_heads_are_not():
    rng = np.random.default_rng(0)
    common = rng.normal(size=(1, 10))  # a lucky repetition
    scores = {name: 0.5 + 0.1 * common + 0.001 * rng.normal(size=(30, 10)) for name in LEAD}
    ids = [f"i{number}" for number in range(30)]
    study = study_of(made.configuration({}))
    errors = {}
    for task in ("fewshot", "transfer"):
        evidence = Evidence({(task, "films"): Items(ids, ids, scores)}, study)
        cells = [Cell(task, "films", name) for name in LEAD]
        errors[task] = evidence.estimate([(1.0, cells[0]), (-1.0, cells[1])]).seed_error
    spread = 0.1 * common.std(ddof=1) / 10**0.5
    assert errors["fewshot"] < 0.02 * spread
    assert errors["transfer"] == pytest.approx(2**0.5 * spread, rel=0.02)
