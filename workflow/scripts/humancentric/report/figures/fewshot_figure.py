"""Draw few-shot curves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from humancentric.report.numbers import UNITS, Unit
from humancentric.report.panels import DASHED, QUIET, Look, empty, hole, legend, looks, panels
from humancentric.report.report_inputs import Cell, ReportInputs
from humancentric.report.specs import FigureSpec
from humancentric.report.tables.fewshot_table import figure_blocks
from humancentric.study import report_config
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D


def draw(inputs: ReportInputs, study: Study) -> Figure:
    """Return few-shot curves: one panel per dataset, one line per encoder and view, bands of one std.

    A line has a gap where a number of shots was not run; features not run at all are listed in the panel.
    """
    scores, blocks, encoder_looks = inputs.scores, figure_blocks(study), looks(study)
    figure, axes = panels(len(blocks))
    handles: dict[str, Line2D] = {}
    for block, panel in zip(blocks, axes, strict=True):
        unit, shots = UNITS[block.metric(study)], block.shots(study)
        derived = report_config.derived_views(study, block.datasets[0])
        panel.set_title(block.title(study))
        missing = []
        for features in block.features(scores, study):
            cells = [block.cell(scores, study, features, n) for n in shots]
            if not all(cells):
                missing.append(report_config.name_of(study, features))
            if any(cells):
                ((view, encoder),) = report_config.split_features(features)
                line = _curve(panel, shots, cells, unit, encoder_looks[encoder], plain=view not in derived)
                handles.setdefault(features, line)
        if not panel.lines:
            empty(panel)
            continue
        shuffled = {n: cell for n in shots if (cell := block.chance(scores, study, n))}
        if shuffled:
            heights = [cell.mean * unit.scale for cell in shuffled.values()]
            (line,) = panel.plot(list(shuffled), heights, color=QUIET, ls=(0, (1, 2)), lw=1.4)
            handles[""] = line
        hole(panel, missing)
        panel.set_xscale("log")
        panel.set_xticks(shots, [str(n) for n in shots])
        panel.xaxis.minorticks_off()
        panel.margins(x=0.06, y=0.1)
        panel.set_xlabel("training pictures a class (shots)")
        panel.set_ylabel(unit.title)
    chance = handles.pop("", None)
    seen = sorted(handles, key=lambda features: _legend_position(study, features))
    columns = len({report_config.split_features(features)[0][1] for features in seen})
    columns = columns if len(axes) > 2 else min(columns, len(axes))  # a narrow figure needs a narrow legend
    named = {report_config.name_of(study, features): handles[features] for features in seen}
    legend(figure, named | ({"Shuffled labels": chance} if chance else {}), columns)
    return figure


def _curve(
    panel: Axes, shots: list[int], cells: list[Cell | None], unit: Unit, look: Look, plain: bool
) -> Line2D:
    """Draw one line with its band, with open markers and dashes for derived views, and return it."""
    y = [cell.mean * unit.scale if cell else math.nan for cell in cells]
    spread = [cell.std * unit.scale if cell else math.nan for cell in cells]
    (line,) = panel.plot(shots, y, **look.style(plain, ls="-" if plain else DASHED))
    low, high = ([m + sign * d for m, d in zip(y, spread, strict=True)] for sign in (-1, 1))
    panel.fill_between(shots, low, high, color=look.colour, alpha=0.16 if plain else 0.08, lw=0)
    return line


def _legend_position(study: Study, features: str) -> tuple[int, int]:
    """Return the legend position of features, next to the other views of their encoder."""
    ((view, encoder),) = report_config.split_features(features)
    seen = [
        name for dataset in report_config.fewshot_datasets(study) for name in study.datasets[dataset].views
    ]
    return list(study.encoders).index(encoder), seen.index(view)


FIGURES = (
    FigureSpec(
        name="fewshot",
        section="fewshot",
        title="Few-shot curves",
        order=20,
        shown=report_config.fewshot_datasets,
        draw=draw,
        caption=(
            "Few-shot: score of a 1-nearest-neighbour classifier on pictures against the number of "
            "training pictures per class, mean over repeated draws; bands are one standard deviation. Open "
            "markers: pictures whose text is masked. Dotted: prototypes with shuffled labels. Datasets "
            "that are only evaluated few-shot are averaged in one panel."
        ),
        alt=(
            "Line charts, one panel a dataset: score of a 1-nearest-neighbour classifier on pictures "
            "against the number of prototypes a class, one line an encoder and view, bands of one standard "
            "deviation. The table beside it holds the numbers."
        ),
    ),
)
