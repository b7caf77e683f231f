"""The table and the figure of a dataset of numbers, from scores and predictions that are known."""

import copy

import numpy as np
import pytest

import reporting_scores as made
from humancentric.core import tables
from humancentric.core.schemas import REJECTS
from humancentric.report.figures import draw, probe_figures, study_figures
from humancentric.report.numbers import CORRELATION
from humancentric.report.page.dataset_facts import sample_counts
from humancentric.report.report_inputs import ReportInputs, Scores
from humancentric.report.tables import build_tables, study_tables
from predicted_classes import files_in, write
from studies import report_study, study_of

FEATURES = ("standard.clip-demo", "standard.efficientnet-lite0", "plot.minilm")


@pytest.fixture
def rated():
    """Return a study whose films have votes with weights instead of genres."""
    config = copy.deepcopy(made.configuration())
    films = config["datasets"]["demo-movies"]
    films |= {"task": "regression", "target": {"column": "vote", "weight": "votes"}}
    config["study"] |= {"datasets": ["demo-movies"], "controls": {}, "fewshot_only": [], "galleries": False}
    config["study"] |= {"shots": {"default": [1]}, "differences": {}}
    return report_study(config)


def scores(values):
    rows = [
        row
        for (features, metric), value in values.items()
        for row in made.rows("transfer", "demo-movies", features, metric, value, 0.01)
    ]
    blind = made.rows("chance", "demo-movies", "mean", "mae", 0.9, 0.0, protocol=None, runs=(0,))
    return Scores(made.table(rows + blind))


def test_every_probe_has_a_row_and_the_smallest_error_is_best(rated):
    values = {(name, "spearman"): 0.3 + n / 10 for n, name in enumerate(FEATURES)}
    values |= {(name, "mae"): 0.8 + n / 10 for n, name in enumerate(FEATURES)}
    inputs = ReportInputs(scores(values))
    found = build_tables(inputs, study_of(rated))["demo-movies-numbers"]
    assert [item.text for item in found.head[0].items][:5] == ["Features", "Spearman", "Pearson", "R2", "MAE"]
    assert len(found.head[0].items) == 9  # four more, weighted
    by_name = {line.items[0].text: line.items for line in found.body if line.kind == "body"}
    clip, net = by_name["CLIP-demo (Standard)"], by_name["EfficientNet-Lite0 (Standard)"]
    assert (clip[1].text, clip[1].bold, clip[4].text, clip[4].bold) == (".300", False, "0.800", True)
    assert (net[1].text, net[1].bold, net[4].text, net[4].bold) == (".400", True, "0.900", False)
    assert by_name["Mean"][4].text == "0.900"
    assert "by votes" in found.caption
    names = {one.name for one in (*study_tables(study_of(rated)), *study_figures(study_of(rated)))}
    assert "numbers-demo-movies" in names
    assert not {"classes-demo-movies", "reliability-demo-movies", "confusion-demo-movies"} & names
    assert not any("numbers" in one.name for one in study_tables(study_of(made.configuration())))


def test_bins_of_equal_size_have_means_and_quartiles():
    true = np.repeat(np.arange(10.0), 4)
    predicted = 2 * true + np.tile([0, 1, 2, 3], 10)
    found = probe_figures.binned(true, predicted)
    assert found[0] == pytest.approx([0, 1.5, 0.75, 2.25])
    assert found[:, 1].mean() == pytest.approx(predicted.mean())
    assert len(probe_figures.binned(np.ones(5), np.arange(5.0))) == 1


def test_the_figure_has_the_correlation_and_the_means_of_predictions(tmp_path, rated):
    rng = np.random.default_rng(0)
    true = rng.uniform(1, 9, 200)
    labels = [[f"{value:.4f}", "20"] for value in true]
    seeds = np.stack([true + 1, true - 1])[:, :, None].astype(np.float32)
    write(tmp_path / "demo-movies", labels, {"standard.clip-demo": seeds}, ["target"])
    (figure,) = [one for one in study_figures(study_of(rated)) if one.name == "numbers-demo-movies"]
    inputs = ReportInputs(scores({("standard.clip-demo", "spearman"): 1.0}), predictions=files_in(tmp_path))
    panel = draw(figure, inputs, study_of(rated)).axes[0]
    assert panel.get_title(loc="left").endswith("Spearman 1.000")
    line = next(line for line in panel.lines if len(line.get_xdata()) == 10)
    assert line.get_ydata() == pytest.approx(line.get_xdata(), abs=1e-3)


def test_samples_are_counted_by_bins_of_numbers(tmp_path):
    values = [0, 0, 1, 9, 10]
    write(tmp_path / "films", [[str(value), "7"] for value in values], {}, ["target"])
    tables.write(tmp_path / "rejects.parquet", REJECTS.empty(), REJECTS)
    found = sample_counts(tmp_path / "films" / "samples.parquet", tmp_path / "rejects.parquet", rated=True)
    assert found.labels == {"0 to 1": 2, "1 to 2": 1, "9 to 10": 2}


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.0264, "\N{MINUS SIGN}.026"), (0.5, ".500"), (-0.0001, ".000"), (-1.25, "\N{MINUS SIGN}1.250")],
)
def test_negative_numbers_have_no_leading_zero_and_zero_no_sign(value, text):
    assert CORRELATION.number(value) == text
