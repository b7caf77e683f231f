"""Names of users' data in figures: a $ is a $, and every script is drawn or replaced by a number, as the log says."""

import logging
import warnings

import numpy as np
import pytest
from matplotlib.text import Text

import reporting_scores as made
from humancentric.core import fonts
from humancentric.report import gallery_drawings
from humancentric.report.figures import study_figures, write_figures
from humancentric.report.panels import class_names, drawable, save, styled, titled
from humancentric.report.report_inputs import ReportInputs, Scores
from made_fonts import no_fonts_but_ours
from predicted_classes import files_in, write
from studies import report_study, study_of

KANA = "アニメ"
DOLLARS = ["$a", r"$\frac", r"cost $5$ \$ {x}_1^2"]


@pytest.fixture
def install(tmp_path, monkeypatch):
    folder = tmp_path / "fonts"
    folder.mkdir()
    with no_fonts_but_ours(folder, monkeypatch) as function:
        yield function


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.WARNING, logger="humancentric")
    return lambda: [record.getMessage() for record in caplog.records if record.name == "humancentric"]


def drawn_study(folder, classes, labels=None):
    """Return inputs and study of made-up predictions of `classes` on tweets, with display names `labels`."""
    rng = np.random.default_rng(0)
    truth = np.arange(60) % len(classes)
    blocks = rng.dirichlet(np.ones(len(classes)), (2, 60)).astype(np.float32)
    write(
        folder / "demo-tweets", [[classes[place]] for place in truth], {"standard.clip-demo": blocks}, classes
    )
    config = made.configuration()
    config["study"] |= {"datasets": ["demo-tweets"], "controls": {}, "shots": {"default": []}}
    config["labels"] = {**config.get("labels", {}), **(labels or {})}
    config = report_study(config)
    rows = made.rows("transfer", "demo-tweets", "standard.clip-demo", "accuracy", 0.5, 0.01)
    return ReportInputs(Scores(made.table(rows)), predictions=files_in(folder)), study_of(config)


def test_a_dollar_in_a_class_or_display_name_is_a_dollar(tmp_path):
    names = {"encoders": {"clip-demo": r"CLIP $\alpha"}, "datasets": {"demo-tweets": r"$Tweets$ $\sum"}}
    inputs, study = drawn_study(tmp_path, DOLLARS, names)
    paths = write_figures(inputs, study, tmp_path / "figures")
    assert {path.stem for path in paths} >= {"classes-demo-tweets", "confusion-demo-tweets"}
    assert all(path.stat().st_size for path in paths)


def test_a_dollar_in_a_map_of_embeddings_is_a_dollar(tmp_path):
    places = {"standard.clip": np.zeros((4, 2))}
    with styled():
        figure = gallery_drawings.draw_maps(places, [*DOLLARS, "other"], {"standard.clip": r"$\frac"})
        titled(figure, r"$\frac: maps")
    save(figure, tmp_path / "map.png")
    assert {*DOLLARS, r"$\frac: maps"} <= {text.get_text() for text in figure.findobj(Text)}


def test_a_script_that_a_font_has_is_drawn_with_it(install, tmp_path, lines):
    install(Kana=KANA)
    inputs, study = drawn_study(tmp_path, ["Drama", KANA], {"datasets": {"demo-tweets": KANA}})
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of every sign that it lacks
        write_figures(inputs, study, tmp_path / "figures")
    assert lines() == []
    assert class_names(["Drama", KANA]) == ["Drama", KANA]


def test_a_script_that_no_font_has_becomes_a_number_and_a_line(install, tmp_path, lines):
    inputs, study = drawn_study(tmp_path, ["Drama", KANA, "漢"], {"datasets": {"demo-tweets": KANA}})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_figures(inputs, study, tmp_path / "figures")
    assert lines()[0] == (
        "no font has the characters: in figures, the display names 'アニメ' are replaced by those of their rows; "
        "install one that has them, such as Noto Sans of the script, and draw the figures again"
    )
    assert set(lines()[1:]) == {
        "no font has the characters: in figures, 2 of 3 classes (class 2 is 'アニメ', class 3 is '漢') are drawn as "
        "numbers; install one that has them, such as Noto Sans of the script, and draw the figures again"
    }
    titles = [found.title for found in study_figures(drawable(study)) if found.dataset]
    assert all(title.startswith("demo-tweets") for title in titles)


def test_long_names_are_cut_and_stay_different():
    long = ["x" * 48, "y" * 60 + "1", "y" * 60 + "2"]
    assert class_names(long) == ["x" * 48, "y" * 40 + "… (2)", "y" * 40 + "… (3)"]


def test_names_of_the_base_font_need_no_look_at_others(monkeypatch):
    monkeypatch.setattr(fonts, "_faces", None)
    assert class_names(["Drama", "Ελλάδα", "Кино"]) == ["Drama", "Ελλάδα", "Кино"]
