"""Figures drawn from predictions: classes, confusions, reliability, against scikit-learn and torchmetrics."""

import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.metrics import confusion_matrix, f1_score
from torchmetrics.functional.classification import binary_calibration_error, multiclass_calibration_error

import reporting_scores as made
from humancentric.core import tables
from humancentric.core.schemas import MASKS
from humancentric.evaluation import prediction_files, sample_scores
from humancentric.report.figures import confusion_figure
from humancentric.report.figures.confusion_figure import confused
from humancentric.report.panels import save
from humancentric.report.report_inputs import CellFiles
from predicted_classes import drawn, files_in, made_up, write
from studies import report_study, study_of

CLASSES = ["negative", "neutral", "positive"]
SEEDS, SIZE = 2, 60
PEAK = """
import resource, sys
from pathlib import Path
from humancentric.report.panels import save
from predicted_classes import drawn

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

name, folder, path = sys.argv[1:]
before = peak()
figure = drawn(name, Path(folder), {"standard.clip-demo": 0.5})
save(figure, Path(path))
print(peak() - before)
"""


@pytest.fixture(scope="module")
def single(tmp_path_factory):
    """A made-up run of two encoders on tweets: folder, truth (n) and probabilities (seeds, n, classes) by features."""
    rng = np.random.default_rng(0)
    folder = tmp_path_factory.mktemp("results")
    truth = rng.choice(3, SIZE, p=[0.2, 0.3, 0.5])
    probabilities = {
        name: rng.dirichlet(np.ones(3), (SEEDS, SIZE)).astype(np.float32)
        for name in ("standard.clip-demo", "standard.efficientnet-lite0", "tweet.minilm")
    }
    write(folder / "demo-tweets", [[CLASSES[place]] for place in truth], probabilities, CLASSES)
    return folder, truth, probabilities


def test_f1_and_support_of_every_class(single):
    folder, truth, probabilities = single
    figure = drawn("classes-demo-tweets", folder, {"standard.clip-demo": 0.5})
    pictures, _, support = figure.axes
    names = [tick.get_text() for tick in pictures.get_yticklabels()]
    counts = np.bincount(truth)
    assert names == [CLASSES[place] for place in np.argsort(-counts)]
    assert [bar.get_width() for bar in support.patches] == sorted(counts, reverse=True)
    dots = pictures.lines[1]  # the second image encoder of the study
    means = np.mean(
        [f1_score(truth, block.argmax(1), average=None) for block in probabilities["standard.clip-demo"]],
        axis=0,
    )
    assert dots.get_xdata() == pytest.approx(means[np.argsort(-counts)])
    title = figure.axes[1]
    assert [text.get_text() for text in title.texts] == ["not run: CLIP-demo-T"]


def test_confusion_is_that_of_the_best_encoder_and_rows_sum_to_one(single):
    folder, truth, probabilities = single
    scored = {"standard.clip-demo": 0.5, "standard.efficientnet-lite0": 0.6}
    figure = drawn("confusion-demo-tweets", folder, scored)
    pictures, texts = figure.axes[:2]
    assert pictures.get_title(loc="left") == "Pictures\nEfficientNet-Lite0 (Standard)"
    blocks = probabilities["standard.efficientnet-lite0"]
    expected = confusion_matrix(np.tile(truth, SEEDS), np.concatenate(blocks).argmax(1), normalize="true")
    assert np.asarray(pictures.images[0].get_array()) == pytest.approx(expected)
    assert "not run" in [
        text.get_text() for text in texts.texts
    ]  # no score says that the text encoder was run


def test_confusion_is_in_percent_and_has_no_empty_band_below_its_title(tmp_path):
    names = [f"a class with quite a long name {number}" for number in range(12)]
    answers = made_up(12)
    labels = [[names[place]] for place in answers.truth]
    blocks = dict.fromkeys(("standard.clip-demo", "tweet.minilm"), answers.probabilities.swapaxes(0, 1))
    write(tmp_path / "demo-tweets", labels, blocks, names)
    figure = drawn("confusion-demo-tweets", tmp_path, dict.fromkeys(blocks, 0.5))
    save(figure, tmp_path / "figure.png")
    *panels, bar = figure.axes
    title = figure.texts[0].get_window_extent().y0
    for panel in panels:
        assert 0 < title - panel.get_tightbbox().y1 < 0.3 * figure.dpi
    assert [label.get_text() for label in bar.get_yticklabels()][0::5] == ["0%", "100%"]


