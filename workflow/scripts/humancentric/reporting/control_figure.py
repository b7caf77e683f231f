"""What time costs: the same heads on a dataset and on its control."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from humancentric.reporting import control_table, study
from humancentric.reporting.cells import Cell, Scores
from humancentric.reporting.numbers import UNITS, Unit
from humancentric.reporting.palette import INK, QUIET, Look, looks
from humancentric.reporting.panels import empty, legend, panels
from humancentric.reporting.study import Config, label


def draw(scores: Scores, config: Config) -> Figure:
    """Return a line from the score on a dataset to the score on its control, a panel a control, a row a feature."""
    drawn, wanted = looks(config), study.controls(config)
    rows = [list(control_table.pairs(scores, config, *pair)) for pair in wanted]
    height = 1.5 + 0.3 * max(map(len, rows))
    figure, axes = panels(len(wanted), height=height, width=6.4 if len(wanted) == 1 else 5)
    for (parent, name), found, panel in zip(wanted, rows, axes, strict=True):
        unit = UNITS[study.headline(config, parent)]
        panel.set_title(label(config, "datasets", name))
        if not any(before and after for _, before, after in found):
            empty(panel)
            continue
        for place, (features, before, after) in enumerate(found):
            ((_, encoder),) = study.split_features(features)
            _dumbbell(panel, place, drawn[encoder], unit, before, after)
        panel.set_yticks(range(len(found)), [study.name_of(config, features) for features, _, _ in found])
        panel.set_ylim(len(found) - 0.4, -0.6)
        panel.set_xlim(left=0)
        panel.margins(x=0.12)
        panel.grid(axis="y", visible=False)
        panel.set_xlabel(unit.title)
    dots = {"color": QUIET, "marker": "o", "ls": ""}
    legend(
        figure,
        {"dataset it was trained on": Line2D([], [], **dots), "control": Line2D([], [], mfc="white", **dots)},
    )
    return figure


def _dumbbell(panel: Axes, row: int, look: Look, unit: Unit, before: Cell | None, after: Cell | None) -> None:
    if before and after:
        values = [before.mean * unit.scale, after.mean * unit.scale]
        panel.plot(values, [row, row], color=look.colour, lw=2.2, alpha=0.55, zorder=1)
        text = unit.difference(after.mean - before.mean)
        panel.annotate(
            text,
            (max(values), row),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            color=INK,
        )
    for cell, fill in ((before, look.colour), (after, "white")):
        if cell:
            style = {"color": look.colour, "marker": look.marker, "mfc": fill, "mew": 1.6, "ls": ""}
            panel.plot([cell.mean * unit.scale], [row], **style)
