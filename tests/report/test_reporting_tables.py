"""Tables in every format: the paper's own numbers, escaping, holes."""

import csv
import io
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reporting_scores as made
from humancentric.core import files
from humancentric.report import latex, table_model
from humancentric.report.figures import figure_names
from humancentric.report.numbers import FRACTION, PERCENT
from humancentric.report.report_inputs import ReportInputs, Scores
from humancentric.report.table_model import ABSENT, Item, Line, Table
from humancentric.report.tables import (
    build_tables,
    control_tables,
    paper_tables,
    table_files,
    table_names,
    transfer_tables,
    write_tables,
)
from humancentric.study import report_config
from studies import report_study, study_of


@pytest.fixture(scope="module")
def paper():
    config = report_study(made.configuration("paper"))
    return config, build_tables(made.inputs(config, made.table(made.of_paper())), study_of(config))


def cells_of_latex(text: str) -> list[list[str]]:
    """Return the cells of the body lines of a tabular, without spanning headings."""
    lines = [line.removesuffix(r" \\") for line in text.splitlines() if line.endswith(r"\\")]
    return [line.split(" & ") for line in lines if "\\multicolumn" not in line]


@pytest.mark.parametrize("dataset", made.REFERENCE["tables"])
def test_the_paper_fed_in_comes_out(paper, dataset):
    config, found = paper
    table = made.REFERENCE["tables"][dataset]
    unit, scale = (PERCENT, 0.01) if table["metric"] == "accuracy" else (FRACTION, 1)
    head, *body = cells_of_latex(latex.render(found[dataset]))
    texts = [None, *report_config.singles(study_of(config), dataset, "text")]
    images = [None, *report_config.singles(study_of(config), dataset, "image")]
    assert head == [
        "Image encoder",
        "None",
        *[report_config.label(study_of(config), "encoders", t.split(".")[1]) for t in texts[1:]],
    ]
    assert len(body) == len(images)
    seen = 0
    for image, row in zip(images, body, strict=True):
        for text, printed in zip(texts, row[1:], strict=True):
            features = "+".join(filter(None, (image, text)))
            if not features:
                assert "--" in printed
                continue
            mean, std = table["cells"][features]
            assert unit.number(mean * scale) in printed
            assert rf"$\pm$ {unit.spread(std * scale)}}}" in printed
            assert ("\\textbf" in printed) == (features in table["bold"])
            if table["underlined"]:
                assert ("\\underline" in printed) == (features in table["underlined"])
            seen += 1
    assert seen == len(table["cells"])


def test_against_itself_the_paper_agrees_everywhere(paper):
    _, found = paper
    states = [
        row["state"] for name in paper_tables.IN_PAPER for row in found[f"{name}-against-paper"].records
    ]
    assert states == ["agree"] * 90


def test_the_control_table_prints_the_drops_of_the_paper(paper):
    _, found = paper
    rows = {
        line.items[0].text: [item.text for item in line.items[1:4]] for line in found["control"].body[1:7]
    }
    minus = "\N{MINUS SIGN}"
    assert rows["CLIP (Standard)"] == [".526", ".439", f"{minus}.087"]
    assert rows["Bert-base (Title)"] == [".314", ".229", f"{minus}.085"]
    assert found["control"].body[7].kind == "group"  # the next control
    assert len(rows) == 6  # masked pictures and plots were not scored, so they are no row


def test_targets_are_what_is_written(tmp_path):
    assert set(paper_tables.IN_PAPER) == set(made.REFERENCE["tables"])
    for overlays in ((), ("paper",)):
        config = made.configuration(*overlays)
        written = write_tables(made.inputs(config), report_study(config), tmp_path)
        assert [f"results/tables/{path.name}" for path in written] == table_files(study_of(config))
        assert all(path.exists() for path in written)


def test_a_study_without_masks_controls_or_shots_asks_for_less():
    config = made.configuration()
    config["study"] |= {"datasets": ["demo-tweets"], "shots": {"default": []}}
    names = ["demo-tweets", "demo-tweets-intervals", "chance", "datasets", "texts"]
    assert table_names(study_of(config)) == names
    assert not {"fewshot", "masking-effect", "control", "differences"} & set(figure_names(study_of(config)))


def test_the_excerpt_holds_what_the_tables_read_and_nothing_else():
    config = made.configuration()
    before = report_study(config)
    config["encoders"]["clip-demo"]["width"] = 7
    config["detectors"]["db"]["confidence"] = 0.9
    config["protocols"]["paper"]["optimiser"]["learning_rate"] = 1
    assert report_study(config) == before
    assert table_files(study_of(before)) == table_files(study_of(config))
    assert study_of(before).datasets["demo-covers"].generated


def test_missing_cells_and_missing_seeds_are_seen():
    config = made.configuration()
    rows = [row for row in made.of_study(config) if row["features"] != "standard.clip-demo+title.minilm"]
    rows = [row for row in rows if not (row["features"] == "masked.clip-demo" and row["seed"] == 4)]
    sheet = transfer_tables.build(ReportInputs(Scores(made.table(rows))), study_of(config), "demo-covers")
    text = latex.render(sheet)
    assert text.count(r"--\textsuperscript{\dag}") == 1
    assert text.count(r"\ddag") == 2  # at the cell and in the note
    assert "not run" in text
    assert "fewer than 5 runs" in text
    assert "† not run" in table_model.markdown(sheet)
    holes = [
        row for row in csv.DictReader(io.StringIO(table_model.comma_separated(sheet))) if row["mean"] == ""
    ]
    assert [row["features"] for row in holes] == ["standard.clip-demo+title.minilm"]
    assert holes[0]["runs"] == "0"


