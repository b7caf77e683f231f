"""Intervals, protocols, chance, datasets, texts: hand-made numbers in, known cells out."""

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

import reporting_scores as made
from humancentric.core import tables
from humancentric.core.schemas import embeddings
from humancentric.embedding import diagnostics
from humancentric.report.report_inputs import Cell, ReportInputs, Scores
from humancentric.report.table_model import ABSENT, MISSING, Table
from humancentric.report.tables import (
    crossmodal_tables,
    dataset_tables,
    protocol_tables,
    table_names,
    transfer_tables,
)
from humancentric.study import report_config
from studies import report_study, study_of


def lines(sheet: Table) -> dict[str, list[str]]:
    """Return the texts of the body's lines by their first one; the last line of that name counts."""
    return {line.items[0].text: [item.text for item in line.items[1:]] for line in sheet.body}


def test_the_interval_over_seeds_is_student_s():
    values = (0.5, 0.52, 0.55, 0.51, 0.53)
    low, high = transfer_tables.over_seeds(Cell(values))
    expected = stats.t.interval(0.95, 4, np.mean(values), stats.sem(values))
    assert (low, high) == pytest.approx(expected)
    assert transfer_tables.over_seeds(Cell((0.5,))) is None


def test_intervals_stand_below_their_cells():
    config = made.configuration()
    row = {"task": "transfer", "dataset": "demo-covers", "features": "standard.clip-demo"}
    claims = {"cells": [{**row, "low": 0.31, "high": 0.47}]}
    inputs = ReportInputs(Scores(made.table(made.of_study(config))), claims=claims)
    sheet = transfer_tables.build_intervals(inputs, study_of(config), "demo-covers")
    names = [line.items[0].text for line in sheet.body]
    place = names.index("CLIP-demo")
    assert names[place : place + 3] == ["CLIP-demo", "seeds", "samples and seeds"]
    mean, over_seeds, over_samples = (sheet.body[place + step].items[1] for step in range(3))
    half = stats.t.ppf(0.975, 4) * 1 * np.sqrt(5 / 4) / np.sqrt(5)
    assert mean.text == "40.00"
    assert over_seeds.text == f"[{40 - half:.2f}, {40 + half:.2f}]"
    assert over_samples.text == "[31.00, 47.00]"
    (record,) = (r for r in sheet.records if r["features"] == "standard.clip-demo")
    assert (record["samples_low"], record["samples_high"]) == (0.31, 0.47)
    assert record["seeds_low"] == pytest.approx((40 - half) / 100)
    assert names.count("samples and seeds") == names.count("seeds")


def test_a_cell_of_one_run_has_no_interval_and_one_that_was_not_run_no_line():
    config = made.configuration()
    rows = made.rows("transfer", "demo-tweets", "standard.clip-demo", "accuracy", 0.4, 0, runs=[0])
    sheet = transfer_tables.build_intervals(
        ReportInputs(Scores(made.table(rows))), study_of(config), "demo-tweets"
    )
    assert [line.items[0].text for line in sheet.body if line.kind == "sub"] == ["seeds"]
    (sub,) = (line for line in sheet.body if line.kind == "sub")
    assert sub.items[1].text == ABSENT


@pytest.fixture
def two_protocols():
    config = made.configuration()
    config["study"] |= {"datasets": ["demo-tweets"], "protocols": ["paper", "fair", "tip"]}
    rows = made.of_study(config)
    fair = [{**row, "protocol": "fair", "value": row["value"] + 0.05} for row in rows]
    fair = [row for row in fair if row["features"] != "tweet.minilm"]
    return config, ReportInputs(Scores(made.table(rows + fair)))


def test_protocols_stand_side_by_side_with_their_difference_to_the_first(two_protocols):
    config, inputs = two_protocols
    sheet = protocol_tables.build_protocols(inputs, study_of(config))
    assert [item.text for item in sheet.head[0].items] == [
        *("Features", "paper", "fair", "change", "tip", "change")
    ]
    found = lines(sheet)
    assert found["CLIP-demo (Standard)"] == ["40.00", "45.00", "+5.00", MISSING, ""]
    assert found["MiniLM (Tweet)"] == ["36.00", MISSING, "", ABSENT, ""]
    assert found["CLIP-demo (Standard) + MiniLM (Tweet)"][3] == ABSENT  # class names stand beside one encoder
    assert sheet.notes[0].startswith(MISSING)
    assert sheet.notes[1].startswith(ABSENT)
    record = next(
        r for r in sheet.records if (r["features"], r["protocol"]) == ("standard.clip-demo", "fair")
    )
    assert record["change"] == pytest.approx(0.05)
    assert {record["protocol"] for record in sheet.records} == {"paper", "fair", "tip"}


