"""Figures: drawn with and without numbers, the same twice, each encoder with its own look."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text

import reporting_scores as made
from humancentric.report.encoder_looks import LOOKS, MARKERS, looks
from humancentric.report.figures import draw, figure_files, study_figures, write_figures
from humancentric.report.figures.control_figures import Period, joined
from humancentric.report.panels import spread_apart
from humancentric.report.report_inputs import CellFiles, ReportInputs, Scores
from humancentric.study.study import Encoder, Study
from studies import report_study, study_of


def one_dataset(**study) -> Study:
    config = made.configuration()
    config["study"] |= {"datasets": ["demo-movies"], **study}
    return report_study(config)


def drawn(name: str, rows: list[dict], config: dict, files: CellFiles | None = None):
    (figure,) = [one for one in study_figures(study_of(config)) if one.name == name]
    inputs = ReportInputs(Scores(made.table(rows)), predictions=files or CellFiles())
    return draw(figure, inputs, study_of(config))


def words(figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def test_the_same_numbers_draw_the_same_files_without_dates(tmp_path):
    config = one_dataset(controls={}, shots={"default": []})
    inputs = ReportInputs(Scores(made.table(made.of_study(config))))
    first = write_figures(inputs, study_of(config), tmp_path / "a")
    assert [f"results/figures/{path.name}" for path in first] == figure_files(study_of(config))
    again = write_figures(inputs, study_of(config), tmp_path / "b")
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(first, again, strict=True))
    assert all(b"CreationDate" not in path.read_bytes() for path in first)


def test_a_study_that_was_not_run_is_drawn_with_words_instead():
    config = report_study(made.configuration("paper"))
    for figure in study_figures(study_of(config)):
        drawing = draw(figure, ReportInputs(Scores(made.table([]))), study_of(config))
        assert "not run" in words(drawing), figure.name


def test_what_was_not_run_is_named_and_leaves_a_gap():
    config = one_dataset()
    rows = [
        row for row in made.of_study(config) if row["features"] != "masked.clip-demo" and row["shots"] != 2
    ]
    figure = drawn("fewshot", rows, config)
    (curve,) = [
        line
        for line in figure.axes[0].lines
        if line.get_color() == looks(study_of(config))["clip-demo"].colour
    ]
    assert np.isnan(curve.get_ydata()).tolist() == [False, True, False, False]
    said = " ".join(" ".join(words(figure)).split())
    assert "not run: EfficientNet-Lite0 (Standard), CLIP-demo (Standard)" in said
    assert "not run: CLIP-demo" in words(drawn("masking-effect", rows, config))


def test_fewshot_curves_hold_the_numbers_and_standard_sets_are_averaged():
    config = report_study(made.configuration("paper"))
    rows = [
        row | {"value": row["value"] + 0.01 * (row["dataset"] == "mnist")}
        for row in made.of_study(config)
        if row["task"] == "fewshot"
    ]
    figure = drawn("fewshot", rows, config)
    assert [panel.get_title(loc="left") for panel in figure.axes] == [
        "MVSA",
        "Book Covers",
        "Plotster",
        "Mean of 6 sets",
    ]
    (curve,) = [
        line for line in figure.axes[3].lines if line.get_color() == looks(study_of(config))["clip"].colour
    ]
    assert curve.get_xdata().tolist() == [1, 2, 5, 10]
    expected = 100 * (made.skill("standard.clip") * (0.5 + 0.1 * np.arange(4)) + 0.01 / 6)
    assert curve.get_ydata() == pytest.approx(expected)


def test_slopes_hold_the_scores_and_several_views_stand_at_what_they_cover():
    config = one_dataset()
    rows = made.of_study(config)
    (panel,) = drawn("masking-effect", rows, config).axes
    (line,) = [
        line for line in panel.lines if line.get_marker() == looks(study_of(config))["clip-demo"].marker
    ]
    assert line.get_ydata() == pytest.approx([0.4, 0.34])
    films = config.datasets["demo-movies"]
    films = replace(films, views={**films.views, "little": replace(films.views["masked"], name="little")})
    config = replace(config, datasets={**config.datasets, "demo-movies": films})
    rows += made.rows("transfer", "demo-movies", "little.clip-demo", "f1_samples", 0.37, 0.01)
    files = CellFiles()
    files.masked = {("demo-movies", "masked"): 0.2, ("demo-movies", "little"): 0.05}
    (panel,) = drawn("masking-effect", rows, config, files).axes
    (line,) = [
        line for line in panel.lines if line.get_marker() == looks(study_of(config))["clip-demo"].marker
    ]
    assert line.get_xdata() == pytest.approx([0, 5, 20])
    assert line.get_ydata() == pytest.approx([0.4, 0.37, 0.34])


def test_a_control_stands_beside_its_dataset_and_never_upon_it():
    config = one_dataset()
    (panel,) = drawn("control", made.of_study(config), config).axes
    dots = [line for line in panel.lines if line.get_marker() in MARKERS and len(line.get_xdata()) == 1]
    filled, hollow = dots[0], dots[1]
    assert filled.get_xdata()[0] - hollow.get_xdata()[0] == pytest.approx(0.05)
    assert hollow.get_ydata()[0] - filled.get_ydata()[0] > 0.3
    assert "\N{MINUS SIGN}.050" in [text.get_text() for text in panel.texts]


def test_specifications_stand_in_order_with_their_choices():
    config = made.configuration()
    config["study"] |= {"datasets": ["demo-tweets"], "protocols": ["paper", "fair"]}
    config = report_study(config)
    values = {("paper", "standard.clip-demo"): 0.6, ("fair", "tweet.minilm"): 0.8}
    rows = [
        row
        for (protocol, features), value in values.items()
        for row in made.rows("transfer", "demo-tweets", features, "accuracy", value, 0.01, protocol)
    ]
    top, bottom = drawn("specification-demo-tweets", rows, config).axes
    heights = [line.get_ydata()[0] for line in top.lines if len(line.get_ydata()) == 1]
    assert heights == pytest.approx([80, 60])
    assert (
        len(top.patches) == 6
    )  # two protocols by two encoders by two views are eight, two of which were run
    names = [tick.get_text() for tick in bottom.get_yticklabels()]
    first = next(line for line in bottom.lines if line.get_marker() == "o")
    assert [names[int(y)] for y in first.get_ydata()] == ["Fair", "Tweet", "MiniLM"]


def test_slices_are_joined_outwards_from_the_cut_off():
    values = np.random.default_rng(0).normal(size=30)
    parts = [values[:4], values[4:5], values[5:12], values[12:13], values[13:]]
    slices = [
        Period(
            -3 * (place + 1),
            -3 * place,
            len(part),
            part.mean(),
            part.std(ddof=1) / len(part) ** 0.5 if len(part) > 1 else 0.0,
        )
        for place, part in enumerate(parts)
    ]
    far, near = joined(slices, fewest=10)
    assert (far.begin, far.end, far.samples) == (-15, -9, 18)
    assert (near.begin, near.end, near.samples) == (-9, 0, 12)
    assert near.mean == pytest.approx(values[:12].mean())
    assert near.error == pytest.approx(values[:12].std(ddof=1) / 12**0.5)
    assert joined(slices[:2], fewest=10)[0].samples == 5  # too few, and all there is


def test_encoders_keep_their_look():
    config = report_study(made.configuration())
    before = looks(study_of(config))
    config = replace(config, encoders={"mine": Encoder("mine", "image", family="mine"), **config.encoders})
    after = looks(study_of(config))
    assert {name: after[name] for name in before} == before
    assert before["clip"] == before["clip-t"]  # two towers of one model
    families = {config.encoders[name].family: look for name, look in after.items()}
    assert len({(look.colour, look.marker) for look in families.values()}) == len(families)
    assert set(before) <= {name for name in config.encoders if config.encoders[name].family in LOOKS}


def lightness(colour: str) -> float:
    """Return CIE L* (0 to 100) of a colour such as #0072B2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 116 * float(np.dot(linear, [0.2126, 0.7152, 0.0722])) ** (1 / 3) - 16


@pytest.mark.parametrize("overlays", [(), ("paper",)])
def test_encoders_of_a_study_differ_in_grey(overlays):
    study = study_of(report_study(made.configuration(*overlays)))
    for names in (study.image_encoders, study.text_encoders):
        found = [looks(study)[name] for name in names]
        assert len({look.marker for look in found}) == len(found)
        grey = sorted(lightness(look.colour) for look in found)
        assert all(b - a > 8 for a, b in pairwise(grey))
        assert grey[-1] < 75  # dark enough on white


@given(st.lists(st.floats(0, 1), max_size=8))
def test_labels_stand_apart_in_their_order(values):
    heights = spread_apart(values, 0.1)
    order = sorted(range(len(values)), key=lambda index: values[index])
    assert all(heights[b] - heights[a] >= 0.1 - 1e-9 for a, b in pairwise(order))


def test_labels_with_room_stay_where_they_are():
    assert spread_apart([0.5, 0.1, 0.9], 0.1) == pytest.approx([0.5, 0.1, 0.9])
