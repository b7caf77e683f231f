"""Draw scores of images alone: few-shot curves, and slope charts from a view to its masked views."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from humancentric.report.encoder_looks import Look, looks
from humancentric.report.numbers import UNITS, Unit, unit_of
from humancentric.report.panels import (
    DASHED,
    INK,
    QUIET,
    draw_baseline,
    empty,
    legend,
    list_missing,
    panels,
    spread_apart,
)
from humancentric.report.report_inputs import Cell, CellFiles, ReportInputs
from humancentric.report.specs import FigureSpec
from humancentric.report.tables.fewshot_table import METHODS, figure_blocks
from humancentric.study import report_config
from humancentric.study.report_config import label
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D


def draw_fewshot(inputs: ReportInputs, study: Study) -> Figure:
    """Return few-shot curves: one panel per dataset, one line per encoder and view, bands of one std.

    A line has a gap at numbers of shots that were not run; features with such gaps are listed in the panel.
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
        list_missing(panel, missing)
        _label_shots(panel, shots, unit)
    chance = handles.pop("", None)
    seen = sorted(handles, key=lambda features: _legend_position(study, features))
    columns = len({report_config.split_features(features)[0][1] for features in seen})
    columns = columns if len(axes) > 2 else min(columns, len(axes))  # a narrow figure needs a narrow legend
    named = {report_config.name_of(study, features): handles[features] for features in seen}
    legend(figure, named | ({"Shuffled labels": chance} if chance else {}), columns)
    return figure


STYLES = {"prototype": "-", "class-mean": DASHED, "linear": ":"}


def draw_fewshot_methods(inputs: ReportInputs, study: Study) -> Figure:
    """Return the curves of several few-shot methods: one panel per dataset and unmasked view, a line style per method.

    Chance-level encoders are left out; the other figure has them.
    """
    from matplotlib.lines import Line2D

    scores, encoder_looks = inputs.scores, looks(study)
    wanted = [
        (block, view)
        for block in figure_blocks(study)
        for view in block.views(study)
        if view not in report_config.derived_views(study, block.datasets[0])
    ]
    figure, axes = panels(len(wanted))
    for (block, view), panel in zip(wanted, axes, strict=True):
        unit, shots, missing = UNITS[block.metric(study)], block.shots(study), []
        several = sum(other == block for other, _ in wanted) > 1
        panel.set_title(block.title(study) + (f", {label(study, 'views', view).lower()}" if several else ""))
        for encoder, method in product(study.image_encoders, study.fewshot_methods):
            cells = [block.cell(scores, study, f"{view}.{encoder}", n, method) for n in shots]
            if any(cells):
                _curve(panel, shots, cells, unit, encoder_looks[encoder], plain=True, ls=STYLES[method])
            if not all(cells):
                missing.append(f"{label(study, 'encoders', encoder)}, {method}")
        if not panel.lines:
            empty(panel)
            continue
        list_missing(panel, missing)
        _label_shots(panel, shots, unit)
    handles = {
        label(study, "encoders", name): Line2D([], [], **encoder_looks[name].style(ls="-"))
        for name in study.image_encoders
    }
    names = {"prototype": "nearest prototype", **{m: t for m, t in METHODS.items() if t}}
    handles |= {names[m]: Line2D([], [], color=QUIET, ls=STYLES[m]) for m in study.fewshot_methods}
    legend(figure, handles)
    return figure


def _label_shots(panel: Axes, shots: list[int], unit: Unit) -> None:
    """Label the axes of a panel of few-shot curves."""
    panel.set_xscale("log")
    panel.set_xticks(shots, [str(n) for n in shots])
    panel.xaxis.minorticks_off()
    panel.margins(x=0.06, y=0.1)
    panel.set_xlabel("training pictures per class (shots)")
    panel.set_ylabel(unit.title)


def _curve(
    panel: Axes, shots: list[int], cells: list[Cell | None], unit: Unit, look: Look, plain: bool, ls: Any = ""
) -> Line2D:
    """Draw and return one line with its band; derived views (not `plain`) have open markers and dashes."""
    y = [cell.mean * unit.scale if cell else math.nan for cell in cells]
    spread = [cell.std * unit.scale if cell else math.nan for cell in cells]
    (line,) = panel.plot(shots, y, **look.style(plain, ls=ls or ("-" if plain else DASHED)))
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


@dataclass(frozen=True)
class Dose:
    """A view and the views derived from it, with their positions on the axis."""

    dataset: str
    views: tuple[str, ...]
    positions: tuple[float, ...]
    measured: bool  # positions are masked shares of the image in percent


def doses(study: Study, files: CellFiles) -> list[Dose]:
    """Return one dose for every image view from which other views are derived, dataset by dataset.

    Several derived views are placed at their mean masked share of the image if it is known for all of them.
    """
    found = []
    for dataset in report_config.masked_datasets(study):
        derived, shown = (
            report_config.derived_views(study, dataset),
            study.datasets[dataset].views_of("image"),
        )
        for origin in dict.fromkeys(of for view, of in derived.items() if view in shown):
            made = [view for view in shown if derived.get(view) == origin]
            known = files.masked
            shares = {view: known[dataset, view] for view in made if (dataset, view) in known}
            measured = len(made) > 1 and len(shares) == len(made)
            if measured:
                made = sorted(made, key=shares.__getitem__)
            positions = [100 * shares[view] for view in made] if measured else range(1, len(made) + 1)
            found.append(Dose(dataset, (origin, *made), (0.0, *map(float, positions)), measured))
    return found