def test_chance_is_below_the_line():
    config = made.configuration()
    sheet = transfer_tables.build(
        ReportInputs(Scores(made.table(made.of_study(config)))), study_of(config), "demo-covers"
    )
    below = sheet.body[-2:]
    assert [line.items[0].text for line in below] == ["Random (Standard)", "Best blind baseline (majority)"]
    assert [line.rule for line in below] == [True, False]
    assert below[-1].items[1].text == "6.00"


def test_csv_has_both_deviations():
    config = made.configuration()
    sheet = transfer_tables.build(
        ReportInputs(Scores(made.table(made.of_study(config)))), study_of(config), "demo-tweets"
    )
    row = next(csv.DictReader(io.StringIO(table_model.comma_separated(sheet))))
    assert float(row["std"]) == pytest.approx(0.01, abs=1e-15)
    assert float(row["std_sample"]) == pytest.approx(0.01 * math.sqrt(5 / 4), abs=1e-15)


def test_a_dataset_of_pictures_alone_is_one_column():
    config = made.configuration()
    del config["datasets"]["demo-tweets"]["views"]["tweet"]
    sheet = transfer_tables.build(ReportInputs(Scores(made.table([]))), study_of(config), "demo-tweets")
    assert sheet.columns == 2
    assert [line.items[0].text for line in sheet.body] == [
        "EfficientNet-Lite0",
        "CLIP-demo",
        "Random (Standard)",
    ]


def sheet_of(text: str) -> Table:
    return Table((Line((Item("a"), Item("b"))),), (Line((Item(text), Item("1"))),), caption="caption")


def test_special_characters_are_escaped():
    assert latex.latex_escape(r"a_b & 50% #1 {x} $y ~^ \z") == (
        r"a\_b \& 50\% \#1 \{x\} \$y \textasciitilde{}\textasciicircum{} \textbackslash{}z"
    )
    assert r"R\&D\_net & 1 \\" in latex.render(sheet_of("R&D_net"))
    assert r"| a\|b \*c | 1 |" in table_model.markdown(sheet_of("a|b *c"))


@given(st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Cc"])))
def test_nothing_special_is_left_after_escaping(text):
    bare = re.sub(
        r"\\(textbackslash|textasciitilde|textasciicircum|textless|textgreater|textbar)\{\}|(?<=[-`',?!])\{\}",
        "",
        latex.latex_escape(text),
    )
    assert not re.search(r"(?<!\\)[{}$&#_%]|[~^<>|]|\\(?![{}$&#_%])", bare)


def test_the_paper_s_variant_stands_beside_the_control_without_samples_seen():
    config = made.configuration()
    rows = made.of_study(config)
    without = control_tables.build_control(ReportInputs(Scores(made.table(rows))), study_of(config))
    assert [item.text for item in without.head[0].items] == control_tables.COLUMNS
    seen = [{**row, "split": "test-with-seen", "value": 0.625} for row in rows if row["task"] == "control"]
    features = "standard.clip-demo"
    seen = [row for row in seen if row["features"] == features]
    found = control_tables.build_control(ReportInputs(Scores(made.table(rows + seen))), study_of(config))
    assert found.head[0].items[-1].text == "With seen"
    last = {line.items[0].text: line.items[-1].text for line in found.body[1:]}
    assert last[report_config.name_of(study_of(config), features)] == ".625"
    assert set(last.values()) - {""} == {".625", ABSENT}  # no such number of blind answers
    before = {line.items[0].text: line.items[2].text for line in without.body[1:]}
    assert {line.items[0].text: line.items[2].text for line in found.body[1:]} == before
    (record,) = (row for row in found.records if row["features"] == features)
    assert record["test-with-seen_mean"] == pytest.approx(0.625)
    assert any("with seen" in note for note in found.notes)


def test_samples_of_a_control_that_were_trained_on_are_counted_beside_the_paper_s(tmp_path):
    study = study_of(made.configuration())
    [path] = control_tables.score_files(study)
    assert path.startswith("results/demo-movies-recent/transfer/")
    cell = {"dataset": "demo-movies-recent", "seen_in_training": 7, "samples": {"train": 0, "test": 1200}}
    files.write_json(tmp_path / "scores.json", cell)
    paper = {"controls": {"demo-movies-recent": {"films": 20280, "films_seen_in_training": 93, "cells": {}}}}
    inputs = ReportInputs(Scores(made.table([])), reference=paper, further={path: tmp_path / "scores.json"})
    said = "Demo movies after 2021-01-05: 7 of 1,207 samples are training samples (paper: 93 of 20,280)"
    assert said in control_tables.build_control(inputs, study).notes


@pytest.mark.parametrize(("heading", "wraps"), [("x" * 40, False), ("x" * 41, True)])
def test_long_row_headings_are_wrapped_on_the_page(heading, wraps):
    row, group = (
        table_model.Line((table_model.Item(heading), table_model.Item("1"))),
        table_model.Item("y" * 60),
    )
    head = table_model.Line((table_model.Item("name"), table_model.Item("value")))
    table = table_model.Table((head,), (table_model.Line((group,), kind="group"), row))
    assert ('<table class="long">' in table_model.html(table)) == wraps
