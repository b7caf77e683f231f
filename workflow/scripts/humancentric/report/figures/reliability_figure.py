"""Draw reliability diagrams, which show how well probabilities are calibrated."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from humancentric.dataset.labels import SINGLE
from humancentric.evaluation import sample_scores
from humancentric.evaluation.sample_scores import BINS, Reliability
from humancentric.report.panels import QUIET, Look, empty, looks, new_figure
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import FigureSpec
from humancentric.study import report_config
from humancentric.study.report_config import KINDS, label
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FEWEST = 5  # predictions per seed; bins with fewer have open markers
AXES = {
    True: ("confidence in the predicted class", "share that is right"),
    False: ("probability of a label", "share of samples that carry it"),
}


def draw(inputs: ReportInputs, study: Study, dataset: str) -> Figure:
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
        top.set_title(f"{KINDS[kind]}: {_name(study, features)}\n{_error(found)}", fontsize=8.5)
        _diagram(top, found, encoder_looks[report_config.split_features(features)[0][1]])
        bottom.bar(
            (np.arange(BINS) + 0.5) / BINS, found.counts / answers.seeds, 0.9 / BINS, color=QUIET, alpha=0.55
        )
        bottom.set_yscale("log")
        bottom.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        bottom.yaxis.minorticks_off()
        bottom.set_ylim(bottom=0.7)
        bottom.set_xlabel(AXES[single][0])
        if kind == next(iter(chosen)):
            top.set_ylabel(AXES[single][1])
            bottom.set_ylabel("samples" if single else "answers")
    return figure


def _name(study: Study, features: str) -> str:
    """Return the display name of features: only the encoders, since the title has little room."""
    return " + ".join(
        label(study, "encoders", encoder) for _, encoder in report_config.split_features(features)
    )


def _error(found: Reliability) -> str:
    """Format the calibration error: mean and standard deviation over seeds."""
    spread = f" \N{PLUS-MINUS SIGN} {found.errors.std():.3f}" if len(found.errors) > 1 else ""
    return f"ECE {found.errors.mean():.3f}{spread}"


def _diagram(panel: Axes, found: Reliability, look: Look) -> None:
    """Draw the non-empty bins, their distance from the diagonal as thin lines, and the calibration error."""
    filled = found.counts > 0
    confidence, right = found.confidence[filled], found.right[filled]
    panel.plot([0, 1], [0, 1], color=QUIET, ls=(0, (4, 3)), lw=1)
    panel.vlines(confidence, confidence, right, color=look.colour, lw=4, alpha=0.25)
    panel.plot(confidence, right, color=look.colour, lw=1.4)
    for many, fill in ((True, look.colour), (False, "white")):
        chosen = (found.counts[filled] >= FEWEST * len(found.errors)) == many
        if chosen.any():
            style: dict[str, Any] = {
                "color": look.colour,
                "marker": look.marker,
                "ms": 5.5,
                "mfc": fill,
                "ls": "",
            }
            panel.plot(confidence[chosen], right[chosen], **style, clip_on=False, zorder=3)
    panel.set_xlim(-0.02, 1.02)
    panel.set_ylim(-0.02, 1.02)


FIGURES = (
    FigureSpec(
        name="reliability-{dataset}",
        section="calibration",
        title="{dataset}: calibration",
        order=90,
        shown=attrgetter("trained"),
        draw=draw,
        caption=(
            "Share of correct predictions by confidence, in 15 bins, for the best features of each kind; "
            "the dashed diagonal is perfect calibration. Open markers: fewer than 5 predictions per seed. "
            "Below: predictions per seed and bin. ECE: expected calibration error, mean and standard "
            "deviation over seeds. For multi-label datasets every label of every sample counts as one "
            "prediction, so the error is not the mean over labels of the scores."
        ),
        alt=(
            "Reliability diagrams, one a kind of features: share of right answers against confidence, "
            "beside the diagonal of perfect calibration, above bars of the number of answers; the expected "
            "calibration error is in the heading of each."
        ),
    ),
)
