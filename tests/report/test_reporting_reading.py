"""Tables and figures of the study of reading: numbers by hand, missing files, the page's section."""

import numpy as np
import pytest

from humancentric.core.files import write_json
from humancentric.core.schemas import SCORES
from humancentric.evaluation import reading
from humancentric.evaluation.claims.evidence import Evidence, Items
from humancentric.report import figures, table_model
from humancentric.report.page.section_content import fill_sections
from humancentric.report.report_inputs import ReportInputs, Scores
from humancentric.report.tables import reading_tables, table_names
from humancentric.study import reading_grid
from reporting_scores import configuration
from studies import report_study, study_of

NAMES = ["demo-covers-reading", "demo-movies-reading"]
FALL = {"clip-demo": 0.3, "efficientnet-lite0": 0.05}  # of the share that is right, at the full dose of text


@pytest.fixture(scope="module")
def config():
    config = configuration()
    config["study"]["reading"] = {}
    return config


@pytest.fixture(scope="module")
def inputs(config, tmp_path_factory):
    """Return inputs in which one encoder loses thirty points with all of the text and the other five."""
    own, draw = reading_grid.expanded(study_of(config)), np.random.default_rng(0)
    ids, items = [f"i{number:03d}" for number in range(300)], {}
    for dataset in reading_grid.datasets(study_of(config)):
        easy = draw.random(len(ids))[:, None]
        share = {"standard": 0.0, "masked": 1.0, "mirrored": 0.6, "text-only": 0.3, "ocr": 0.5}
        share |= {f"text-{dose}": dose / 100 for dose in (25, 50, 75)}
        scores = {}
        for features in reading_grid.cells(study_of(config), dataset):
            view, encoder = features.split(".")
            right = 0.7 - FALL.get(encoder, 0.2) * share.get(view, 0.0)
            scores[features] = (easy + 0.05 * draw.normal(size=(300, 3)) < right).astype(np.float32)
        items["transfer", dataset] = Items(ids, ids, scores)
    blind = dict.fromkeys(("demo-covers", "demo-movies"), 0.1)
    found = reading.judge(Evidence(items, own), own, blind)
    areas = {name: {"masked": 0.12, "random-100": 0.119, "text-50": 0.06} for name in blind}
    path = tmp_path_factory.mktemp("reading") / "reading.json"
    write_json(path, {**found, "blind": blind, "areas": areas})
    empty = Scores(SCORES.empty())
    return ReportInputs(empty, further={reading_tables.FILE: path})


def test_only_a_study_that_asks_for_it_has_tables_figures_and_a_section(config):
    plain, asked = study_of(configuration()), report_study(config)
    names = [{*figures.figure_names(study), *table_names(study)} for study in (plain, asked)]
    assert names[1] - names[0] == {*NAMES, "reading", "reading-contrasts"}
    sections = [fill_sections(study, {}, [], {})["reading"] for study in (plain, asked)]
    assert [section.shown for section in sections] == [False, True]


def test_the_table_has_the_loss_and_its_share_of_every_encoder(config, inputs):
    study = report_study(config)
    table = reading_tables.build(inputs, study)
    needs = {(r["dataset"], r["encoder"]): r for r in table.records if r["view"] == "needs-letters"}
    assert needs["demo-covers", "clip-demo"]["value"] == pytest.approx(0.3, abs=0.04)
    assert needs["demo-covers", "clip-demo"]["share"] == pytest.approx(0.5, abs=0.07)
    lines = {line.items[0].text: line.items for line in table.body[:5]}
    assert "text covers 12.0 % of a picture, random boxes 11.9 %" in table.body[0].items[0].text
    assert lines["CLIP-demo"][4].bold
    assert lines["MiniLM"][1].text == table_model.ABSENT
    assert float(lines["MiniLM"][8].text) == pytest.approx(60, abs=7)
    assert "MiniLM" in table_model.markdown(table)


def test_contrasts_are_listed_by_question_with_their_verdicts(config, inputs):
    table = reading_tables.build_contrasts(inputs, report_study(config))
    assert [line.items[0].text for line in table.body if line.kind == "group"] == [
        *reading_grid.QUESTIONS.values()
    ]
    told = {line.items[0].text: line.items[-1].text for line in table.body if line.kind == "body"}
    assert told["Demo covers, masked: CLIP-demo over EfficientNet-Lite0"] == "+ reproduced"
    assert len(told) == 2 * (1 + 2 + 2)
    assert {record["family"] for record in table.records} == {*reading_grid.QUESTIONS}


@pytest.mark.parametrize("name", NAMES)
def test_the_figure_shows_doses_of_text_and_of_random_boxes(config, inputs, name):
    study = report_study(config)
    (instance,) = [figure for figure in figures.study_figures(study) if figure.name == name]
    drawn = figures.draw(instance, inputs, study)
    scores, leads, others = drawn.axes
    lines = [bars.lines[0] for bars in scores.containers]
    assert [len(line.get_xdata()) for line in lines] == [5, 5, 5, 5]  # two encoders, text and random boxes
    text, random = lines[:2]
    assert text.get_ydata()[0] == random.get_ydata()[0]
    (change,) = [bars.lines[0] for bars in leads.containers]
    assert list(change.get_ydata()) == sorted(change.get_ydata())
    assert [tick.get_text() for tick in others.get_yticklabels()][-2:] == ["text only", "text read"]


def test_missing_results_are_holes_and_empty_panels(config):
    study, nothing = report_study(config), ReportInputs(Scores(SCORES.empty()))
    table = reading_tables.build(nothing, study)
    assert table_model.MISSING in {item.text for line in table.body for item in line.items}
    assert reading_tables.build_contrasts(nothing, study).records == ()
    (instance, *_) = [figure for figure in figures.study_figures(study) if figure.name == NAMES[0]]
    assert "no encoder of each kind" in {
        text.get_text() for text in figures.draw(instance, nothing, study).axes[1].texts
    }
