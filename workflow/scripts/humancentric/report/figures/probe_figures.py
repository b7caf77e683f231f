"""Draw the probes of one dataset: reliability diagrams, and predicted against true values in regression."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from humancentric.dataset.labels import SINGLE
from humancentric.evaluation import sample_scores
from humancentric.evaluation.sample_scores import BINS, Reliability
from humancentric.report.encoder_looks import Look, looks
from humancentric.report.numbers import CORRELATION
from humancentric.report.panels import (
    QUIET,
    empty,
    new_figure,
)
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import FigureSpec
from humancentric.study import report_config
from humancentric.study.report_config import KINDS, label
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from humancentric.evaluation.prediction_files import Predictions

FAINT = "#d1d5db"
FEWEST = 5  # minimum number of predictions per seed; bins with fewer are mostly noise
AXES = {  # by whether the task is single-label
    True: ("confidence in the predicted class", "share of correct predictions"),
    False: ("probability of a label", "share of samples with the label"),
}


def draw_reliability(inputs: ReportInputs, study: Study, dataset: str) -> Figure:
    """Return reliability diagrams of the best features of each kind on a dataset, above the counts per bin."""
    chosen, encoder_looks = inputs.scores.best_of_each(study, dataset), looks(study)
    single = study.datasets[dataset].task == SINGLE
    figure = new_figure(max(3.1 * len(chosen), 4.2), 4.0)
    axes = figure.subplots(2, len(chosen), sharex=True, height_ratios=[3.2, 1], squeeze=False)
    for (kind, features), top, bottom in zip(chosen.items(), *axes, strict=True):
        top.set_title(KINDS[kind])
        answers = features and inputs.predictions.answers(study, dataset, features)
        if not answers:
            empty(top)
            empty(bottom, "")
            continue
        found = sample_scores.of_answers(answers)
        top.set_title(f"{KINDS[kind]}: {_encoder_names(study, features)}\n{_error(found)}", fontsize=8.5)
        _diagram(top, found, encoder_looks[report_config.split_features(features)[0][1]])
        counts = found.counts / answers.seeds
        colours = [QUIET if count >= FEWEST else FAINT for count in counts]
        bottom.bar((np.arange(BINS) + 0.5) / BINS, counts, 0.9 / BINS, color=colours)
        bottom.set_yscale("log")
        bottom.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
        bottom.yaxis.minorticks_off()
        bottom.set_ylim(bottom=0.5 / answers.seeds)  # half of the smallest bar
        bottom.set_xlabel(AXES[single][0])
        if kind == next(iter(chosen)):
            top.set_ylabel(AXES[single][1])
            bottom.set_ylabel("predictions\nper seed")
    return figure


def _encoder_names(study: Study, features: str) -> str:
    """Return the display names of the encoders of features; the title has no room for views."""
    return " + ".join(
        label(study, "encoders", encoder) for _, encoder in report_config.split_features(features)
    )


def _error(found: Reliability) -> str:
    """Format the calibration error: mean and standard deviation over seeds."""
    spread = f" \N{PLUS-MINUS SIGN} {found.errors.std():.3f}" if len(found.errors) > 1 else ""
    return f"ECE {found.errors.mean():.3f}{spread}"


def _diagram(panel: Axes, found: Reliability, look: Look) -> None:
    """Draw bins with enough predictions, with lines between neighbours, and the other bins as small circles."""
    enough = found.counts >= FEWEST * len(found.errors)
    panel.plot([0, 1], [0, 1], color=QUIET, ls=(0, (4, 3)), lw=1)
    few = Look(QUIET, "o").style(filled=False, ms=3.5, mew=0.8, ls="")
    for chosen, style in ((~enough, few), (enough, look.style(ms=5.5, lw=1.4, zorder=3))):
        confidence, right = (np.where(chosen, values, np.nan) for values in (found.confidence, found.right))
        panel.plot(confidence, right, **style, clip_on=False)
    panel.vlines(confidence, confidence, right, color=look.colour, lw=4, alpha=0.25)
    panel.set_xlim(-0.02, 1.02)
    panel.set_ylim(-0.02, 1.02)


NUMBER_BINS = 10


def binned(true: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Return (bins, 4): mean true value, and mean, lower and upper quartile of the predicted values.

    Bins have equal numbers of samples. Equal true values are in the same bin, so there may be fewer than ten bins.
    """
    edges = np.unique(np.quantile(true, np.linspace(0, 1, NUMBER_BINS + 1)))
    number = np.clip(edges.searchsorted(true, "right") - 1, 0, max(len(edges) - 2, 0))
    rows = []
    for chosen in (number == value for value in np.unique(number)):
        rows.append(
            (true[chosen].mean(), predicted[chosen].mean(), *np.quantile(predicted[chosen], (0.25, 0.75)))
        )
    return np.array(rows)


