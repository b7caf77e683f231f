"""The tables of unknown data and of clusters, and the ROC curves."""

import pytest

from humancentric.core import schemas, tables
from humancentric.report import figures
from humancentric.report.report_inputs import ReportInputs, Scores
from humancentric.report.tables import build_tables, table_names
from humancentric.study import feature_sets
from studies import report_study

OOD = {
    "later": {"known": "demo-movies", "unknown": ["demo-movies-recent"], "views": ["standard"]},
    "others": {"known": "demo-movies", "unknown": ["demo-covers", "demo-tweets"], "views": ["standard"]},
    "sad": {"known": "demo-tweets", "left_out": ["negative"], "views": ["standard"]},
}


def row(task, dataset, features, split, protocol, metric, value, seed=None):
    names = ("task", "dataset", "features", "split", "protocol", "metric", "value", "seed")
    return dict(zip(names, (task, dataset, features, split, protocol, metric, value, seed), strict=True))


def scores(*rows):
    return Scores(schemas.SCORES.rows([{"shots": None} | one for one in rows]))


@pytest.fixture
def study(config):
    config["study"] |= {"ood": OOD, "clusters": True}
    return report_study(config)


def test_they_appear_only_where_they_are_asked_for(config, study):
    shown = {"ood", "clusters"}
    assert shown <= set(table_names(study))
    assert "ood" in figures.figure_names(study)
    config["study"] |= {"ood": {}, "clusters": False}
    without = report_study(config)
    assert not shown & {*table_names(without), *figures.figure_names(without)}


def test_a_cell_has_both_numbers_with_intervals_and_the_highest_is_bold(study):
    own = ("ood", "demo-movies", "standard.clip-demo")
    other = ("ood", "demo-movies", "standard.efficientnet-lite0")
    numbers = {"auroc": 0.9, "auroc_low": 0.85, "auroc_high": 0.95, "fpr95": 0.2, "fpr95_low": 0.1}
    rows = [row(*own, "others:demo-covers", "mcm", name, value) for name, value in numbers.items()]
    rows += [row(*own, "others:demo-covers", "mcm", "fpr95_high", 0.3)]
    rows += [row(*other, "others:demo-covers", "knn", "auroc", 0.7)]
    rows += [row(*own, "others:halves", "knn", "auroc", 0.48)]
    table = build_tables(ReportInputs(scores(*rows)), study)["ood"]
    groups = [line.items[0].text for line in table.body if line.kind == "group"]
    assert groups == [
        "Demo movies → Demo movies after 2021-01-05",
        "Demo movies → Demo covers, Demo tweets",
        "Demo movies → Demo covers",
        "Demo movies → Demo tweets",
        "Demo tweets: negative left out",
    ]
    lines = [line.items for line in table.body]
    begin = next(n for n, items in enumerate(lines) if items[0].text == groups[2])
    found = {items[0].text: items for items in lines[begin + 1 : begin + 4]}
    clip = found["CLIP-demo (Standard)"]
    assert (clip[5].text, clip[5].spread, clip[5].bold) == (".900", "[.850, .950]", True)
    assert (clip[6].text, clip[6].spread, clip[9].text) == (".200", "[.100, .300]", ".480")
    plain = found["EfficientNet-Lite0 (Standard)"]
    assert (plain[3].text, plain[3].bold, plain[5].text) == (".700", False, "\N{EM DASH}")
    assert "† not run" in table.notes
    record = next(r for r in table.records if r["auroc"] == 0.9)
    assert (record["unknown"], record["score"], record["fpr95_high"]) == ("demo-covers", "mcm", 0.3)


def test_clusters_have_the_deviation_over_seeds_and_the_interval_over_samples(study):
    place = ("clusters", "demo-tweets", "standard.clip-demo", "test", None)
    rows = [row(*place, "ami", value, seed) for seed, value in enumerate((-0.1, -0.2))]
    rows += [row(*place, "ami_low", -0.3), row(*place, "ami_high", 0.01), row(*place, "purity", 0.5, 0)]
    table = build_tables(ReportInputs(scores(*rows)), study)["clusters"]
    line = next(
        items for items in (line.items for line in table.body) if items[0].text == "CLIP-demo (Standard)"
    )
    assert (line[1].text, line[1].spread, line[1].bold) == ("\N{MINUS SIGN}.150", "± .05", True)
    assert (line[2].text, line[3].text, line[5].text) == ("[\N{MINUS SIGN}.300, .010]", "†", ".500")
    record = next(r for r in table.records if r["features"] == "standard.clip-demo")
    assert (record["ami"], record["ami_std"]) == (pytest.approx(-0.15), pytest.approx(0.05))


def test_the_figure_has_a_curve_for_every_score_that_was_run(study, tmp_path):
    (path,) = feature_sets.item_files(study, [("ood", "sad", "standard.clip-demo")], "scores.parquet")
    file = tmp_path / "scores.parquet"
    columns = {"id": ["a", "b", "c"], "dataset": ["demo-tweets"] * 3, "known": [True, True, False]}
    columns |= {"mahalanobis": [2.0, 1, 0], "knn": [0.0, 1, 2], "mcm": [0.5] * 3, "energy": [None] * 3}
    tables.write(file, schemas.OOD_SCORES.table(columns), schemas.OOD_SCORES)
    (figure,) = [one for one in figures.study_figures(study) if one.name == "ood"]
    drawn = figures.draw(figure, ReportInputs(scores(), further={path: file}), study)
    panel = next(axes for axes in drawn.axes if "negative" in axes.get_title("left"))
    curves = [line.get_xydata().tolist() for line in panel.lines if len(line.get_xdata()) > 1][:3]
    assert curves[0][-2:] == [[0, 100], [100, 100]]  # all known above the unknown one
    assert [0, 0] in curves[1]
    assert [100, 0] in curves[1]  # all below it
    assert curves[2] == [[0, 0], [100, 100]]  # all equal
    assert sum("not run" in text.get_text() for axes in drawn.axes for text in axes.texts) == 3
