import reporting_scores as made
from humancentric.report import latex, table_model
from humancentric.report.figures import control_figures, figure_names, study_figures
from humancentric.report.panels import styled
from humancentric.report.report_inputs import ReportInputs, Scores
from humancentric.report.tables import control_tables, study_tables, table_names
from humancentric.study import feature_sets
from studies import report_study, study_of

NAMES = ("standard.clip~standard.rn50", "plot.clip-t~plot.bert-base")


def configuration() -> dict:
    config = made.configuration("paper")
    config["study"] |= {"differences": {}, "controls": {"plotster": ["plotster-recent"]}}
    return config


def rows() -> list[dict]:
    """Two leads of the control: one shrinks, one stays; and three months on either side."""
    found = []
    for name, change in zip(NAMES, (-0.05, 0.0), strict=True):
        for split, value in (("before", 0.1), ("after", 0.1 + change), ("change", change)):
            for metric, shift in (("difference", 0), ("low", -0.02), ("high", 0.02)):
                found += numbers(name, split, metric, value + shift)
        for side, year in (("before", 2020), ("after", 2021)):
            for month in (1, 2, 5):
                for metric, value in (("difference", 0.1), ("error", 0.01), ("samples", 12.0)):
                    found += numbers(name, f"{side}:{year}-{month:02d}", metric, value)
    return found


def numbers(name, split, metric, value):
    row = made.rows("differences", "plotster-recent", name, metric, value, 0, None, runs=[0])[0]
    return [{**row, "split": split, "seed": None}]


def test_a_change_whose_interval_excludes_zero_is_bold():
    config = configuration()
    sheet = control_tables.build_differences(ReportInputs(Scores(made.table(rows()))), study_of(config))
    lines = {line.items[0].text: line.items[1:] for line in sheet.body if line.kind == "body"}
    assert len(lines) == 8  # two others in each of four views
    shrinks = lines["CLIP \N{MINUS SIGN} RN50 (Standard)"]
    stays = lines["CLIP-T \N{MINUS SIGN} Bert-base (Plot)"]
    minus = "\N{MINUS SIGN}"
    assert [(i.text, i.spread) for i in shrinks] == [
        ("+.100", "[+.080, +.120]"),
        ("+.050", "[+.030, +.070]"),
        (f"{minus}.050", f"[{minus}.070, {minus}.030]"),
    ]
    assert [item.bold for item in shrinks] == [False, False, True]
    assert [item.bold for item in stays] == [False, False, False]
    assert stays[2].text == ".000"
    assert sheet.notes == ("\N{DAGGER} not run",)
    assert "not run" in table_model.html(sheet)
    assert r"$\rightarrow$" in latex.render(sheet)


def test_the_table_is_there_when_the_study_asks_for_it():
    config = configuration()
    assert "differences" in table_names(study_of(config))
    assert "differences" in figure_names(study_of(config))
    excerpt = report_study(config)
    assert feature_sets.differing_controls(study_of(excerpt)) == ["plotster-recent"]
    shown = [*study_tables(study_of(excerpt)), *study_figures(study_of(excerpt))]
    assert [one.name for one in shown] == [*table_names(study_of(config)), *figure_names(study_of(config))]
    assert all(one.caption(study_of(excerpt)) == one.caption(study_of(config)) for one in shown)
    del config["study"]["differences"]
    assert "differences" not in table_names(study_of(config)) + figure_names(study_of(config))


def test_the_figure_has_a_panel_a_view_and_months_on_both_sides():
    with styled():
        figure = control_figures.draw_differences(
            ReportInputs(Scores(made.table(rows()))), study_of(configuration())
        )
    titles = [panel.get_title(loc="left") for panel in figure.axes]
    assert [title.split(": ")[1] for title in titles] == ["standard", "masked", "title", "plot"]
    standard, masked = figure.axes[:2]
    assert masked.texts[0].get_text() == "not run"
    places = sorted(bars.lines[0].get_xdata()[0] for bars in standard.containers)
    assert len(places) == 6
    assert places[2] < 0 < places[3]
