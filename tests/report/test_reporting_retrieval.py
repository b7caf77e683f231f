import csv
import io

import pytest

import reporting_scores as made
from humancentric.core import files, schemas, tables
from humancentric.report import latex, table_model
from humancentric.report.figures import curve_figures
from humancentric.report.page.section_content import fill_sections
from humancentric.report.panels import styled
from humancentric.report.report_inputs import ReportInputs, Scores
from humancentric.report.tables import build_tables, crossmodal_tables, table_names
from humancentric.study import feature_sets
from studies import report_study, study_of

DATASET = "demo-movies"
BEST = f"{DATASET}/standard.clip-demo+plot.clip-demo-t"
CHANCE = {"recall_1": 0.25, "recall_5": 1.0, "recall_10": 1.0, "mrr": 0.5208, "median_rank": 2.0}


def configuration() -> dict:
    config = made.configuration()
    config["study"]["retrieval"] = {DATASET: ["standard+plot"]}
    return config


def run(protocol: str, mrr: float, rank: float) -> dict:
    means = {"recall_1": mrr / 2, "recall_5": mrr, "recall_10": mrr, "mrr": mrr}
    ends = {name: [value - 0.125, value + 0.125] for name, value in means.items()}
    return {"protocol": protocol, "split": "test", **means, "median_rank": rank, "intervals": ends}


@pytest.fixture
def inputs(tmp_path) -> ReportInputs:
    """The cells of all pairs of encoders but one: in the shared space .75, after a map .5."""
    study, further = study_of(configuration()), {}
    for name in feature_sets.retrieval_features(study, DATASET)[1:]:
        methods = crossmodal_tables.methods_of(study, name)
        values = {"shared": (0.75, 1.5), "map": (0.5, 1200.0)}
        runs = [run(f"{m}:{way}", *values[m]) for m in methods for way in crossmodal_tables.DIRECTIONS]
        paths = [
            crossmodal_tables.path_of(study, DATASET, name, ending) for ending in ("json", "ranks.parquet")
        ]
        further |= {path: tmp_path / path for path in paths}
        files.write_json(
            further[paths[0]], {"dataset": DATASET, "features": name, "runs": runs, "chance": CHANCE}
        )
        rows = [
            {"id": f"f{n}", "method": m, "hits": 1, "image_to_text": rank, "text_to_image": 4}
            for m in methods
            for n, rank in enumerate((1, 1, 2, 4))
        ]
        tables.write(further[paths[1]], schemas.RANKS.rows(rows), schemas.RANKS)
    return ReportInputs(Scores(made.table(made.of_study(configuration()))), further=further)


def test_the_table_has_a_row_for_each_pair_of_encoders_and_method(inputs):
    study = study_of(configuration())
    sheet = crossmodal_tables.build_retrieval(inputs, study, DATASET)
    head, *lines, chance = sheet.body
    assert head.items[0].text == "Standard and plot"
    names = [line.items[0].text for line in lines]
    assert len(lines) == len(feature_sets.retrieval_features(study, DATASET)) + 1
    place = names.index("CLIP-demo + CLIP-demo-T")
    shared, mapped = lines[place : place + 2]
    assert [item.text for item in shared.items[1:]] == [
        "shared space",
        *["37.5", "75.0", "75.0", "1.5", ".750"] * 2,
    ]
    assert [item.text for item in mapped.items[1:]] == [
        "linear map",
        *["25.0", "50.0", "50.0", "1,200", ".500"] * 2,
    ]
    assert (shared.items[6].spread, shared.items[2].spread) == ("[.625, .875]", "")
    assert [item.bold for item in shared.items] == [False, False, *[True] * 10]
    assert not any(item.bold for item in mapped.items)
    assert [item.text for item in chance.items[2:7]] == ["25.0", "100.0", "100.0", "2", ".521"]
    assert {item.text for item in lines[0].items[2:]} == {"\N{DAGGER}"}
    assert sheet.notes == ("\N{DAGGER} not run",)
    assert "37.5" in latex.render(sheet)


def test_the_csv_has_both_ends_of_every_interval(inputs):
    sheet = crossmodal_tables.build_retrieval(inputs, study_of(configuration()), DATASET)
    found = list(csv.DictReader(io.StringIO(table_model.comma_separated(sheet))))
    row = next(row for row in found if row["method"] == "shared")
    assert row["features"] == BEST.split("/")[1]
    assert (row["direction"], row["mrr"], row["mrr_low"], row["mrr_high"]) == (
        "image-to-text",
        "0.75",
        "0.625",
        "0.875",
    )
    assert (row["recall_1_low"], row["median_rank"]) == ("0.25", "1.5")
    assert found[0]["mrr_low"] == ""


def test_curves_are_the_recalls_at_every_number_of_candidates(inputs):
    with styled():
        figure = curve_figures.draw_retrieval(inputs, study_of(configuration()), DATASET)
    left, right = figure.axes
    curves = {tuple(line.get_ydata().round(6)) for line in left.lines}
    assert curves == {(50.0, 75.0, 75.0, 100.0), (25.0, 50.0, 75.0, 100.0)}  # of all pairs, and chance
    assert {tuple(line.get_ydata()) for line in right.lines} == {(0, 0, 0, 100), (25, 50, 75, 100)}
    cells = len(feature_sets.retrieval_features(study_of(configuration()), DATASET))
    assert len(left.lines) == cells + 1  # all but one that was not run, one twice, and chance


def test_only_a_study_that_requests_retrieval_has_its_table_and_section(inputs):
    asked, other = configuration(), made.configuration()
    for config, shown in ((asked, True), (other, False)):
        study = report_study(config)
        assert (f"{DATASET}-retrieval" in table_names(study)) == shown
        sections = fill_sections(study, build_tables(inputs, study), [], {})
        assert sections["retrieval"].shown == shown
