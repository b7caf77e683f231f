"""Claims in the table, the forest plot and on the page: every verdict as a word, holes where nothing was run."""

import copy
from dataclasses import replace

import pytest

import reporting_scores as made
from humancentric.evaluation.claims.contrasts import NUMBERS
from humancentric.report import latex, table_model
from humancentric.report.figures import figure_names, verdict_figures
from humancentric.report.page import claims_page
from humancentric.report.page.page import Sources, render
from humancentric.report.panels import styled
from humancentric.report.report_inputs import ReportInputs, Scores
from humancentric.report.tables import claims_tables, table_names
from project import ROOT, load_config
from studies import report_study, study_of

TEMPLATE = ROOT / "workflow" / "report" / "page.html.j2"
NOTHING = ReportInputs(Scores(made.table([])))
MINUS = "\N{MINUS SIGN}"


def contrast(verdict: str, value: float | None, **more) -> dict:
    numbers = dict.fromkeys(NUMBERS)
    if value is not None:
        numbers |= {"value": value, "low": value - 0.02, "high": value + 0.02, "p": 0.01, "p_holm": 0.02}
        numbers |= {
            "item_error": 0.01,
            "seed_error": 0.002,
            "items": 188,
            "clusters": 100,
            "permutation": 0.004,
        }
    about = {"datasets": ["demo-movies"], "setting": "standard", "ours": "standard.clip-demo"}
    about |= {"rivals": ["standard.efficientnet-lite0"], "metrics": ["f1_samples"], "paper": None}
    numbers["closest"] = "standard.efficientnet-lite0" if value is not None else None
    return {**about, **numbers, "demo": True, "missing": [], "too_few": None, "verdict": verdict, **more}


def claim(name: str, verdict: str, *contrasts: dict, kind="best", margin=None, **more) -> dict:
    about = {
        "claim": name,
        "sentence": f"The sentence of {name}.",
        "where": "Table 1",
        "kind": kind,
        "needs": None,
    }
    about |= {"task": "transfer", "margin": margin, "family": "probes", "verdict": verdict, "demo": True}
    return {**about, "contrasts": list(contrasts), **more}


FOUND = {
    "claims": [
        claim("best-image", "not separable",
              contrast("reproduced", 0.1, paper=0.111),
              contrast("not separable", 0.01, detectable=0.041, power=0.86)),
        claim("pairs-tie", "reversed", contrast("reversed", 0.2), kind="equivalent", margin=0.05),
        claim("best-text", "not run", contrast("not run", None, missing=["demo-movies/masked.clip-demo"])),
        claim("title", "not run", needs="probes on the standard sets"),
    ],
    "paper": [
        claim("best-image", "inconclusive", contrast("inconclusive", 0.03, detectable=0.06), over_seeds="reproduced"),
        claim("pairs-tie", "not run", over_seeds="not run"),
    ],
    "cells": [
        {"task": "transfer", "dataset": "demo-movies", "features": f"standard.{name}", "letters": told}
        | {"mean": mean, "low": mean - 0.03, "high": mean + 0.03, "item_error": 0.015, "seed_error": None}
        | {"seeds_low": None, "seeds_high": None}
        for name, mean, told in (("clip-demo", 0.588, "a"), ("efficientnet-lite0", 0.562, "ab"))
    ],
}  # fmt: skip

WITH_CLAIMS = ReportInputs(Scores(made.table([])), claims=FOUND)


@pytest.fixture
def excerpt() -> dict:
    return report_study(load_config())


def test_the_table_has_a_line_a_claim_with_what_speaks_least_for_it(excerpt):
    sheet = claims_tables.build_claims(WITH_CLAIMS, study_of(excerpt))
    lines = [[item.text for item in line.items] for line in sheet.body]
    approx, dash = "\N{ALMOST EQUAL TO}", "\N{EM DASH}"
    assert lines[0] == ["The sentence of best-image."]
    assert lines[1] == [
        f"Demo movies, standard: CLIP-demo {MINUS} EfficientNet-Lite0", "+.010", f"[{MINUS}.010, +.030]", ".041",
        dash, "1 of 2", f"{approx} not separable", "? inconclusive",
    ]  # fmt: skip
    assert lines[3][-2:] == [f"{MINUS} reversed", dash]  # the paper prints no numbers of it
    assert lines[5][1] == lines[5][-2] == "\N{DAGGER}"
    assert lines[7][0] == "not part of this study"
    assert len(sheet.records) == 5
    assert sheet.records[0]["paper"] == 0.111
    assert any("no evidence" in note for note in sheet.notes)
    assert "not run" in table_model.html(sheet)
    assert r"\multicolumn" not in latex.render(sheet).split("midrule")[0]