def draw_numbers(inputs: ReportInputs, study: Study, dataset: str) -> Figure:
    """Return predicted against true values, with one panel for the best features of each kind."""
    chosen, encoder_looks = inputs.scores.best_of_each(study, dataset), looks(study)
    figure = new_figure(max(3.1 * len(chosen), 4.2), 3.4)
    axes = figure.subplots(1, len(chosen), sharex=True, sharey=True, squeeze=False)[0]
    for (kind, features), panel in zip(chosen.items(), axes, strict=True):
        panel.set_title(KINDS[kind])
        answers = features and inputs.predictions.answers(study, dataset, features)
        if not features or not answers:
            empty(panel)
            continue
        correlation = CORRELATION.number(float(answers.scores().mean()))
        names = _encoder_names(study, features)
        panel.set_title(f"{KINDS[kind]}: {names}\nSpearman {correlation}", fontsize=8.5)
        true, predicted = _numbers(answers)
        means = binned(true, predicted)
        ends = means[:, 0].min(), means[:, 0].max()
        panel.plot(ends, ends, color=QUIET, ls=(0, (4, 3)), lw=1)
        panel.axhline(predicted.mean(), color=QUIET, ls=":", lw=1)
        look = encoder_looks[report_config.split_features(features)[0][1]]
        panel.vlines(means[:, 0], means[:, 2], means[:, 3], color=look.colour, lw=4, alpha=0.25)
        panel.plot(means[:, 0], means[:, 1], **look.style(ms=5.5, lw=1.4, zorder=3))
        panel.set_xlabel("true number, mean of a bin")
    axes[0].set_ylabel("predicted number")
    return figure


def _numbers(answers: Predictions) -> tuple[np.ndarray, np.ndarray]:
    """Return true values (n) and predicted values averaged over seeds (n)."""
    return answers.truth[:, 0], answers.probabilities[:, :, 0].mean(axis=1, dtype=np.float64)


FIGURES = (
    FigureSpec(
        name="reliability-{dataset}",
        section="calibration",
        title="{dataset}: calibration",
        order=90,
        shown=attrgetter("classified"),
        draw=draw_reliability,
        caption=(
            "Share of correct predictions by confidence, in 15 bins, for the best features of each kind; "
            "the dashed diagonal is perfect calibration. Small grey circles and light bars: bins with fewer "
            "than 5 predictions per seed, whose shares are mostly noise. Below: predictions per seed, on a "
            "logarithmic scale. ECE: expected calibration error, mean and standard "
            "deviation over seeds. For multi-label datasets every label of every sample counts as one "
            "prediction; the ECE among the scores is a mean over labels and differs."
        ),
        alt=(
            "Reliability diagrams, one per kind of features: share of correct predictions against confidence, "
            "beside the diagonal of perfect calibration, above bars of the number of predictions; the expected "
            "calibration error is in the heading of each."
        ),
    ),
    FigureSpec(
        name="numbers-{dataset}",
        section="results",
        title="{dataset}: predicted against true",
        order=35,
        shown=attrgetter("rated"),
        draw=draw_numbers,
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