def test_the_excerpt_knows_which_encoders_a_protocol_with_class_names_takes(two_protocols):
    config, inputs = two_protocols
    short = report_study(config)
    assert protocol_tables.build_protocols(inputs, study_of(short)) == protocol_tables.build_protocols(
        inputs, study_of(config)
    )
    assert "protocols" in table_names(study_of(config))
    config["study"]["protocols"] = ["paper"]
    assert "protocols" not in table_names(study_of(config))


def test_chance_has_every_baseline_of_every_dataset():
    config = made.configuration()
    rows = [
        row for row in made.of_study(config) if row["dataset"] != "demo-movies" or row["task"] != "chance"
    ]
    found = lines(dataset_tables.build_chance(ReportInputs(Scores(made.table(rows))), study_of(config)))
    assert found["Demo covers"] == ["6.00", "4.00", "5.00"]
    assert found["Demo movies"][:2] == [MISSING, MISSING]
    sheet = dataset_tables.build_chance(ReportInputs(Scores(made.table(rows))), study_of(config))
    assert [item.text for item in sheet.head[0].items] == ["Dataset", "Majority", "Label prior", "Random"]
    assert sheet.body[0].items[1].bold


def test_datasets_show_our_figures_above_the_paper_s():
    config = made.configuration("paper")
    sheet = dataset_tables.build_datasets(made.inputs(config), study_of(config))
    names = [line.items[0].text for line in sheet.body]
    place = names.index("Plotster")
    ours, theirs = ([item.text for item in sheet.body[place + step].items[1:]] for step in (0, 1))
    assert ours == ["1,234", "34", "1,200", "1,000", "200", "2", "1.25"]
    assert theirs == ["", "", "207,902", "189,185", "18,717", "19", "1.70"]
    (record,) = (r for r in sheet.records if r["dataset"] == "plotster")
    assert (record["samples"], record["paper_samples"]) == (1200, 207902)
    empty = dataset_tables.build_datasets(ReportInputs(Scores(made.table([]))), study_of(config))
    assert {text for row in lines(empty).values() for text in row} == {MISSING}
    assert "not run" in empty.notes[0]


def test_texts_show_lengths_and_the_share_that_is_cut():
    config = made.configuration("paper")
    facts = made.inputs(config)
    del facts.texts["mvsa"]["tweet.bert-base"]
    sheet = dataset_tables.build_texts(facts, study_of(config))
    found = lines(sheet)
    assert found["Plotster: title"] == ["100.2", "3", "1,400", "25.0 %", "25.0 %", "25.0 %"]
    assert found["MVSA: tweet"][3:] == [MISSING, "25.0 %", "25.0 %"]
    record = next(r for r in sheet.records if (r["dataset"], r["view"]) == ("plotster", "plot"))
    assert (record["cut"], record["context"], record["paper_characters"]) == (0.25, 77, 310.8)


def test_counts_of_cut_texts_are_read_from_the_files_of_vectors(tmp_path):
    path = tmp_path / "results" / "pets" / "embeddings" / "title.bert" / "test.parquet"
    schema = embeddings(2)
    table = schema.table({"id": ["a"], "embedding": [[0.0, 1.0]]})
    path.parent.mkdir(parents=True)
    about = {"texts": 10, "truncated": 3, "empty": 0, "context": 77, "device": "cpu"}
    tables.write(path, table, schema, about)
    found = {"texts": 10, "truncated": 3, "empty": 0, "context": 77}
    assert diagnostics.truncation_counts([path]) == {"pets": {"title.bert": found}}
    assert isinstance(table, pa.Table)


def test_milliseconds_name_their_device():
    config = made.configuration()
    config["study"] |= {"zeroshot": ["clip-demo"]}
    rows = made.rows("zeroshot", "demo-tweets", "standard.clip-demo", "accuracy", 0.5, 0, "plain", runs=[0])
    rows += made.rows(
        "zeroshot", "demo-tweets", "standard.clip-demo", "milliseconds", 4.25, 0, "plain", runs=[0]
    )
    for about, words in (
        ({"device": "cpu", "threads": 2}, "(cpu, 2 threads)"),
        ({"device": "cuda"}, "(cuda)"),
    ):
        timings = {"clip-demo": {"encoder": "clip-demo", **about}}
        sheet = crossmodal_tables.build_zeroshot(
            ReportInputs(Scores(made.table(rows)), timings=timings), study_of(config)
        )
        assert sheet.body[0].items[-1].spread == words
        assert sheet.records[0]["device"] == about["device"]


def test_subsets_of_one_list_stand_together():
    raw = made.configuration("paper")
    raw["datasets"]["inside"] = raw["datasets"]["plotster-mangolin"]
    raw["datasets"]["other"] = raw["datasets"]["plotster-mangolin"] | {
        "source": {"kind": "subset", "of": "plotster", "ids": "resources/other.txt"}
    }
    raw["study"]["datasets"] = ["plotster", "inside", "other"]
    expected = [report_config.Subset("inside", "plotster-mangolin"), report_config.Subset("other", None)]
    assert (
        report_config.subsets(study_of(raw)) == report_config.subsets(study_of(report_study(raw))) == expected
    )
