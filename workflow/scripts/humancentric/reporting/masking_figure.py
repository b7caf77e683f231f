"""What masking costs: slopes from a view to the view made of it."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from humancentric.reporting import study
from humancentric.reporting.cells import Scores
from humancentric.reporting.numbers import UNITS, Unit
from humancentric.reporting.palette import INK, looks
from humancentric.reporting.panels import empty, floor, legend, panels, spread_apart
from humancentric.reporting.study import Config, label


def draw(scores: Scores, config: Config) -> Figure:
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
        floor(panel, scores, config, dataset, unit)
        _end_labels(panel, ends, unit)
        panel.set_xticks([0, 1], [label(config, "views", origin), label(config, "views", view)])
        panel.grid(axis="x", visible=False)
        panel.set_ylabel(unit.title)
    legend(figure, handles)
    return figure


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
