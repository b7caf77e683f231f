"""The tables, figure and section of contamination, from a file that is written by hand."""

import json

import pytest

import reporting_scores as made
from humancentric.report.figures import figure_names, verdict_figures
from humancentric.report.panels import styled
from humancentric.report.report_inputs import ReportInputs, Scores
from humancentric.report.table_model import comma_separated, html
from humancentric.report.tables import contamination_tables, table_names
from humancentric.study import feature_sets
from studies import report_study, study_of

MINUS = "\N{MINUS SIGN}"


def numbers(value, half=0.02):
    return {"value": value, "low": value - half, "high": value + half}


def contrast(features, value, verdict, **more):
    return {
        "control": "plotster-recent",
        "features": features,
        "cut_off": "2021-01-05",
        "references": ["standard.rn50", "standard.bit-m"],
        "samples": {"before": 1234, "after": 321},
        "loss": numbers(value + 0.01),
        "drift": numbers(0.01),
        **numbers(value),
        "p": 0.01,
        "p_holm": 0.02,
        "detectable": 0.03,
        "power": 0.9,
        "placebo": 0.4,
        "too_few": None,
        "popularity": None,
        "verdict": verdict,
    } | more


POPULARITY = {"samples": 900, "adjusted": numbers(0.04), "famous": numbers(0.01)}
FOUND = {
    "dataset": "plotster",
    "samples": 2000,
    "twins": {"plotster": {"hashes": 12, "neighbours": 9, "either": 15}},
    "contrasts": [
        contrast(
            "standard.clip", 0.05, "reproduced", popularity=POPULARITY
        ),
        contrast("plot.clip-t", -0.01, "inconclusive", too_few="too few", p_holm=None, placebo=None),
        {
            "control": "plotster-recent", "features": "standard.rn50", "cut_off": "2012-12-31", "references": [],
            "reason": "no other encoder ends by 2010-12-31", "power": None, "p_holm": None, "verdict": "not run",
        },
    ],
    "cells": [
        {"features": "standard.clip", "all": 0.5, "without": 0.49, "inflated": numbers(0.01, 0.005)},
        {"features": "plot.clip-t", "all": 0.6},
    ],
}  # fmt: skip


@pytest.fixture
def shown(tmp_path):
    """Return the inputs and the study of the paper with contamination asked for."""
    config = made.configuration("paper")
    config["study"]["contamination"] = {}
    (tmp_path / "found.json").write_text(json.dumps(FOUND))
    files = {contamination_tables.file_of("plotster"): tmp_path / "found.json"}
    return ReportInputs(Scores(made.table([])), further=files), report_study(config)


def test_contrasts_have_their_numbers_verdicts_and_reasons(shown):
    table = contamination_tables.build_contrasts(*shown)
    lines = {line.items[0].text: line for line in table.body}
    clip = lines["CLIP (Standard)"].items
    assert [item.text for item in clip[1:5]] == ["2021-01-05", "1,234", "321", "+.060"]
    assert (clip[6].text, clip[6].spread, clip[6].bold) == ("+.050", "[+.030, +.070]", True)
    assert [item.text for item in clip[7:]] == [".020", ".030", "reproduced"]
    plot = lines["CLIP-T (Plot)"].items
    assert (plot[6].text, plot[6].bold, plot[9].text) == (f"{MINUS}.010", False, "inconclusive")
    assert lines["at equal popularity"].items[6].text == "+.040"
    assert lines["RN50 (Standard)"].items[2].text == "no other encoder ends by 2010-12-31"
    assert {sum(item.span for item in line.items) for line in table.body} == {10}
    assert "CLIP-T (Plot): too few" in table.notes
    assert any("p = 0.400 for equal drift" in note for note in table.notes)
    text = comma_separated(table)
    assert "famous_low" in text.splitlines()[0]
    assert len(text.splitlines()) == 4
    assert "reproduced" in html(table)


def test_twins_have_scores_with_and_without(shown):
    table = contamination_tables.build_twins(*shown, "plotster")
    assert [item.text for item in table.head[0].items][1] == "All 2,000"
    assert [[item.text for item in line.items[1:]] for line in table.body] == [
        [".500", ".490", "+.010"],
        [".600", "\N{EM DASH}", "\N{EM DASH}"],
    ]
    assert table.notes == ("Plotster: 15 twins, 12 by hashes or equal texts and 9 by neighbours",)


def test_the_figure_draws_each_contrast_and_its_verdict(shown):
    with styled():
        figure = verdict_figures.draw_contamination(*shown)
        changes, beyond = figure.axes
        assert [tick.get_text() for tick in changes.get_yticklabels()] == [
            "CLIP (Standard)\nuntil 2021-01-05",
            "CLIP-T (Plot)\nuntil 2021-01-05",
        ]
        points = [line.get_xdata()[0] for line in beyond.lines if line.get_marker() not in ("None", "")]
        assert points == pytest.approx([0.05, -0.01])
        assert {text.get_text() for text in figure.legends[0].get_texts()} >= {"reproduced", "inconclusive"}
        nothing = verdict_figures.draw_contamination(ReportInputs(Scores(made.table([]))), shown[1])
        assert "no encoder" in nothing.axes[0].texts[0].get_text()


def test_nothing_is_shown_unless_the_study_asks_for_it(shown):
    plain, (_, asked) = study_of(made.configuration("paper")), shown
    new = set(table_names(asked)) - set(table_names(plain))
    assert new == {"contamination", *(f"{name}-twins" for name in plain.trained)}
    assert set(figure_names(asked)) - set(figure_names(plain)) == {"contamination"}
    assert feature_sets.contaminable(plain) == feature_sets.dated_controls(plain, "plotster") == []
    assert feature_sets.dated_controls(asked, "plotster") == [
        "plotster-recent"
    ]  # a subset has no later samples
