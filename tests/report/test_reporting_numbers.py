"""How numbers print, and which are the best."""

import math

import pytest

import reporting_scores as made
from humancentric.report.numbers import FRACTION, PERCENT, best, marks
from humancentric.report.report_inputs import Cell, Scores
from humancentric.report.tables.paper_tables import compare, printed
from studies import study_of


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [(PERCENT, 0.5375, "53.75"), (PERCENT, 0, "0.00"), (FRACTION, 0.526, ".526"), (FRACTION, 1, "1.000")],
)
def test_means_print_as_in_the_paper(unit, value, text):
    assert unit.number(value) == text


def test_deviations_and_differences():
    assert (PERCENT.spread(0.0023), FRACTION.spread(0.004)) == ("0.23", ".00")
    minus = "\N{MINUS SIGN}"
    assert [FRACTION.difference(v) for v in (0.019, -0.019, -1e-9)] == ["+.019", f"{minus}.019", ".000"]
    assert PERCENT.difference(-0.012) == f"{minus}1.20"


def test_a_cell_knows_both_deviations():
    cell = Cell((0.1, 0.2, 0.3))
    assert cell.std == pytest.approx(math.sqrt(0.02 / 3))
    assert cell.std_sample == pytest.approx(0.1)
    assert math.isnan(Cell((0.1,)).std_sample)


def test_cells_that_print_alike_are_both_best():
    cells = {"a": Cell((0.66031,)), "b": Cell((0.66029,)), "c": Cell((0.6558,)), "d": None}
    assert best(cells, PERCENT) == {"a", "b"}
    assert best({"d": None}, PERCENT) == set()


@pytest.mark.parametrize("dataset", made.REFERENCE["tables"])
def test_the_rule_gives_the_marks_of_the_paper(dataset):
    table = made.REFERENCE["tables"][dataset]
    cells = {features: Cell((mean,)) for features, (mean, _) in printed(made.REFERENCE, dataset).items()}
    unit = PERCENT if table["metric"] == "accuracy" else FRACTION
    bold, underlined = marks(cells, {"tweet", "title", "plot"}, unit)
    assert bold == set(table["bold"])
    assert (
        underlined == set(table["underlined"]) or not table["underlined"]
    )  # two tables lost theirs in print


def test_three_states_against_the_paper():
    paper = {"v.a": (0.50, 0.01), "v.b": (0.40, 0.01), "v.c": (0.30, 0.01), "t.d": (0.2, 0.01)}
    cells = {
        "v.a": Cell((0.515,)),
        "v.b": Cell((0.35,)),
        "v.c": Cell((0.45,)),
        "t.d": Cell((0.3,)),
        "v.e": None,
    }
    found = {features: row.state for features, row in compare(cells, paper).items()}
    # a: within 2 deviations; b: off, and c has overtaken it; c: off; d: off with nobody to stand beside
    assert found == {"v.a": "agree", "v.b": "disagree", "v.c": "disagree", "t.d": "disagree"}
    cells["v.c"] = Cell((0.2,))
    assert compare(cells, paper)["v.b"].state == "order"


def test_one_point_is_always_close_enough():
    assert compare({"v.a": Cell((0.51,))}, {"v.a": (0.50, 0.0)})["v.a"].state == "agree"
    assert compare({"v.a": Cell((0.5101,))}, {"v.a": (0.50, 0.0)})["v.a"].state == "disagree"


def test_scores_leave_out_what_is_not_a_number():
    config = made.configuration()
    rows = made.rows("transfer", "demo-covers", "standard.clip-demo", "accuracy", 0.5, 0)
    rows[0]["value"], rows[1]["value"] = math.nan, None
    assert Scores(made.table(rows)).transfer(study_of(config), "demo-covers", "standard.clip-demo").runs == 3
    assert Scores(made.table([])).transfer(study_of(config), "demo-covers", "standard.clip-demo") is None
