"""Synthetic predictions of single-label datasets, their files, and figures drawn from them."""

import numpy as np

import reporting_scores
from humancentric.core import tables
from humancentric.core.schemas import SAMPLES
from humancentric.evaluation import prediction_files
from humancentric.report.figures import draw, study_figures
from humancentric.report.report_inputs import CellFiles, ReportInputs, Scores
from studies import report_study, study_of


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
    """Return the figure `name` for the means `scored`, as {features: score}."""
    config = report_study(reporting_scores.configuration())
    metric = "f1_samples" if "movies" in name else "accuracy"
    dataset = name.split("-", 1)[1]
    rows = [
        row
        for f, value in scored.items()
        for row in reporting_scores.rows("transfer", dataset, f, metric, value, 0.01)
    ]
    (figure,) = [spec for spec in study_figures(study_of(config)) if spec.name == name]
    inputs = ReportInputs(Scores(reporting_scores.table(rows)), predictions=files_in(folder))
    return draw(figure, inputs, study_of(config))


def made_up(classes: int, size: int = 400, seeds: int = 2) -> prediction_files.Predictions:
    """Return random predictions; half of them are right, the others off by one or two classes."""
    rng = np.random.default_rng(classes)
    names = [f"{number:04d}" for number in range(classes)]
    truth = np.sort(rng.integers(classes, size=size))
    predicted = (truth[:, None] + rng.choice([0, 1, 2], (size, seeds), p=[0.5, 0.3, 0.2])) % classes
    probabilities = rng.random((size, seeds, classes), dtype=np.float32)
    np.put_along_axis(probabilities, predicted[:, :, None], 2, axis=2)
    ids = [f"{number:05d}" for number in range(size)]
    return prediction_files.Predictions(ids, names, "single-label", 0.5, truth, probabilities)
