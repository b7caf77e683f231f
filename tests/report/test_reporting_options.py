"""Options that were selected at an end of their grid are counted in a table and named among the limits."""

from pathlib import Path

import pytest

import reporting_scores as made
from humancentric.core import files
from humancentric.report.page.page import Sources, render
from humancentric.report.report_inputs import ReportInputs, Scores
from humancentric.report.tables import protocol_tables, table_names
from project import ROOT, load_config
from studies import report_study

GRID = {"learning_rate": [1e-3, 1e-2, 1e-4], "weight_decay": [5e-4], "epochs": [5, 20]}


@pytest.fixture
def study():
    config = load_config()
    config["study"]["protocols"] = ["standardised", "fair"]
    return report_study(config)


def inputs_of(study, folder: Path, choices: list[tuple[float, int]]) -> ReportInputs:
    """Return inputs with one probe a choice of (learning rate, epochs)."""
    candidates = [
        {"learning_rate": r, "weight_decay": 5e-4, "epochs": e}
        for r in GRID["learning_rate"]
        for e in (5, 20)
    ]
    further = {}
    for path, (rate, epochs) in zip(protocol_tables.score_files(study), choices, strict=False):
        chosen = {"learning_rate": rate, "weight_decay": 5e-4, "epochs": epochs}
        cell = {"protocol": "fair", "selected": chosen, "validation": {"candidates": candidates}}
        further[path] = folder / path.replace("/", "-")
        files.write_json(further[path], cell)
    return ReportInputs(Scores(made.table([])), further=further)


def test_choices_at_the_ends_are_counted(study, tmp_path):
    inputs = inputs_of(study, tmp_path, [(1e-2, 20), (1e-2, 20), (1e-3, 5), (1e-4, 20)])
    lines = [[item.text for item in line.items] for line in protocol_tables.build_options(inputs, study).body]
    assert lines == [
        ["fair", "learning rate", "0.0001 to 0.01, 3 values", "4", "1", "2"],
        ["fair", "epochs", "5 to 20, 2 values", "4", "1", "3"],
    ]


def test_the_page_warns_of_them(study, tmp_path):
    template = ROOT / "workflow" / "report" / "page.html.j2"
    told = "learning_rate of fair (2 of 2 probes)"
    for choices, warned in (([(1e-2, 5), (1e-4, 5)], True), ([], False)):
        page = render(inputs_of(study, tmp_path, choices), study, template, Sources(benchmarks=tmp_path))
        assert (told in page) == warned


def test_files_are_those_of_protocols_that_select(study):
    paths = protocol_tables.score_files(study)
    assert "results/demo-covers/transfer.fair/standard.clip-demo/scores.json" in paths
    assert all("/transfer.fair/" in path for path in paths)
    assert "options" in table_names(study)
    assert "options" not in table_names(report_study(load_config()))