def test_a_class_without_test_samples_is_a_row_of_nothing():
    truth = np.array([0, 0, 2])
    made_up = prediction_files.Predictions(
        list("abc"), CLASSES, "single-label", 0.5, truth, np.eye(3)[[[0], [2], [2]]]
    )
    matrix, support = confusion_figure.shares(made_up)
    assert support.tolist() == [2, 0, 1]
    assert matrix[0].tolist() == [0.5, 0, 0.5]
    assert np.isnan(matrix[1]).all()


@pytest.mark.parametrize("name", ["standard.clip-demo", "tweet.minilm"])
def test_a_modality_that_was_not_run_takes_no_names_from_the_other(single, name):
    folder, truth, _ = single
    figure = drawn("confusion-demo-tweets", folder, {name: 0.5})
    panels = [panel for panel in figure.axes if panel.images]
    (panel,) = [panel for panel in panels if panel.get_xlabel() == "predicted class"]
    rows = [f"{label} ({count})" for label, count in zip(CLASSES, np.bincount(truth), strict=True)]
    assert [tick.get_text() for tick in panel.get_yticklabels() if tick.get_visible()] == rows
    assert panel.yaxis.get_tick_params()["labelleft"]
    assert panel.get_ylabel() == "true class (test samples)"
    reliability = drawn("reliability-demo-tweets", folder, {name: 0.5})
    labels = [panel.get_xticks().size for panel in reliability.axes if panel.get_xlabel()]
    assert labels
    assert all(labels)


def test_confused_pairs_are_those_of_the_matrix():
    answers = made_up(60)
    matrix = confusion_matrix(
        np.tile(answers.truth, SEEDS), answers.probabilities.argmax(2).T.ravel(), labels=range(60)
    )
    expected = sorted(
        ((-matrix[a, b], a, b) for a, b in zip(*np.nonzero(matrix), strict=True) if a != b),
    )[:25]
    support = np.bincount(answers.truth, minlength=60)
    assert [(-pair.samples * SEEDS, pair.truth, pair.predicted) for pair in confused(answers)] == expected
    for pair in confused(answers):
        assert pair.share == pytest.approx(pair.samples / support[pair.truth])


def test_with_many_classes_the_most_confused_pairs_are_drawn(tmp_path):
    answers = made_up(51)
    labels = [[answers.classes[place]] for place in answers.truth]
    blocks = {"standard.clip-demo": answers.probabilities.swapaxes(0, 1)}
    write(tmp_path / "demo-tweets", labels, blocks, answers.classes)
    figure = drawn("confusion-demo-tweets", tmp_path, {"standard.clip-demo": 0.5})
    pictures, texts = figure.axes
    first = confused(answers)[0]
    assert pictures.get_yticklabels()[0].get_text() == f"{first.truth:04d} → {first.predicted:04d}"
    assert [bar.get_width() for bar in pictures.patches] == [pair.samples for pair in confused(answers)]
    assert "not run" in [text.get_text() for text in texts.texts]


def test_of_many_classes_the_best_and_the_worst_are_drawn(tmp_path):
    answers = made_up(90)
    labels = [[answers.classes[place]] for place in answers.truth]
    blocks = answers.probabilities.swapaxes(0, 1)
    write(tmp_path / "demo-tweets", labels, {"standard.clip-demo": blocks}, answers.classes)
    figure = drawn("classes-demo-tweets", tmp_path, {"standard.clip-demo": 0.5})
    f1 = np.mean(
        [f1_score(answers.truth, block.argmax(1), average=None, labels=range(90)) for block in blocks], axis=0
    )
    f1 = f1[np.bincount(answers.truth, minlength=90) > 0]
    assert figure.axes[0].get_ylabel() == "30 highest and 30 lowest of 90 classes"
    shown = figure.axes[0].lines[0].get_xdata()
    assert shown == pytest.approx([*np.sort(f1)[::-1][:30], *np.sort(f1)[::-1][-30:]])


