"""The paper's printed numbers as estimates, and the verdicts that they carry."""

import numpy as np
import pytest

from humancentric.core.files import read_json
from humancentric.evaluation.claims import verdicts
from humancentric.evaluation.claims.comparisons import Cell
from humancentric.evaluation.claims.printed import Printed, study_of_paper
from project import ROOT
from studies import claim_study

REFERENCE = read_json(ROOT / "resources" / "paper_reference.json")
CLIP = Cell("transfer", "book-covers", "standard.clip")
BIT_M = Cell("transfer", "book-covers", "standard.bit-m")
VERDICTS = {  # of the claims on what the paper prints: with the items of its test splits, and over seeds alone
    "best-image": ("inconclusive", "inconclusive"),  # on MVSA BiT-M's five runs spread by 1.46 points
    "best-text": ("inconclusive", "inconclusive"),
    "best-pair": ("inconclusive", "inconclusive"),
    "pairs-tie": ("inconclusive", "inconclusive"),
    "best-row": ("inconclusive", "inconclusive"),
    "masking-lowers": ("reproduced", "reproduced"),
    "masking-order": ("reproduced", "reproduced"),
    "tweets-bert": ("inconclusive", "inconclusive"),
    "tweets-bert-tie": ("inconclusive", "inconclusive"),
    "tweets-texts": ("inconclusive", "not separable"),
    "replace-image": ("reproduced", "reproduced"),
    "replace-text": ("inconclusive", "inconclusive"),
    "masking-lowers-every": ("inconclusive", "inconclusive"),  # RN50 rises on books
    "masking-lowers-pairs": ("inconclusive", "inconclusive"),
    "masked-best": ("reproduced", "reproduced"),
    "masked-lead": ("reproduced", "reproduced"),
    "recent-lower-image": ("reproduced", "reproduced"),
    "recent-lower-text": ("reproduced", "reproduced"),
    "recent-best-image": ("reproduced", "reproduced"),
    "recent-best-text": ("reproduced", "reproduced"),
    "recent-order-image": ("reproduced", "reproduced"),
    "recent-order-text": ("inconclusive", "inconclusive"),
    **{name: ("reproduced", "reproduced") for name in ("quoted-covers-image", "quoted-covers-text")},
    **{f"quoted-mangolin-{cells}": ("reproduced", "reproduced") for cells in ("image", "text", "pair")},
    "quoted-covers-pair": ("reproduced", "reproduced"),
}


def test_a_printed_cell_has_the_error_of_its_items_and_its_runs():
    printed = Printed(REFERENCE, resamples=20_000)
    found = printed.estimate([(1.0, CLIP)])
    assert found.value == pytest.approx(0.5375)
    items, runs = (
        0.5375 * 0.4625 / 5510,
        0.0023**2 / 4,
    )  # printed with ddof 0: 5/4 of the variance, over 5 runs
    assert found.item_error == pytest.approx(items**0.5, rel=0.01)
    assert found.seed_error == pytest.approx(runs**0.5)
    assert found.error == pytest.approx((items + runs) ** 0.5, rel=0.02)
    lead = printed.estimate([(1.0, CLIP), (-1.0, BIT_M)])
    other = printed.estimate([(1.0, BIT_M)])
    assert lead.value == pytest.approx(0.5375 - 0.2933)
    assert lead.error == pytest.approx((found.error**2 + other.error**2) ** 0.5, rel=0.02)  # independent
    assert lead.interval().low < lead.value < lead.interval().high


def test_over_seeds_alone_only_the_runs_count():
    lead = Printed(REFERENCE, with_items=False).estimate([(1.0, CLIP), (-1.0, BIT_M)])
    runs = (0.0023**2 + 0.0092**2) / 4
    assert lead.error == pytest.approx(runs**0.5, rel=0.05)
    ((_, dof),) = lead.parts
    assert 4 < dof < 8
    assert lead.above() < 0.001


def test_a_printed_deviation_of_zero_is_below_half_a_unit():
    cell = Cell("transfer", "plotster", "title.clip-t")
    assert Printed(REFERENCE).cells[cell][1] == 0.005


def test_the_study_of_the_paper_has_every_printed_cell(config):
    study = study_of_paper(REFERENCE, claim_study(config))
    assert study.datasets["plotster"].masked_views["masked"].of == "standard"
    assert study.datasets["plotster-mangolin"].is_subset
    assert study.controls == {"plotster-recent": "plotster", "plotster-mangolin": "plotster"}
    assert len([cell for cell in Printed(REFERENCE).cells if cell.task == "transfer"]) == 90


def test_what_the_paper_s_own_numbers_carry(config):
    found = verdicts.of_paper(REFERENCE, claim_study(config))
    told = {claim["claim"]: (claim["verdict"], claim["over_seeds"]) for claim in found if claim["contrasts"]}
    assert told == VERDICTS
    for claim in found:
        for contrast in claim["contrasts"]:
            assert contrast["power"] is None or claim["margin"]  # not the power at its own estimates
            assert contrast["detectable"] > 0
    [tie] = next(claim for claim in found if claim["claim"] == "pairs-tie")["contrasts"]
    # Items alone: equal cells of 66 % are within the margin with a power of 80 % only if there are far more of them.
    error = (2 * 0.66 * 0.34 / 1960) ** 0.5
    assert tie["detectable"] > 8**0.5 * 0.005
    assert tie["detectable"] > 2 * error


def test_sizes_and_spreads_that_are_not_printed_leave_items_or_runs_out():
    reference = {
        "tables": {"a": {"metric": "accuracy", "cells": {"x.y": [50.0, 1.0]}}},
        "controls": {"b": {"parent": "a", "metric": "accuracy", "cells": {"x.z": [50.0, 40.0]}}},
    }
    printed = Printed(reference)
    found = printed.estimate([(1.0, Cell("transfer", "a", "x.y"))])
    assert not found.items
    assert np.isfinite(found.interval().low)
    without = printed.estimate([(1.0, Cell("control", "b", "x.z"))])
    assert (without.value, without.above(0.1)) == (0.4, 1.0)
    assert Cell("transfer", "a", "x.q") not in printed
