"""The figures of a study: few-shot curves, what masking costs, what time costs."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.ticker import NullFormatter, NullLocator

from humancentric.reporting import control_table, fewshot_table, study, targets
from humancentric.reporting.cells import Cell, Scores
from humancentric.reporting.numbers import UNITS, Unit
from humancentric.reporting.palette import INK, QUIET, Look, looks
from humancentric.reporting.panels import empty, legend, panels, save, spread_apart, styled
from humancentric.reporting.study import Config, label


def fewshot(scores: Scores, config: Config) -> Figure:
    """Return few-shot curves: a panel a dataset, a line an encoder and view, a band of one standard deviation."""
    names, drawn = study.fewshot_datasets(config), looks(config)
    figure, axes = panels(len(names))
    handles: dict[str, Line2D] = {}
    for dataset, panel in zip(names, axes, strict=True):
        unit, shots = UNITS[study.headline(config, dataset)], study.shots(config, dataset)
        derived = study.derived_views(config, dataset)
        panel.set_title(label(config, "datasets", dataset))
        for features in fewshot_table.features_of(scores, config, dataset):
            cells = {n: scores.fewshot(config, dataset, features, n) for n in shots}
            points = [(n, cell.mean * unit.scale, cell.std * unit.scale) for n, cell in cells.items() if cell]
            if not points:
                continue
            ((view, encoder),) = study.split_features(features)
            look, plain = drawn[encoder], view not in derived
            x, y, s = zip(*points, strict=True)
            style = {
                "color": look.colour,
                "marker": look.marker,
                "ls": look.stroke if plain else (0, (2, 1.2)),
            }
            (line,) = panel.plot(x, y, **style, mfc=look.colour if plain else "white")
            low, high = ([m + sign * d for m, d in zip(y, s, strict=True)] for sign in (-1, 1))
            panel.fill_between(x, low, high, color=look.colour, alpha=0.16 if plain else 0.08, lw=0)
            handles.setdefault(features, line)
        if not panel.lines:
            empty(panel)
            continue
        _floor(panel, scores, config, dataset, unit)
        panel.set_xscale("log")
        panel.set_xticks(shots, [str(n) for n in shots])
        panel.xaxis.set_minor_locator(NullLocator())
        panel.xaxis.set_minor_formatter(NullFormatter())
        panel.set_xlabel("shots a class")
        panel.set_ylabel(unit.title)
    seen = sorted(handles, key=lambda features: _place(config, features))
    columns = len({study.split_features(features)[0][1] for features in seen})
    legend(figure, {study.name_of(config, features): handles[features] for features in seen}, columns)
    return figure


def masking_effect(scores: Scores, config: Config) -> Figure:
    """Return slopes from a view to the view made of it: pictures alone, a panel a dataset and view."""
    drawn = looks(config)
    slopes = [
        (dataset, view, origin)
        for dataset in study.masked_datasets(config)
        for view, origin in study.derived_views(config, dataset).items()
        if view in study.views(config, dataset, "image")
    ]
    figure, axes = panels(len(slopes), height=3.2)
    handles: dict[str, Line2D] = {}
    for (dataset, view, origin), panel in zip(slopes, axes, strict=True):
        unit = UNITS[study.headline(config, dataset)]
        panel.set_title(label(config, "datasets", dataset))
        ends: tuple[list, list] = ([], [])
        for encoder in study.encoders(config, "image"):
            look = drawn[encoder]
            cells = [scores.transfer(config, dataset, f"{name}.{encoder}") for name in (origin, view)]
            places = [place for place, cell in enumerate(cells) if cell]
            if not places:
                continue
            y = [cells[place].mean * unit.scale for place in places]
            deviations = [cells[place].std * unit.scale for place in places]
            style = {"color": look.colour, "marker": look.marker, "ls": look.stroke, "ms": 7}
            bars = panel.errorbar(places, y, yerr=deviations, capsize=3, elinewidth=1, **style)
            handles.setdefault(label(config, "encoders", encoder), bars.lines[0])
            for place in places:
                ends[place].append(cells[place].mean)
        if not any(ends):
            empty(panel)
            continue
        panel.set_xlim(-0.55, 1.55)
        _floor(panel, scores, config, dataset, unit)
        _end_labels(panel, ends, unit)
        panel.set_xticks([0, 1], [label(config, "views", origin), label(config, "views", view)])
        panel.grid(axis="x", visible=False)
        panel.set_ylabel(unit.title)
    legend(figure, handles)
    return figure


def control(scores: Scores, config: Config) -> Figure:
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


def _place(config: Config, features: str) -> tuple[int, int]:
    """Return where features stand in a legend whose columns are encoders: beside the other views of their encoder."""
    ((view, encoder),) = study.split_features(features)
    seen = [name for dataset in study.datasets(config) for name in config["datasets"][dataset]["views"]]
    return list(config["encoders"]).index(encoder), seen.index(view)


def _floor(panel: Axes, scores: Scores, config: Config, dataset: str, unit: Unit) -> None:
    """Draw the best answer that looks at nothing as a dotted line."""
    for cell in list(scores.blind(config, dataset).values())[:1]:
        height = cell.mean * unit.scale
        panel.axhline(height, color=QUIET, ls=(0, (1, 2)), lw=1.2)
        place = (0.99, height)
        halo = [withStroke(linewidth=2.5, foreground="white")]
        style = {"fontsize": 7.5, "color": QUIET, "ha": "right", "va": "bottom", "path_effects": halo}
        panel.text(*place, "best blind answer", transform=panel.get_yaxis_transform(), **style)


def _end_labels(panel: Axes, ends: tuple[list, list], unit: Unit) -> None:
    """Print the values beside both ends of the slopes, moved apart where they would overlap."""
    panel.margins(y=0.15)
    low, high = panel.get_ylim()
    for place, side in enumerate(ends):
        heights = spread_apart([mean * unit.scale for mean in side], gap=(high - low) * 0.062)
        for mean, height in zip(side, heights, strict=True):
            x, align = ((-0.1, "right"), (1.1, "left"))[place]
            style = {"color": INK, "fontsize": 8.5}
            panel.text(x, height, unit.number(mean), ha=align, va="center", **style)


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


DRAWN: dict[str, Callable[[Scores, Config], Figure]] = {
    "fewshot": fewshot,
    "masking-effect": masking_effect,
    "control": control,
}


def write_figures(scores: pa.Table, config: Config, folder: str | Path) -> list[Path]:
    """Draw every figure of a study as PDF and PNG into `folder`; return the paths in target order."""
    grouped, paths = Scores(scores), []
    for name in targets.figure_names(config):
        with styled():
            figure = DRAWN[name](grouped, config)
            for kind in targets.FIGURE_KINDS:
                paths.append(Path(folder) / f"{name}.{kind}")
                save(figure, paths[-1])
                figure.set_layout_engine("none")  # the first file has put everything in its place
    return paths
