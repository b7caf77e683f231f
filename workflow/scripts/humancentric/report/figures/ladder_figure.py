"""Draw the ladder of encoders: scores by encoder, and leads by the rating of the class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from humancentric.report.encoder_looks import LABEL_COLOURS, MARKERS, Look
from humancentric.report.panels import DASHED, QUIET, empty, halo, handle, legend, new_figure
from humancentric.report.report_inputs import ReportInputs
from humancentric.report.specs import FigureSpec
from humancentric.report.tables import ladder_tables
from humancentric.study import ladder
from humancentric.study.report_config import label
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SPREAD = 0.02  # horizontal offset between datasets at the same rating
AREA = 70  # marker area, in points squared, of the class with most test samples
STEP = 0.07  # horizontal offset between datasets at the same encoder


def draw(inputs: ReportInputs, study: Study) -> Figure:
    """Return scores at full width (dashed, open) and at the common width (solid), and leads by rating."""
    results = inputs.json(ladder_tables.RESULTS)
    names = list(ladder.views(study))
    figure = new_figure(9.6, 4.6)
    left, right = figure.subplots(1, 2, width_ratios=[1.15, 1])
    if not results:
        empty(left)
        empty(right)
        return figure
    looks = {
        name: (LABEL_COLOURS[number % len(LABEL_COLOURS)], MARKERS[number % len(MARKERS)])
        for number, name in enumerate(names)
    }
    _rungs(left, results["cells"], study, looks)
    _by_rating(right, results, study, looks)
    handles = {
        label(study, "datasets", name): handle(color=colour, marker=marker, ls="")
        for name, (colour, marker) in looks.items()
    }
    handles["full width"] = handle(color=QUIET, marker="o", mfc="white", ls=DASHED)
    handles[f"{results['width']} principal components"] = handle(color=QUIET, marker="o")
    legend(figure, handles, columns=4)
    return figure


def _rungs(
    panel: Axes, cells: Sequence[Mapping[str, Any]], study: Study, looks: Mapping[str, tuple[str, str]]
) -> None:
    rungs = list((study.ladder or {})["encoders"])
    known = {(row["dataset"], row["encoder"], row["treatment"]): row for row in cells}
    for number, (dataset, (colour, marker)) in enumerate(looks.items()):
        shift = (number - (len(looks) - 1) / 2) * STEP
        for kind, filled in ((ladder.FULL, False), (ladder.PCA, True)):
            found = [
                (rung, row) for rung, name in enumerate(rungs) if (row := known.get((dataset, name, kind)))
            ]
            if not found:
                continue
            means = np.array([row["mean"] for _, row in found])
            ends = np.array(
                [[row["mean"] if row[e] is None else row[e] for _, row in found] for e in ("low", "high")]
            )
            style = Look(colour, marker).style(filled, ls="-" if filled else DASHED, ms=5, lw=1.3)
            x = np.array([rung for rung, _ in found]) + shift + (0.02 if filled else -0.02)
            panel.errorbar(
                x, 100 * means, yerr=100 * np.abs(ends - means), **style, capsize=2, elinewidth=0.9
            )
    trained_on = (study.ladder or {})["encoders"]
    texts = [f"{label(study, 'encoders', name)}\n{trained_on[name]}".strip() for name in rungs]
    turned: dict[str, Any] = (
        {"rotation": 30, "ha": "right", "rotation_mode": "anchor"} if len(rungs) > 3 else {}
    )
    panel.set_xticks(range(len(rungs)), texts, fontsize=8, **turned)
    panel.set_xlim(-0.5, len(rungs) - 0.5)
    panel.set_ylabel("accuracy or samples F1, in percent")
    panel.set_title("Scores by encoder")


def _by_rating(
    panel: Axes, results: Mapping[str, Any], study: Study, looks: Mapping[str, tuple[str, str]]
) -> None:
    rater = next(iter(results["ratings"]["sources"]))
    panel.set_title(
        f"Lead by class: {ladder_tables.sides(study, next(iter((study.ladder or {})['contrasts'])))}"
    )
    rows = [
        r for r in results["classes"] if r["ratings"][rater] is not None and r["support"] >= results["fewest"]
    ]
    if not rows:
        empty(panel, "no class is rated")
        return
    slope, largest = _slope(results, rater), max(row["support"] for row in rows)
    for number, (dataset, (colour, marker)) in enumerate(looks.items()):
        own = [row for row in rows if row["dataset"] == dataset]
        ratings = np.array([row["ratings"][rater] for row in own])
        leads = 100 * np.array([row["lead"] for row in own])
        shift = (number - (len(looks) - 1) / 2) * SPREAD
        sizes = [AREA * (row["support"] / largest) ** 0.5 for row in own]
        style: dict[str, Any] = {"marker": marker, "c": colour, "alpha": 0.65, "linewidths": 0}
        panel.scatter(ratings + shift, leads, s=sizes, **style)
        if own and slope["value"] is not None and np.ptp(ratings):
            ends = np.array([ratings.min(), ratings.max()])
            line = leads.mean() + 100 * slope["value"] * (ends - ratings.mean())
            panel.plot(ends + shift, line, color=colour, lw=1.3)
    panel.axhline(0, color=QUIET, lw=0.8, zorder=1)
    if slope["value"] is not None:
        low, high = (f"{100 * slope[end]:+.1f}".replace("-", "\N{MINUS SIGN}") for end in ("low", "high"))
        value = f"{100 * slope['value']:+.1f}".replace("-", "\N{MINUS SIGN}")
        text = f"slope within datasets {value} [{low}, {high}]: {slope['verdict']}"
        corner: dict[str, Any] = {"transform": panel.transAxes, "va": "top", "fontsize": 8}
        panel.text(0.02, 0.99, text, path_effects=halo(), **corner)
        panel.margins(y=0.12)
    panel.set_xlabel(f"rating, from object (0) to affect (1), by “{rater}”")
    panel.set_ylabel("difference in F1 of the class, in points")


def _slope(results: Mapping[str, Any], rater: str) -> Mapping[str, Any]:
    """Return the slope within datasets at the common width."""
    wanted = ("rating-within", ladder.PCA, rater)
    (found,) = (c for c in results["claims"] if (c["claim"], c["family"], c.get("rater")) == wanted)
    return found["contrasts"][0]


FIGURES = (
    FigureSpec(
        name="ladder",
        section="ladder",
        title="The ladder of encoders",
        order=240,
        shown=ladder_tables.asked,
        files=ladder_tables.asked,
        draw=draw,
        caption=(
            "Left: mean scores of probes on pictures with 95 % intervals over items and seeds, at full width and at "
            "the width of the narrowest encoder; the encoders of the ladder and what they were trained on. Right: the "
            "difference in F1 of each class at one width by its rating, larger for classes with more test samples; the "
            "lines are the slope within datasets."
        ),
        alt=(
            "Two panels: scores by encoder, one line a dataset, and a scatter plot of leads by class over the rating "
            "of the class. The table beside it holds the numbers."
        ),
    ),
)
