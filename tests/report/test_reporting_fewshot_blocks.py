"""Few-shot blocks: a dataset alone, and the mean over the sets of objects."""

from dataclasses import replace

import pytest

import reporting_scores as made
from humancentric.report.report_inputs import ReportInputs, Scores
from humancentric.report.tables import fewshot_table
from humancentric.report.tables.fewshot_table import figure_blocks, mean_block, table_blocks
from studies import report_study, study_of

SETS = ("cifar10", "cifar100", "cub-200-2011", "fashion-mnist", "mnist", "svhn")


@pytest.fixture
def config():
    return report_study(made.configuration("paper"))


def scores_of(values: dict[str, list[float]], features="standard.clip", shots=5) -> Scores:
    found = []
    for dataset, runs in values.items():
        rows = made.rows("fewshot", dataset, features, "accuracy", 0, 1, None, shots, runs=runs)
        found += rows
    return Scores(made.table(found))


def test_the_mean_is_taken_draw_by_draw(config):
    config = replace(config, trained=("mvsa", "mnist", "svhn"))
    block = mean_block(study_of(config))
    cell = block.cell(
        scores_of({"mnist": [0.2, 0.4], "svhn": [0.6, 0.2]}), study_of(config), "standard.clip", 5
    )
    assert cell.values == pytest.approx((0.4, 0.3))
    assert block.title(study_of(config)) == "Mean of 2 sets"


def test_a_set_that_was_not_run_leaves_the_mean_empty(config):
    scores = scores_of({name: [0.5] for name in SETS[:5]})
    assert mean_block(study_of(config)).cell(scores, study_of(config), "standard.clip", 5) is None


def test_the_figure_shows_the_mean_and_the_table_every_set(config):
    assert [block.datasets for block in figure_blocks(study_of(config))] == [
        ("mvsa",), ("book-covers",), ("plotster",), SETS,
    ]  # fmt: skip
    assert [block.datasets for block in table_blocks(study_of(config))][3:] == [
        *((name,) for name in SETS),
        SETS,
    ]


@pytest.mark.parametrize("names", [[], ["mnist"], ["mnist", "plotster-recent"]])
def test_one_set_or_sets_of_different_metrics_have_no_mean(config, names):
    several = replace(config.datasets["plotster-recent"], human_centric=False)
    config = replace(
        config, trained=("mvsa", *names), datasets={**config.datasets, "plotster-recent": several}
    )
    assert mean_block(study_of(config)) is None
    assert [block.datasets for block in figure_blocks(study_of(config))][1:] == [(name,) for name in names]


def test_the_table_holds_the_mean_of_the_sets(config):
    rows = [
        row
        for name in SETS
        for features in ("standard.rn50", "standard.clip")
        for row in made.rows("fewshot", name, features, "accuracy", 0.3, 0, None, 5)
    ]
    sheet = fewshot_table.build(ReportInputs(Scores(made.table(rows))), study_of(config))
    mean = [record for record in sheet.records if record["dataset"] == "+".join(SETS)]
    assert {r["features"]: r["mean"] for r in mean if r["shots"] == 5} == pytest.approx(
        {"standard.rn50": 0.3, "standard.clip": 0.3, "standard.bit-m": None}
    )


def test_chance_stands_below_every_block(config):
    found = []
    for name in ("mvsa", *SETS):
        for n in study_of(config).shots_of(name):
            found += made.rows("chance", name, "shuffled-prototypes", "accuracy", 0.2, 0.0, None, n)
    sheet = fewshot_table.build(ReportInputs(Scores(made.table(found))), study_of(config))
    lines = [line for line in sheet.body if line.items[0].text == "Prototypes with shuffled labels"]
    assert len(lines) == len(SETS) + 2  # and the mean of the sets
    assert {item.text for line in lines for item in line.items[1:] if item.text} == {"20.00"}
    assert not Scores(made.table(found)).blind(study_of(config), "mvsa")  # a chance of few-shot alone


def test_classes_with_too_few_samples_are_said(config):
    found = []
    for n, short in ((20, 0), (50, 0), (100, 2)):
        found += made.rows("chance", "mvsa", "shuffled-prototypes", "short", short, 0.0, None, n)
    sheet = fewshot_table.build(ReportInputs(Scores(made.table(found))), study_of(config))
    assert [item.text for item in sheet.body[0].items[1:4]] == [
        "20 shots",
        "50 shots",
        "100 shots\N{DOUBLE DAGGER}",
    ]
    assert "a class has fewer training samples, which are all used" in sheet.notes[-1]