@pytest.mark.parametrize("name", ["confusion-demo-tweets", "classes-demo-tweets"])
def test_memory_does_not_grow_with_the_square_of_the_classes(name, tmp_path):
    """A thousand classes once took all memory of a machine: 200 already 3.9 GB."""
    answers = made_up(1000, 1000)
    labels = [[answers.classes[place]] for place in answers.truth]
    blocks = {"standard.clip-demo": answers.probabilities.swapaxes(0, 1)}
    write(tmp_path / "demo-tweets", labels, blocks, answers.classes)
    arguments = [name, str(tmp_path), str(tmp_path / f"{name}.png")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    result = subprocess.run(
        [sys.executable, "-c", PEAK, *arguments], env=environment, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) < 300_000  # kB
    with Image.open(tmp_path / f"{name}.png") as picture:
        assert max(picture.size) < 5_000


def test_reliability_of_one_label_is_that_of_torchmetrics(single):
    folder, truth, probabilities = single
    config = report_study(made.configuration())
    found = sample_scores.of_answers(
        files_in(folder).answers(study_of(config), "demo-tweets", "tweet.minilm")
    )
    for block, error in zip(probabilities["tweet.minilm"], found.errors, strict=True):
        theirs = multiclass_calibration_error(
            torch.tensor(block), torch.tensor(truth), 3, n_bins=15, norm="l1"
        )
        assert error == pytest.approx(float(theirs), abs=1e-6)
    assert found.counts.sum() == SEEDS * SIZE
    hits = sum((block.argmax(1) == truth).sum() for block in probabilities["tweet.minilm"])
    assert np.nansum(found.right * found.counts) == pytest.approx(hits)
    figure = drawn("reliability-demo-tweets", folder, {"tweet.minilm": 0.5})
    text = figure.axes[1]
    assert (
        text.get_title(loc="left")
        == f"Text: MiniLM\nECE {found.errors.mean():.3f} ± {found.errors.std():.3f}"
    )
    bars = figure.axes[4].patches
    assert [bar.get_height() for bar in bars] == pytest.approx(found.counts / SEEDS)
    low, high = figure.axes[4].get_ylim()
    assert low < 1 / SEEDS < high


def test_bins_with_few_predictions_are_neither_joined_nor_as_dark(single):
    folder, _, _ = single
    answers = files_in(folder).answers(
        study_of(report_study(made.configuration())), "demo-tweets", "tweet.minilm"
    )
    found = sample_scores.of_answers(answers)
    many = found.counts >= 5 * SEEDS
    few = (found.counts > 0) & ~many
    assert many.any()
    assert few.any()
    figure = drawn("reliability-demo-tweets", folder, {"tweet.minilm": 0.5})
    _, circles, line = figure.axes[1].lines
    assert circles.get_linestyle() == "None"
    for drawn_as, chosen in ((circles, few), (line, many)):
        shown = np.isfinite(drawn_as.get_ydata())
        assert shown.tolist() == chosen.tolist()
        assert drawn_as.get_xdata()[shown] == pytest.approx(found.confidence[chosen])
        assert drawn_as.get_ydata()[shown] == pytest.approx(found.right[chosen])
    bars = figure.axes[4].patches
    colours = {bar.get_facecolor() for bar, dark in zip(bars, many, strict=True) if dark}
    assert len(colours) == 1
    assert not colours & {bar.get_facecolor() for bar, dark in zip(bars, many, strict=True) if not dark}


def test_reliability_of_several_labels_takes_every_label_of_every_sample(tmp_path):
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 2, (40, 4))
    truth[:, 0] = 1
    classes = ["Action", "Drama", "Horror", "War"]
    blocks = {"plot.minilm": rng.random((SEEDS, 40, 4)).astype(np.float32)}
    write(
        tmp_path / "demo-movies",
        [[n for n, v in zip(classes, row, strict=True) if v] for row in truth],
        blocks,
        classes,
    )
    config = report_study(made.configuration())
    found = sample_scores.of_answers(
        files_in(tmp_path).answers(study_of(config), "demo-movies", "plot.minilm")
    )
    for block, error in zip(blocks["plot.minilm"], found.errors, strict=True):
        flat = torch.tensor(block.ravel()), torch.tensor(truth.ravel())
        assert error == pytest.approx(float(binary_calibration_error(*flat, n_bins=15, norm="l1")), abs=1e-6)
    figure = drawn("classes-demo-movies", tmp_path, {})
    plot = next(panel for panel in figure.axes if panel.get_title(loc="left") == "Plot")
    means = np.mean([f1_score(truth, block > 0.5, average=None) for block in blocks["plot.minilm"]], axis=0)
    assert sorted(plot.lines[0].get_xdata()) == pytest.approx(sorted(means))


def test_shares_that_masking_covers_are_means_over_all_shards(tmp_path, caplog):
    paths = []
    shares = {"masks/0": [0.1, 0.2], "masks/1": [0.6], "masks/little/0": [0.05], "masks/none/0": [0.0]}
    for place, values in shares.items():
        columns = {
            "id": [f"{place}-{number}" for number in range(len(values))],
            "boxes": [[] for _ in values],
            "white_fraction": values,
            "masked_fraction": values,
        }
        paths.append(tmp_path / "films" / f"{place}.parquet")
        tables.write(paths[-1], MASKS.table(columns), MASKS)
    found = CellFiles(masks=paths).masked
    assert found == pytest.approx({("films", "masked"): 0.3, ("films", "little"): 0.05, ("films", "none"): 0})
    assert caplog.messages == ["films: view none masks nothing on any picture"]
