"""Studies with datasets of numbers: what is refused while planning, and which cells, claims and pages they have."""

import copy
import re

import pytest

from humancentric.core.errors import UserError
from humancentric.evaluation.claims.comparisons import names_of
from humancentric.report.sections import requested_galleries
from humancentric.study import feature_sets, report_config
from humancentric.study.from_config import study_from_config
from humancentric.study.validation import validate
from project import ROOT
from studies import claim_study

SCHEMAS = ROOT / "workflow" / "schemas"
TABLE = {"kind": "table", "path": "a.csv", "id": "id", "labels": "vote"}


@pytest.fixture
def rated(config):
    """Return a config whose study also trains on a dataset of numbers."""
    found = copy.deepcopy(config)
    films = copy.deepcopy(found["datasets"]["demo-movies"])
    found["datasets"]["films"] = films | {"source": dict(TABLE, image="file"), "task": "regression"}
    found["study"]["datasets"] = ["demo-movies", "films"]
    found["study"] |= {"galleries": True, "protocols": ["standardised", "ridge", "gda"]}
    return found


def set_(config, path, value):
    *parents, key = path.split("/")
    for parent in parents:
        config = config[parent]
    config[key] = value


def test_numbers_have_probes_that_predict_numbers_and_nothing_that_needs_labels(rated):
    study = validate(rated, SCHEMAS)
    cells = {(dataset, folder) for dataset, folder, _ in feature_sets.transfer_cells(study)}
    assert cells == {
        *(("demo-movies", folder) for folder in ("transfer", "transfer.gda")),
        *(("films", folder) for folder in ("transfer", "transfer.ridge")),
    }
    assert (
        feature_sets.fewshot_features(study, "films") == feature_sets.zeroshot_features(study, "films") == []
    )
    assert "films" not in report_config.fewshot_datasets(study)
    assert requested_galleries(study) == ["demo-movies"]
    assert report_config.headline(study, "films") == "spearman"
    parts = (set(feature_sets.embedded_parts(study, name)) for name in ("films", "demo-movies"))
    assert len({frozenset(some) for some in parts}) == 1


def test_claims_are_about_numbers_only_where_they_say_so(rated, config):
    study = claim_study(study_from_config(rated))
    assert names_of({"cells": "image"}, study) == ["demo-movies"]
    assert names_of({"cells": "image", "datasets": "human-centric"}, study) == ["demo-movies"]
    assert names_of({"cells": "image", "datasets": "rated"}, study) == ["films"]
    assert names_of({"cells": "image", "datasets": {"of": "rated", "except": ["films"]}}, study) == []
    about = {name for name, row in config["claims"].items() if row.get("datasets") == "rated"}
    assert about == {"quality-pictures", "quality-pairs"}
    assert about <= set(study.claims)
    assert not about & set(study_from_config(config).claims)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("datasets/films/target", {"min_weight": 5}, "target has min_weight and no weight; add weight"),
        ("datasets/films/target", {"wieght": "v"}, "datasets.films.target.wieght: unknown key"),
        (
            "datasets/demo-movies/target",
            {"column": "x"},
            "target is set for task multi-label; use task: regression",
        ),
        ("datasets/plotster/source/min_votes", 50, "source.min_votes is set for task multi-label"),
        ("datasets/plotster-ratings/target", {"weight": "vote_count"}, "the labels of films are genres; add"),
        ("datasets/films/source/labels", ["a", "b"], "source.labels is not a single column of numbers"),
        ("datasets/films/source/repeated", "merge-labels", "for one label per sample, or a number"),
        ("datasets/films/split", {"test": 0.5, "kind": "iterative"}, "or a number; use stratified"),
        (
            "study/fewshot_only",
            ["plotster-ratings"],
            "study.fewshot_only: 'plotster-ratings' has task regression",
        ),
        ("study/galleries", ["films"], "study.galleries: 'films' has task regression"),
        ("study/shots/films", [1], "study.shots: 'films' has task regression"),
        ("study/controls", {"films": ["demo-movies-recent"]}, "is multi-label, its parent is regression"),
        ("study/protocols", ["ridge"], "first protocol 'ridge' is of kind 'ridge'.*'demo-movies' has"),
        ("study/datasets", ["demo-movies"], "the protocol 'ridge' is of kind 'ridge'"),
        ("protocols/ridge/alpha", 0, "protocols.ridge.alpha is 0; use a positive number"),
    ],
)
def test_nonsense_is_refused_in_one_line(rated, path, value, message):
    set_(rated, path, value)
    with pytest.raises(UserError) as error:
        validate(rated, SCHEMAS)
    assert re.search(message, str(error.value)), error.value
    assert "\n" not in str(error.value)


def test_differences_before_and_after_need_labels(rated):
    rated["datasets"]["later"] = copy.deepcopy(rated["datasets"]["films"])
    rated["study"]["controls"] = {"films": ["later"]}
    rated["study"]["differences"] = {}
    study = validate(rated, SCHEMAS)
    assert feature_sets.differing_controls(study) == []
    assert set(feature_sets.control_features(study, "later")) == set(
        feature_sets.main_features(study, "films")
    )
    rated["study"]["differences"] = {"controls": ["later"]}
    with pytest.raises(UserError, match=r"study.differences.controls: 'later' has task regression"):
        validate(rated, SCHEMAS)


def test_a_subset_has_the_numbers_of_its_whole(rated):
    row = copy.deepcopy(rated["datasets"]["plotster-mangolin"]) | {"task": "regression"}
    row["source"] = row["source"] | {"of": "plotster-ratings"}
    rated["datasets"]["part"] = row
    study = validate(rated, SCHEMAS)
    assert study.datasets["part"].target == study.datasets["plotster-ratings"].target
    row["target"] = {"column": "vote_average"}
    with pytest.raises(UserError, match="a subset has the numbers of 'plotster-ratings'"):
        validate(rated, SCHEMAS)
