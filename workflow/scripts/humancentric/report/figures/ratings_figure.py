"""Draw predicted against true numbers of a dataset of numbers, in bins of the true ones."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from humancentric.report.encoder_looks import looks
from humancentric.report.numbers import CORRELATION
from humancentric.report.panels import QUIET, empty, new_figure
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import FigureSpec
from humancentric.study import report_config
from humancentric.study.report_config import KINDS, label
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from humancentric.evaluation.prediction_files import Predictions

BINS = 10


def binned(true: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Return (bins, 4): mean true number, and mean, lower and upper quartile of the predicted ones.

    Bins have equal numbers of samples; equal true numbers are in one bin, so there may be fewer than ten.
    """
    edges = np.unique(np.quantile(true, np.linspace(0, 1, BINS + 1)))
    number = np.clip(edges.searchsorted(true, "right") - 1, 0, max(len(edges) - 2, 0))
    rows = []
    for chosen in (number == value for value in np.unique(number)):
        rows.append(
            (true[chosen].mean(), predicted[chosen].mean(), *np.quantile(predicted[chosen], (0.25, 0.75)))
        )
    return np.array(rows)


def draw(inputs: ReportInputs, study: Study, dataset: str) -> Figure:
    """Return one panel for the best features of each kind on a dataset."""
    chosen, encoder_looks = inputs.scores.best_of_each(study, dataset), looks(study)
    figure = new_figure(max(3.1 * len(chosen), 4.2), 3.4)
    axes = figure.subplots(1, len(chosen), sharex=True, sharey=True, squeeze=False)[0]
    for (kind, features), panel in zip(chosen.items(), axes, strict=True):
        panel.set_title(KINDS[kind])
        answers = features and inputs.predictions.answers(study, dataset, features)
        if not features or not answers:
            empty(panel)
            continue
        parts = report_config.split_features(features)
        names = " + ".join(label(study, "encoders", encoder) for _, encoder in parts)
        correlation = CORRELATION.number(float(answers.scores().mean()))
        panel.set_title(f"{KINDS[kind]}: {names}\nSpearman {correlation}", fontsize=8.5)
        true, predicted = _numbers(answers)
        means = binned(true, predicted)
        ends = means[:, 0].min(), means[:, 0].max()
        panel.plot(ends, ends, color=QUIET, ls=(0, (4, 3)), lw=1)
        panel.axhline(predicted.mean(), color=QUIET, ls=":", lw=1)
        look = encoder_looks[parts[0][1]]
        panel.vlines(means[:, 0], means[:, 2], means[:, 3], color=look.colour, lw=4, alpha=0.25)
        panel.plot(means[:, 0], means[:, 1], **look.style(ms=5.5, lw=1.4, zorder=3))
        panel.set_xlabel("true number, mean of a bin")
    axes[0].set_ylabel("predicted number")
    return figure


def _numbers(answers: Predictions) -> tuple[np.ndarray, np.ndarray]:
    """Return true numbers (n) and the means over seeds of predicted ones (n)."""
    return answers.truth[:, 0], answers.probabilities[:, :, 0].mean(axis=1, dtype=np.float64)


FIGURES = (
    FigureSpec(
        name="numbers-{dataset}",
        section="results",
        title="{dataset}: predicted against true",
        order=35,
        shown=attrgetter("rated"),
        draw=draw,
        caption=(
            "Predicted against true numbers on the test split, for the best features of each kind: in ten bins with "
            "equal numbers of samples, mean and middle half of the predictions, which are means over seeds. Dashed: "
            "perfect predictions; dotted: the mean prediction. A line that is flatter than the diagonal is the "
            "shrinkage of any regression whose correlation is below one."
        ),
        alt=(
            "One panel per kind of features: mean predicted number against mean true number in ten bins, beside the "
            "diagonal of perfect predictions and the level of the mean prediction; Spearman's correlation is in the "
            "heading of each."
        ),
    ),
)
