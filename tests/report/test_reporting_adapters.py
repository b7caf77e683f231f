"""The tables and the figure of few-shot methods and of protocols that start from class names."""

import numpy as np
import pytest

import reporting_scores as made
from claim_data import write_cell
from humancentric.report.figures import image_figures
from humancentric.report.report_inputs import ReportInputs, Scores
from humancentric.report.tables import fewshot_table, protocol_tables
from probe_data import write_samples
from studies import report_study

JOINED = "standard.clip-demo+standard.efficientnet-lite0"


def few_shot(*methods: str) -> tuple[ReportInputs, object]:
    """Return the scores of prototypes at .3 and of other methods at .4, and the study."""
    config = made.configuration()
    config["study"] |= {"datasets": ["demo-covers"], "controls": {}, "chance": []}
    if methods:
        config["study"]["fewshot"] = {"methods": ["prototype", *methods]}
    found = []
    for method, value in ((None, 0.3), *((method, 0.4) for method in methods)):
        for view in ("standard", "masked"):
            for name, bonus in (("clip-demo", 0.05), ("efficientnet-lite0", 0.0)):
                for shots in (1, 2, 5, 10):
                    features = f"{view}.{name}"
                    found += made.rows(
                        "fewshot", "demo-covers", features, "accuracy", value + bonus, 0.0, method, shots
                    )
    return ReportInputs(Scores(made.table(found))), report_study(config)


def test_other_few_shot_methods_have_lines_of_their_own():
    table = fewshot_table.build(*few_shot("class-mean"))
    lines = {(line.items[0].text, line.items[0].spread): line.items[1:] for line in table.body[1:]}
    assert [item.text for item in lines["CLIP-demo (Standard)", ""]] == ["35.00"] * 4
    assert [item.text for item in lines["CLIP-demo (Standard)", "class means"]] == ["45.00"] * 4
    bold = {key for key, items in lines.items() if items[0].bold}
    assert bold == {("CLIP-demo (Standard)", "class means"), ("CLIP-demo (Masked)", "class means")}
    assert {record["method"] for record in table.records} == {"prototype", "class-mean"}
    inputs, study = few_shot()
    assert "method" not in fewshot_table.build(inputs, study).records[0]
    assert "method" not in fewshot_table.caption(study)
    names = {spec.name: spec for spec in image_figures.FIGURES}
    assert names["fewshot-methods"].shown(study) == []


def test_the_figure_has_a_curve_for_each_encoder_and_method():
    figure = image_figures.draw_fewshot_methods(*few_shot("class-mean", "linear"))
    (panel,) = figure.axes
    assert len(panel.lines) == 6
    heights = {tuple(np.round(line.get_ydata(), 1)) for line in panel.lines}
    assert heights == {(value,) * 4 for value in (30.0, 35.0, 40.0, 45.0)}


def test_leads_over_the_first_protocol_are_paired_and_calibration_is_before_and_after(tmp_path):
    config = made.configuration()
    config["study"] |= {
        "datasets": ["demo-covers"], "controls": {}, "protocols": ["paper", "zero-shot", "amu"], "chance": [],
    }  # fmt: skip
    config["datasets"]["demo-covers"]["views"].pop("masked")
    config["datasets"]["demo-covers"].pop("cluster")
    study = report_study(config)
    assert protocol_tables.adapter_files(report_study(made.configuration())) == []
    rng = np.random.default_rng(0)
    hits = {"zero-shot": (rng.random((200, 1)) < 0.5).astype(float)}
    hits["amu"] = np.maximum(hits["zero-shot"], rng.random((200, 2)) < 0.2)
    ids = [f"i{number:04d}" for number in range(200)]
    further = {"results/demo-covers/samples.parquet": write_samples(
        tmp_path / "samples.parquet", ids, ["test"] * 200, [["x"]] * 200
    )}  # fmt: skip
    found = []
    for protocol, features in (("zero-shot", "standard.clip-demo"), ("amu", JOINED)):
        path = f"results/demo-covers/transfer.{protocol}/{features}/predictions.parquet"
        further[path] = write_cell(tmp_path / protocol, "demo-covers", features, hits[protocol])
        mean = hits[protocol].mean()
        for metric, value in (
            ("accuracy", mean),
            ("ece", 0.3),
            ("ece_scaled", 0.1),
            ("nll", 2),
            ("nll_scaled", 1),
        ):
            found += made.rows("transfer", "demo-covers", features, metric, value, 0.0, protocol)
    assert sorted(protocol_tables.adapter_files(study)) == sorted(further)
    table = protocol_tables.build_adapters(ReportInputs(Scores(made.table(found)), further=further), study)
    zero, amu = table.records
    assert (zero["lead"], zero["ece"], zero["ece_scaled"], zero["nll_scaled"]) == (None, 0.3, 0.1, 1)
    assert amu["lead"] == pytest.approx(hits["amu"].mean() - hits["zero-shot"].mean())
    assert 0 < amu["low"] < amu["lead"] < amu["high"] < 0.3
    assert [item.bold for item in (table.body[1].items[2], table.body[2].items[2])] == [False, True]
    assert table.body[1].items[3].text == "\N{EM DASH}"