def test_the_paper_s_own_numbers_have_a_table(excerpt):
    sheet = claims_tables.build_paper(WITH_CLAIMS, study_of(excerpt))
    lines = [[item.text for item in line.items] for line in sheet.body]
    assert lines[1][1:] == ["+.030", "[+.010, +.050]", ".060", "? inconclusive", "+ reproduced"]
    assert lines[3][0] == "no numbers printed"
    assert "claims-on-paper" in table_names(study_of(excerpt))
    assert r"\multicolumn" in latex.render(sheet)


def test_without_claims_the_table_says_so(excerpt):
    sheet = claims_tables.build_claims(NOTHING, study_of(excerpt))
    assert "not run" in table_model.html(sheet)
    assert "not run" in table_model.html(claims_tables.build_ties(NOTHING, study_of(excerpt), "demo-movies"))


def test_ties_have_their_letters_and_no_invented_seeds(excerpt):
    sheet = claims_tables.build_ties(WITH_CLAIMS, study_of(excerpt), "demo-movies")
    heading, first, second = ([item.text for item in line.items] for line in sheet.body)
    assert heading == ["Standard"]
    assert first == ["CLIP-demo", ".588", "[.558, .618]", ".015", "\N{EM DASH}", "\N{EM DASH}", "a"]
    assert second[-1] == "ab"


def test_the_forest_plot_has_a_row_a_claim_with_contrasts(excerpt):
    with styled():
        figure = verdict_figures.draw_claims(WITH_CLAIMS, study_of(excerpt))
        empty = verdict_figures.draw_claims(NOTHING, study_of(excerpt))
    (panel,) = figure.axes
    texts = [text.get_text() for text in panel.texts]
    assert texts.count(" not run") == 1
    assert texts.count("not separable") == texts.count("reversed") == 1
    labels = [text.get_text() for text in panel.get_yticklabels()]
    assert labels[:2] == [
        "The sentence of best-image.",
        f"Demo movies, standard: CLIP-demo {MINUS} EfficientNet-Lite0",
    ]
    assert len(labels) == 2 * 3
    points = [
        line.get_xdata()[0] for line in panel.lines if line.get_marker() == "o" and len(line.get_xdata()) == 1
    ]
    assert points == [pytest.approx(1.0)]  # the weaker of the two contrasts of best-image
    assert empty.axes[0].texts[0].get_text() == "not run"


def test_every_claim_is_on_the_page_with_its_verdict_as_a_word(excerpt, tmp_path):
    page = render(WITH_CLAIMS, study_of(excerpt), TEMPLATE, Sources(benchmarks=tmp_path))
    for found in FOUND["claims"]:
        assert found["sentence"] in page
    section = page.split('id="claims"')[1].split("</section>")[0]
    for verdict in ("reproduced", "not separable", "inconclusive", "reversed", "not run"):
        assert verdict in section
    assert "86 %" in section
    assert "is part of this study; it needs probes on the standard sets" in section
    assert "on the paper\N{RIGHT SINGLE QUOTATION MARK}s numbers: inconclusive" in section
    assert "188 items in 100 clusters" in section
    assert "signs .004" in section
    assert "items .010, repetitions .002" in section


def test_a_study_without_claims_has_neither_table_nor_figure(excerpt):
    config = copy.deepcopy(excerpt)
    config = replace(excerpt, claims={})
    names = table_names(study_of(config)) + figure_names(study_of(config))
    assert not [name for name in names if name == "claims" or name.endswith("-ties")]
    assert "claims" in figure_names(study_of(excerpt))


def test_names_of_contrasts(excerpt):
    pair = contrast("reproduced", 0.1, setting="standard+title.minilm", ours="standard.clip-demo+title.minilm",
                    rivals=["standard.efficientnet-lite0+title.minilm"],
                    closest="standard.efficientnet-lite0+title.minilm")  # fmt: skip
    about = claim("row", "reproduced", pair)
    assert (
        claims_page.contrast_setting(study_of(excerpt), about, pair)
        == "Demo movies, standard + title (MiniLM)"
    )
    assert (
        claims_page.contrast_sides(study_of(excerpt), about, pair) == f"CLIP-demo {MINUS} EfficientNet-Lite0"
    )
    assert claims_page.chance(0.0002) == "<.001"
    assert claims_page.chance(0.0312) == ".031"
    assert claims_page.chance(1.0) == "1.000"
