from copy import deepcopy

import pytest

from humancentric.core.errors import UserError
from humancentric.study import provenance
from humancentric.study.crosschecks import crosscheck
from humancentric.study.validation import validate
from project import ROOT
from studies import study_of

PART = {
    "source": {"kind": "subset", "of": "demo-movies", "ids": "mine.txt"},
    "task": "multi-label",
    "human_centric": True,
    "views": {"standard": {"modality": "image"}, "plot": {"modality": "text", "column": "overview"}},
    "shards": 2,
}


@pytest.fixture
def with_part(config):
    config["datasets"]["part"] = deepcopy(PART)
    config["study"]["controls"] = {"demo-movies": ["demo-movies-recent", "part"]}
    return config


def test_a_subset_is_valid_and_comes_from_where_the_whole_does(with_part):
    validate(with_part, ROOT / "workflow" / "schemas")
    assert study_of(with_part).datasets["part"].origin_source["kind"] == "tmdb"
    assert study_of(with_part).datasets["part"].generated
    assert not study_of(with_part).datasets["part"].from_tmdb
    told = provenance.card_facts(study_of(with_part), "part")
    assert told["source"] == "subset of demo-movies by mine.txt"
    assert told["split"] == "that of demo-movies"


def test_a_subset_of_tmdb_needs_its_notice(paper_config):
    assert study_of(paper_config).datasets["plotster-mangolin"].from_tmdb
    assert not study_of(paper_config).datasets["mvsa"].from_tmdb


def test_a_subset_has_the_extra_splits_of_the_whole(with_part):
    with_part["datasets"]["demo-movies"]["split"] = {"test": 0.25, "validation": 0.1}
    assert study_of(with_part).datasets["part"].extra_splits == ("validation",)


def test_a_control_without_its_list_of_ids_is_left_out_in_one_sentence(with_part):
    kept, said = provenance.without_absent(with_part, lambda path: False)
    assert list(study_of(kept).controls) == ["demo-movies-recent"]
    assert said == [
        "part is left out: its list of TMDb or IMDb ids, mine.txt, is not there; put it there to have it"
    ]
    assert provenance.without_absent(with_part, lambda path: path == "mine.txt") == (with_part, [])
    assert with_part["study"]["controls"]["demo-movies"] == ["demo-movies-recent", "part"]


def test_a_list_that_the_workflow_makes_is_never_absent(with_part):
    with_part["datasets"]["part"]["source"]["ids"] = "results/other/ids.parquet"
    assert provenance.absent_ids(with_part["datasets"]["part"]["source"], lambda path: False) is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"source": {"of": "demo-movie"}},
            "datasets.part.source.of: 'demo-movie' is not another dataset; did you mean",
        ),
        ({"source": {"of": "part"}}, "datasets.part.source.of: 'part' is not another dataset"),
        (
            {"split": {"test": 0.5}},
            "datasets.part.split: a subset has the splits of 'demo-movies'; take it out",
        ),
        (
            {"task": "single-label"},
            "datasets.part.task is 'single-label', but that of 'demo-movies' is 'multi-label'",
        ),
        (
            {"views": {"plot": {"modality": "text", "column": "overvew"}}},
            "datasets.part.views.plot: 'demo-movies' has no text 'overvew'; did you mean 'overview'?",
        ),
        ({"leakage": {"texts": ["plott"]}}, "datasets.part.leakage.texts: 'plott' is not a text view"),
        ({"leakage": {"group": True}}, "datasets.part.leakage.group needs a split by hash"),
    ],
)
def test_a_row_that_does_not_fit_is_one_line(with_part, change, message):
    row = with_part["datasets"]["part"]
    for key, value in change.items():
        row[key] = {**row[key], **value} if key in ("source", "views") else value
    with pytest.raises(UserError, match=message):
        crosscheck(with_part)


def test_a_subset_of_a_subset_names_the_whole(with_part):
    with_part["datasets"]["smaller"] = deepcopy(PART) | {"source": {**PART["source"], "of": "part"}}
    with pytest.raises(UserError, match="'part' is a subset itself; name 'demo-movies'"):
        crosscheck(with_part)


def test_duplicates_are_grouped_only_where_a_hash_draws_the_split(config):
    row = config["datasets"]["demo-movies"]
    row["leakage"] = {"group": True}
    crosscheck(config)
    row["split"]["kind"] = "iterative"
    with pytest.raises(UserError, match=r"leakage\.group needs a split by hash"):
        crosscheck(config)


def test_what_a_row_leaves_out_about_leakage(config):
    assert study_of(config).datasets["demo-movies"].leakage == {
        "group": False,
        "distance": 4,
        "texts": ["plot"],
    }
    assert study_of(config).datasets["plotster"].leakage["texts"] == ["plot"]


def test_every_row_of_the_catalogue_says_its_licence(config):
    assert [name for name, row in config["datasets"].items() if "licence" not in row] == []
