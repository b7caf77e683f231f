"""The table, figure and section of the ladder, from results that are written by hand."""

import pytest

import reporting_scores as made
from humancentric.core import files
from humancentric.report.figures import figure_names, ladder_figure
from humancentric.report.page.page import Sources, render
from humancentric.report.panels import styled
from humancentric.report.report_inputs import ReportInputs, Scores
from humancentric.report.table_model import comma_separated
from humancentric.report.tables import ladder_tables, table_names
from project import ROOT, load_config
from studies import report_study

MINUS = "\N{MINUS SIGN}"
FAMILIES = ("full", "pca", "random", "width")
ENCODERS = ("efficientnet-lite0", "clip-demo")


def contrast(value, verdict="reproduced", **more):
    ends = {"low": None, "high": None} if value is None else {"low": value - 0.02, "high": value + 0.02}
    rest = {"p": 0.01, "error": 0.01, "too_few": None, "detectable": 0.03, "power": 0.1, "p_holm": 0.02}
    return {"value": value, **ends, **rest, "verdict": verdict, **more}


def results():
    """Return results of two datasets and two classes, with one slope that cannot be estimated."""
    claims = []
    for family in FAMILIES:
        rows = [
            contrast(0.1, dataset="demo-tweets"),
            contrast(-0.051, "inconclusive", dataset="demo-movies", too_few="heads of one seed"),
        ]
        claims.append({"claim": "multimodal", "family": family, "verdict": "inconclusive", "contrasts": rows})
        for part, value, reason in (("within", 0.2, None), ("between", None, "cannot be estimated")):
            verdict = "reproduced" if value else "not run"
            row = contrast(value, verdict, classes=3, datasets=2, reason=reason, detectable=value and 0.1)
            about = {"claim": f"rating-{part}", "family": family, "rater": "ours", "verdict": verdict}
            claims += [{**about, "contrasts": [row]}] if family != "width" else []
    cells = [
        {"dataset": dataset, "encoder": encoder, "treatment": family, "mean": 0.5, "low": 0.45, "high": 0.6}
        for dataset in ("demo-tweets", "demo-movies")
        for encoder in ENCODERS
        for family in FAMILIES[:3]
    ]
    classes = [
        {"dataset": "demo-movies", "class": name, "support": size, "lead": lead, "ratings": {"ours": rating}}
        for name, size, lead, rating in (("Horror", 30, 0.3, 1), ("War", 9, 0.1, 0.5), ("New", 3, 0.1, None))
    ]
    sensitivity = {"class": {"fits": 3, "lowest": -0.1, "highest": 0.25, "above": 2, "below": 0}}
    sources = {"ours": "made up"}
    return {
        "level": 0.95, "width": 128, "relevant": 0.02, "fewest": 5, "claims": claims, "cells": cells,
        "ratings": {"version": "1", "sources": sources}, "classes": classes, "sensitivity": sensitivity,
    }  # fmt: skip


@pytest.fixture
def study():
    config = load_config()
    config["study"]["ladder"] = {}
    return report_study(config)


def inputs_of(folder, found):
    path = folder / "ladder.json"
    files.write_json(path, found)
    return ReportInputs(Scores(made.table([])), further={ladder_tables.RESULTS: path})


def test_the_table_has_every_contrast_and_slope_with_its_verdict(study, tmp_path):
    table = ladder_tables.build(inputs_of(tmp_path, results()), study)
    lines = [[" ".join(filter(None, (item.text, item.spread))) for item in line.items] for line in table.body]
    assert lines[0] == [f"multimodal: CLIP-demo {MINUS} EfficientNet-Lite0 (inconclusive)"]
    assert lines[1][:2] == ["Demo tweets", "+10.00 [+8.00, +12.00]"]
    assert lines[1][-2:] == ["3.00", "+ reproduced"]
    assert lines[2][2] == f"{MINUS}5.10 [{MINUS}7.10, {MINUS}3.10]"
    assert lines[2][-1].endswith("inconclusive heads of one seed")
    assert lines[3][0] == "Lead by rating, within datasets (ours; 3 classes of 2 datasets)"
    assert lines[4][-1] == "cannot be estimated"
    assert (
        f"with one class left out: {MINUS}10.00 to +25.00; interval above 0 in 2 of 3 fits" in table.notes[0]
    )
    assert "fewer than 5 test samples: 1" in table.notes[1]
    assert "(1 classes without): made up" in table.notes[2]
    assert comma_separated(table).count("\n") == 1 + len(table.records) == 1 + 4 * 2 + 3 * 2


def test_the_figure_has_both_panels_and_says_so_if_nothing_was_run(study, tmp_path):
    with styled():
        figure = ladder_figure.draw(inputs_of(tmp_path, results()), study)
        left, right = figure.axes
        assert len(left.containers) == 4  # two datasets, at full width and at one width
        assert [tick.get_text() for tick in left.get_xticklabels()] == ["EfficientNet-Lite0", "CLIP-demo"]
        assert sum(len(points.get_offsets()) for points in right.collections) == 2  # rated, and large enough
        assert "slope within datasets +20.0 [+18.0, +22.0]: reproduced" in [t.get_text() for t in right.texts]
        missing = ReportInputs(Scores(made.table([])))
        assert [axes.texts[0].get_text() for axes in ladder_figure.draw(missing, study).axes] == [
            "not run"
        ] * 2
    (line,) = ladder_tables.build(missing, study).body
    assert [item.tone for item in line.items] == ["", "missing"]


def test_only_a_study_with_a_ladder_has_its_section(study, tmp_path):
    plain = report_study(load_config())
    template = ROOT / "workflow" / "report" / "page.html.j2"
    for one, shown in ((study, True), (plain, False)):
        assert ("ladder" in table_names(one)) == ("ladder" in figure_names(one)) == shown
        page = render(inputs_of(tmp_path, results()), one, template, Sources(benchmarks=tmp_path))
        assert ("Language, data or architecture?" in page) == shown
