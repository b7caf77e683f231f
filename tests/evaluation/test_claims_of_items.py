"""Claims about unknown data and clusters, judged from files of item scores."""

import numpy as np
import pytest

from claim_data import REFERENCE, configuration
from humancentric.core.errors import UserError
from humancentric.evaluation import sample_scores, separation
from humancentric.evaluation.claims import verdicts
from humancentric.study import claim_grid
from humancentric.study.crosschecks import check_ood
from studies import claim_study, study_of

SHIFTS = {"standard.both": 2.5, "standard.one": 1.0, "standard.two": 0.5}
CLAIMS = {
    "ahead": {"task": "ood", "views": ["standard"]},
    "above-half": {"task": "ood", "kind": "above", "value": 0.5, "views": ["standard"], "family": "two"},
    "behind": {"task": "ood", "ours": ["two"], "rivals": ["one"], "views": ["standard"], "family": "three"},
    "grouped": {"task": "clusters", "views": ["standard"], "family": "four"},
    "absent": {"task": "ood", "cells": "text", "family": "five"},
}


def study(claims, **rows):
    config = configuration(claims, ("films", "books"))
    config["study"] |= {"clusters": True, "ood": {"later": {"known": "films", "unknown": ["books"]}} | rows}
    return config


def test_leads_of_auroc_and_of_mutual_information_are_judged(tmp_path):
    rng = np.random.default_rng(0)
    known = np.arange(300) < 200
    base, paths = rng.normal(size=300), []
    ids = [f"i{number:03d}" for number in range(300)]
    for name, shift in SHIFTS.items():
        values = separation.auroc_values(known, base + rng.normal(size=300) + shift * known)[:, None]
        paths.append(tmp_path / f"ood.{name}.parquet")
        about = {"task": "ood", "dataset": "later", "features": name}
        sample_scores.write_items(paths[-1], ids, ids, values, about)
        agreement = 0.1 * shift + rng.normal(size=(300, 1)) + 0.01 * rng.normal(size=(300, 3))
        paths.append(tmp_path / f"clusters.{name}.parquet")
        about |= {"task": "clusters", "dataset": "films"}
        sample_scores.write_items(paths[-1], ids, ids, agreement, about)
    judged = verdicts.score([], [], [], claim_study(study(CLAIMS)), REFERENCE, paths)["claims"]
    found = {claim["claim"]: claim for claim in judged}
    assert found["ahead"]["verdict"] == "reproduced"
    (contrast,) = found["ahead"]["contrasts"]
    assert (contrast["datasets"], contrast["metrics"], contrast["items"]) == (["later"], ["auroc"], 300)
    assert (contrast["mcnemar"], contrast["permutation"], contrast["too_few"]) == (None, None, None)
    assert 0.1 < contrast["low"] < contrast["value"] < contrast["high"] < 0.4
    assert found["above-half"]["verdict"] == "reproduced"
    assert found["behind"]["verdict"] == "reversed"
    of_films = next(c for c in found["grouped"]["contrasts"] if c["datasets"] == ["films"])
    assert (of_films["metrics"], of_films["seeds"], of_films["missing"]) == (["ami"], 3, [])
    assert found["absent"]["verdict"] == "not run"


def test_a_study_lists_the_files_that_its_claims_need():
    config = study({"ahead": CLAIMS["ahead"]})
    assert claim_grid.item_cells(study_of(config)) == [
        ("ood", "later", f"{view}.{name}") for view, names in
        (("standard", ("one", "two", "both")), ("plot", ("plain", "words"))) for name in names
    ]  # fmt: skip
    assert claim_grid.item_cells(study_of(study({"best": {}}))) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cells": "pairs"}, "claims.mine.cells: task ood compares single encoders"),
        ({"kind": "interaction"}, "claims.mine.kind: rows of study.ood may share samples"),
        ({"average": True}, "claims.mine.average: rows of study.ood may share samples"),
    ],
)
def test_a_claim_that_comparisons_cannot_serve_is_refused(change, message):
    with pytest.raises(UserError, match=message):
        claim_grid.check_claims(study({"mine": {"task": "ood"} | change}))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            {"known": "film"},
            "ood.x.known: 'film' is not a dataset with training samples; did you mean 'films'",
        ),
        ({"known": "films"}, "ood.x: name either `unknown` datasets or `left_out` labels"),
        ({"known": "films", "unknown": ["books"], "left_out": ["War"]}, "ood.x: name either"),
        ({"known": "films", "unknown": ["book"]}, "ood.x.unknown: 'book' is not a dataset of the study"),
        ({"known": "films", "unknown": ["films"]}, "ood.x.unknown: 'films' shares samples with another one"),
        ({"known": "films", "unknown": ["books", "books"]}, "ood.x.unknown: 'books' shares samples"),
        ({"known": "films", "unknown": ["books"], "views": ["tile"]}, "'tile' is not a view of 'films'"),
        ({"known": "films", "left_out": ["War"], "views": []}, "films share no unmasked view; name others"),
    ],
)
def test_a_comparison_that_makes_no_sense_is_refused(row, message):
    with pytest.raises(UserError, match=message):
        check_ood(study_of(study({}, x=row)))


def test_a_comparison_has_a_name_of_its_own():
    with pytest.raises(UserError, match="'books' is the name of a dataset; choose another"):
        check_ood(study_of(study({}, books={"known": "films", "left_out": ["War"]})))
