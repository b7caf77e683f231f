"""Mistakes in rows of claims: one line each, with place, value and remedy."""

import pytest

from humancentric.core.errors import UserError
from humancentric.study import claim_grid
from humancentric.study.validation import validate
from project import ROOT

SCHEMAS = ROOT / "workflow" / "schemas"
ROW = {"sentence": "It is so.", "kind": "best", "cells": "image", "family": "mine"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "bets"}, "claims.mine.kind is 'bets'; did you mean 'best'?"),
        ({"rival": "unimodal"}, "claims.mine.rival: unknown key; did you mean 'rivals'?"),
        ({"ours": "multi"}, "claims.mine.ours is 'multi'; use multimodal, unimodal, every"),
        ({"ours": ["clipp"]}, "claims.mine.ours: 'clipp' is not an encoder; did you mean 'clip'?"),
        (
            {"rivals": {"except": ["rn5"]}},
            "claims.mine.rivals: 'rn5' is not an encoder; did you mean 'rn50'?",
        ),
        ({"datasets": ["mvza"]}, "claims.mine.datasets: 'mvza' is not a dataset; did you mean 'mvsa'?"),
        ({"datasets": {"except": ["mvza"]}}, "claims.mine.datasets: 'mvza' is not a dataset"),
        (
            {"views": ["maskd"]},
            "claims.mine.views: 'maskd' is not a view of any dataset; did you mean 'masked'?",
        ),
        ({"margin": 0.01}, "claims.mine.margin: kind 'best' has none; take it out"),
        ({"kind": "equivalent"}, "claims.mine.margin: kind 'equivalent' needs one; add margin"),
        ({"value": 0.3}, "claims.mine.value: kind 'best' has none; take it out"),
        ({"kind": "above"}, "claims.mine.value: kind 'above' needs one; add value, e.g. 0.278"),
        ({"baseline": "random-boxes"}, "claims.mine.baseline: kind 'best' has none; use lower, lead-lower"),
        ({"kind": "lead-lower", "cells": "pairs"}, "claims.mine.cells: kind 'lead-lower' compares single"),
        ({"kind": "order", "cells": "pairs"}, "claims.mine.cells: kind 'order' compares single encoders"),
        ({"compare": "text"}, "claims.mine.compare: only pairs are compared by their parts"),
        ({"beside": "every"}, "claims.mine.beside: stands beside one part of a pair"),
        ({"task": "fewshot", "cells": "text"}, "claims.mine.cells: few-shot has pictures alone"),
        ({"kind": "interaction", "datasets": "objects"}, "claims.mine.datasets: an interaction takes all"),
    ],
)
def test_a_mistake_in_a_claim_is_one_line(config, change, message):
    config["claims"]["mine"] = ROW | change
    with pytest.raises(UserError) as caught:
        validate(config, SCHEMAS)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_claim_that_is_not_there_is_told(config):
    config["study"]["claims"] = {"rows": ["best-imag"]}
    with pytest.raises(
        UserError, match=r"study.claims.rows: 'best-imag' is not a claim; did you mean 'best-image'"
    ):
        validate(config, SCHEMAS)


def test_a_claim_of_one_s_own_is_fine(config):
    config["claims"]["mine"] = ROW | {"ours": ["clip-demo"], "rivals": {"except": ["clip-demo"]}}
    config["claims"]["best-image"]["datasets"] = "every"
    validate(config, SCHEMAS)


def test_a_claim_about_a_few_shot_method_is_one_of_studies_with_that_method(config):
    row = {**ROW, "task": "fewshot", "method": "class-mean"}
    config["claims"]["mine"] = row
    assert "mine" not in validate(config, SCHEMAS).claims
    config["study"]["claims"] = {"rows": ["mine"]}
    with pytest.raises(
        UserError, match=r"'mine' is about few-shot by class-mean; add study: \{fewshot: \{methods: \[prot"
    ):
        validate(config, SCHEMAS)
    config["study"]["fewshot"] = {"methods": ["prototype", "class-mean"]}
    study = validate(config, SCHEMAS)
    assert list(study.claims) == ["mine"]
    assert claim_grid.fewshot_tasks(study) == ["fewshot", "fewshot.class-mean"]
    config["claims"]["mine"] = {**ROW, "method": "linear"}
    with pytest.raises(UserError, match="only few-shot has methods; add task: fewshot"):
        validate(config, SCHEMAS)