def draw_masking(inputs: ReportInputs, study: Study) -> Figure:
    """Return slope charts from views to their derived views, for images alone: one panel per original view."""
    scores, encoder_looks, wanted = inputs.scores, looks(study), doses(study, inputs.predictions)
    figure, axes = panels(
        len(wanted), height=3.2, width=4.4 if any(len(d.views) > 2 for d in wanted) else 3.3
    )
    handles: dict[str, Line2D] = {}
    for dose, panel in zip(wanted, axes, strict=True):
        unit = unit_of(study, dose.dataset)
        panel.set_title(label(study, "datasets", dose.dataset))
        cells = {
            encoder: [scores.transfer(study, dose.dataset, f"{view}.{encoder}") for view in dose.views]
            for encoder in study.image_encoders
        }
        for encoder, own in cells.items():
            look = encoder_looks[encoder]
            points = [(x, cell) for x, cell in zip(dose.positions, own, strict=True) if cell]
            if points:
                y, spread = zip(*((c.mean * unit.scale, c.std * unit.scale) for _, c in points), strict=True)
                style = look.style(ms=7, capsize=3, elinewidth=1)
                bars = panel.errorbar([x for x, _ in points], y, yerr=spread, **style)
                handles.setdefault(label(study, "encoders", encoder), bars.lines[0])
        if not any(cell for own in cells.values() for cell in own):
            empty(panel)
            continue
        list_missing(panel, [label(study, "encoders", name) for name, own in cells.items() if not all(own)])
        _label_axis(panel, dose, study)
        draw_baseline(panel, scores, study, dose.dataset, unit)
        _end_labels(panel, dose, cells, unit)
        panel.set_ylabel(unit.title)
    legend(figure, handles)
    return figure


def _label_axis(panel: Axes, dose: Dose, study: Study) -> None:
    """Label the x axis of a panel with the names of the views, and with their masked shares if measured."""
    names = [label(study, "views", view) for view in dose.views]
    reach = dose.positions[-1] or 1.0
    panel.set_xlim(
        -0.4 * reach if len(names) == 2 else -0.2 * reach, (1.4 if len(names) == 2 else 1.2) * reach
    )
    if dose.measured:
        names = [f"{name}\n{share:.1f} %" for name, share in zip(names, dose.positions, strict=True)]
        panel.set_xlabel("view, share of the picture that is covered")
    panel.set_xticks(dose.positions, names)
    panel.grid(axis="x", visible=False)


def _end_labels(panel: Axes, dose: Dose, cells: dict[str, list[Cell | None]], unit: Unit) -> None:
    """Print the values at both ends of the slopes, moved apart to avoid overlap."""
    panel.margins(y=0.15)
    low, high = panel.get_ylim()
    sides = ((0, -9, "right"), (-1, 9, "left"))
    for end, shift, align in sides:
        means = [cell.mean for own in cells.values() if (cell := own[end])]
        heights = spread_apart([mean * unit.scale for mean in means], gap=(high - low) * 0.062)
        for mean, height in zip(means, heights, strict=True):
            offset: dict[str, Any] = {"xytext": (shift, 0), "textcoords": "offset points", "ha": align}
            position = (dose.positions[end], height)
            panel.annotate(unit.number(mean), position, **offset, va="center", color=INK, fontsize=8.5)


FIGURES = (
    FigureSpec(
        name="fewshot",
        section="fewshot",
        title="Few-shot curves",
        order=20,
        shown=report_config.fewshot_datasets,
        draw=draw_fewshot,
        caption=(
            "Few-shot: score of a 1-nearest-neighbour classifier on pictures against the number of "
            "training pictures per class, mean over repeated draws; bands are one standard deviation. Open "
            "markers: pictures whose text is masked. Dotted: prototypes with shuffled labels. Datasets "
            "that are only evaluated few-shot are averaged in one panel."
        ),
        alt=(
            "Line charts, one panel per dataset: score of a 1-nearest-neighbour classifier on pictures "
            "against the number of prototypes per class, one line per encoder and view, bands of one standard "
            "deviation. The table beside it holds the numbers."
        ),
    ),
    FigureSpec(
        name="fewshot-methods",
        section="fewshot",
        title="Few-shot methods",
        order=25,
        shown=lambda study: report_config.fewshot_datasets(study) if len(study.fewshot_methods) > 1 else [],
        draw=draw_fewshot_methods,
        caption=(
            "Few-shot methods on the same draws, mean over draws; bands are one standard deviation. Nearest "
            "prototype: the label of the most similar of all shots. Class means: the shots of a class are averaged, "
            "and the class with the nearest mean is predicted. Linear probe: logistic regression on the shots."
        ),
        alt=(
            "Line charts, one panel per dataset: score against the number of training pictures per class, one colour "
            "per encoder and one line style per few-shot method. The table beside it holds the numbers."
        ),
    ),
    FigureSpec(
        name="masking-effect",
        section="masking",
        title="Effect of masking",
        order=30,
        shown=report_config.masked_datasets,
        draw=draw_masking,
        caption=(
            "Scores on pictures alone, with their text and with the text masked; bars are one standard "
            "deviation. Several masked views of one dataset are placed at the share of the picture that "
            "they cover. Dotted: the best baseline that uses no input."
        ),
        alt=(
            "Slope charts, one panel per dataset: score of pictures alone with their text (left) and with "
            "the text masked (right), one line per encoder. The result tables hold the numbers."
        ),
    ),
)
