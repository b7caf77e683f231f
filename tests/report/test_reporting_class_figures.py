"""Figures drawn from predictions: classes, confusions, reliability, against scikit-learn and torchmetrics."""

import numpy as np
import pytest
import torch
from sklearn.metrics import confusion_matrix, f1_score
from torchmetrics.functional.classification import binary_calibration_error, multiclass_calibration_error

import reporting_scores as made
from humancentric.core import tables
from humancentric.core.schemas import MASKS, SAMPLES
from humancentric.evaluation import prediction_files, sample_scores
from humancentric.report.figures import class_figures, draw, study_figures
from humancentric.report.report_inputs import CellFiles, ReportInputs, Scores
from studies import report_study, study_of

CLASSES = ["negative", "neutral", "positive"]
SEEDS, SIZE = 2, 60


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


def write(folder, labels, probabilities, classes):
    ids = [f"{number:03d}" for number in range(len(labels))]
    columns = {"id": ids, "split": ["test"] * len(ids), "labels": labels, "release_date": [None] * len(ids)}
    tables.write(folder / "samples.parquet", SAMPLES.table(columns), SAMPLES)
    for name, blocks in probabilities.items():
        table = prediction_files.predictions(ids, ["test"] * len(ids), dict(enumerate(blocks)), len(classes))
        path = folder / "transfer" / name / "predictions.parquet"
        path.parent.mkdir(parents=True)
        prediction_files.write_predictions(path, table, classes, {"threshold": 0.5})


def files_in(folder) -> CellFiles:
    return CellFiles(folder.glob("*/transfer/*/predictions.parquet"), folder.glob("*/samples.parquet"))


def drawn(name, folder, scored):
    config = report_study(made.configuration())
    metric = "f1_samples" if "movies" in name else "accuracy"
    dataset = name.split("-", 1)[1]
    rows = [
        row for f, value in scored.items() for row in made.rows("transfer", dataset, f, metric, value, 0.01)
    ]
    (figure,) = [one for one in study_figures(study_of(config)) if one.name == name]
    inputs = ReportInputs(Scores(made.table(rows)), predictions=files_in(folder))
    return draw(figure, inputs, study_of(config))


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


def test_a_class_without_test_samples_is_a_row_of_nothing():
    truth = np.array([0, 0, 2])
    made_up = prediction_files.Predictions(
        list("abc"), CLASSES, "single-label", 0.5, truth, np.eye(3)[[[0], [2], [2]]]
    )
    matrix, support = class_figures.shares(made_up)
    assert support.tolist() == [2, 0, 1]
    assert matrix[0].tolist() == [0.5, 0, 0.5]
    assert np.isnan(matrix[1]).all()


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
    line = text.lines[1]
    assert line.get_xdata() == pytest.approx(found.confidence[found.counts > 0])
    assert line.get_ydata() == pytest.approx(found.right[found.counts > 0])
    bars = [bar.get_height() for bar in figure.axes[4].patches]
    assert bars == pytest.approx(found.counts / SEEDS)


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


def test_shares_that_masking_covers_are_means_over_all_shards(tmp_path):
    paths = []
    for place, values in {"masks/0": [0.1, 0.2], "masks/1": [0.6], "masks/little/0": [0.05]}.items():
        columns = {
            "id": [f"{place}-{number}" for number in range(len(values))],
            "boxes": [[] for _ in values],
            "white_fraction": values,
            "masked_fraction": values,
        }
        paths.append(tmp_path / "films" / f"{place}.parquet")
        tables.write(paths[-1], MASKS.table(columns), MASKS)
    found = CellFiles(masks=paths).masked
    assert found == pytest.approx({("films", "masked"): 0.3, ("films", "little"): 0.05})
