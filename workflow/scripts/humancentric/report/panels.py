"""Draw the parts that figures share: style, panels, legends, titles and names; save reproducibly.

matplotlib is imported only when something is drawn: planning reads the specs of figures, and the import takes half a
second.
"""

from __future__ import annotations

import logging
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from humancentric.core import fonts
from humancentric.core.files import atomic
from humancentric.report.numbers import Unit
from humancentric.report.report_inputs import Scores
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

log = logging.getLogger("humancentric")
INK, QUIET, GRID = "#22272e", "#6b7280", "#e5e7eb"
DASHED = (0, (3, 1.5))  # line style of derived views

STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "figure.titlesize": 11.5,
    "figure.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "text.parse_math": False,  # print a $ in a name as a $
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "lines.markersize": 6,
    "pdf.fonttype": 42,
    "svg.hashsalt": "humancentric",
}

COLUMNS, WIDTH, HEIGHT = 3, 3.3, 2.9  # panels per row; inches of one panel
LEGEND = 8.5  # font size in points
METADATA: dict[str, dict[str, None]] = {
    "pdf": {"CreationDate": None, "ModDate": None},
    "png": {"Software": None},
}


@contextmanager
def styled() -> Iterator[None]:
    """Use the project's style in the enclosed block, regardless of the user's own settings."""
    import matplotlib as mpl

    with mpl.rc_context(mpl.rcParamsDefault | {"backend": "Agg"} | STYLE):
        yield


def new_figure(width: float, height: float, fixed_shape: bool = False) -> Figure:
    """Return an empty figure with automatic layout; `width` and `height` are in inches.

    With `fixed_shape`, no empty bands are left around panels with a fixed aspect ratio.
    """
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="compressed" if fixed_shape else "constrained")


def handle(**style: Any) -> Line2D:
    """Return a legend handle: a line without points."""
    from matplotlib.lines import Line2D

    return Line2D([], [], **style)


def halo() -> list:
    """Return the path effect that keeps text readable on top of lines."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=2.5, foreground="white")]


def panels(count: int, height: float = HEIGHT, width: float = WIDTH) -> tuple[Figure, list[Axes]]:
    """Return a figure with exactly `count` panels, at most three per row (two if there are four)."""
    columns = 2 if count == 4 else min(count, COLUMNS)
    rows = -(-count // columns)
    figure = new_figure(max(columns * width, 4.2), rows * height)
    axes = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for spare in axes[count:]:
        spare.remove()
    return figure, axes[:count]


def empty(axes: Axes, text: str = "not run") -> None:
    """Write `text` into a panel without data."""
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=QUIET, style="italic")
    # Removing the ticks would also remove those of panels that share an axis with this one.
    axes.tick_params(which="both", bottom=False, left=False, labelbottom=False, labelleft=False)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def empty_figure(width: float, height: float) -> Figure:
    """Return a figure that says "not run"; `width` and `height` are in inches."""
    figure = new_figure(width, height)
    empty(figure.subplots())
    return figure


def list_missing(axes: Axes, names: Sequence[str], right: bool = False, low: bool = False) -> None:
    """List the missing cells of a panel in its upper (or lower) left or right corner."""
    if names:
        words = textwrap.fill(f"not run: {', '.join(names)}", 44)
        corner = (0.98 if right else 0.02, 0.02 if low else 0.98)
        style: dict[str, Any] = {"ha": "right" if right else "left", "va": "bottom" if low else "top"}
        style |= {"fontsize": 7.5, "color": QUIET, "style": "italic", "path_effects": halo(), "zorder": 5}
        axes.annotate(words, corner, xycoords="axes fraction", **style)


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Label the rows of a panel, the first at the top, without ticks and grid lines."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)


def labelled_bars(axes: Axes, lengths: Sequence[float], labels: Sequence[str], ticks: int) -> None:
    """Draw one horizontal bar per row, with a label at its end and about `ticks` ticks."""
    axes.barh(range(len(lengths)), lengths, color=QUIET, alpha=0.45, height=0.62)
    axes.margins(x=0.7 / ticks)
    axes.set_xlim(left=0)
    axes.locator_params(axis="x", nbins=ticks)
    for row, (length, text) in enumerate(zip(lengths, labels, strict=True)):
        position: dict[str, Any] = {"xytext": (3, 0), "textcoords": "offset points", "va": "center"}
        axes.annotate(text, (length, row), **position, fontsize=7.5, color=INK)


def legend(figure: Figure, handles: Mapping[str, Line2D], columns: int = 4) -> None:
    """Add one legend below all panels, with at most `columns` columns and no more than fit the width."""
    if handles:
        widest = LEGEND / 72 * (0.6 * max(map(len, handles)) + 5)  # inches: text, marker and gap
        fitting = max(1, min(columns, int(figure.get_figwidth() / widest)))
        style: dict[str, Any] = {"loc": "outside lower center", "ncols": fitting, "fontsize": LEGEND}
        figure.legend(list(handles.values()), list(handles), **style)


def spread_apart(values: Sequence[float], gap: float) -> list[float]:
    """Return label positions at least `gap` apart, in the order of `values` and closest to them in least squares."""
    from scipy.optimize import isotonic_regression

    order = np.argsort(values, kind="stable")
    steps = gap * np.arange(len(order))
    heights = np.empty(len(order))
    heights[order] = (
        isotonic_regression(np.asarray(values, float)[order] - steps).x + steps if len(order) else []
    )
    return heights.tolist()


def save(figure: Figure, *paths: Path) -> None:
    """Write a figure atomically and without a date, so that equal numbers give identical files.

    The layout is computed once: computing it again for every file would double the time.
    """
    with styled():
        layout = figure.get_layout_engine()
        if layout is not None:
            layout.execute(figure)
            figure.set_layout_engine(None)
        for path in paths:
            kind = path.suffix[1:]
            with atomic(path) as temporary:
                figure.savefig(temporary, format=kind, dpi=200, facecolor="white", metadata=METADATA[kind])


def draw_baseline(
    panel: Axes, scores: Scores, study: Study, dataset: str, unit: Unit, left: bool = False
) -> None:
    """Draw the best input-free baseline as a dotted line with its name at the right (or left) end."""
    for cell in list(scores.blind(study, dataset).values())[:1]:
        height = cell.mean * unit.scale
        panel.axhline(height, color=QUIET, ls=(0, (1, 2)), lw=1.2)
        position = (0.01 if left else 0.99, height)
        style: dict[str, Any] = {"fontsize": 7.5, "color": QUIET, "va": "bottom", "path_effects": halo()}
        style["ha"] = "left" if left else "right"
        panel.text(*position, "best blind baseline", transform=panel.get_yaxis_transform(), **style)


LONGEST, KEPT = 48, 40  # characters: longer class names are cut to `KEPT`
REMEDY = "install one that has them, such as Noto Sans of the script, and draw the figures again"


def titled(figure: Figure, title: str) -> Figure:
    """Add a title to a finished figure, and fallback fonts to the texts that need them; return the figure."""
    from matplotlib.text import Text

    figure.suptitle(title, x=0.005, ha="left")
    for text in figure.findobj(Text):
        found = fonts.families(text.get_text())
        if len(found) > 1:
            text.set_fontfamily(found)
    return figure


def class_names(classes: Sequence[str]) -> list[str]:
    """Return the display names of classes; names that no font can draw are replaced by numbers and logged.

    A name longer than 48 characters is cut to the first 40 and its number.
    """
    shown, unknown = list(classes), []
    for number, name in enumerate(classes, 1):
        if fonts.missing(name):
            shown[number - 1] = f"class {number}"
            unknown.append(f"class {number} is '{name}'")
        elif len(name) > LONGEST:
            shown[number - 1] = f"{name[:KEPT].rstrip()}\N{HORIZONTAL ELLIPSIS} ({number})"
    if unknown:
        _warn(f"{len(unknown)} of {len(classes)} classes ({', '.join(unknown[:3])}) are drawn as numbers")
    return shown


def drawable(study: Study) -> Study:
    """Return the study without display names that no font can draw; these are logged."""
    kept = {
        section: {row: name for row, name in names.items() if not fonts.missing(str(name))}
        for section, names in study.labels.items()
    }
    unknown = [
        names[row] for section, names in study.labels.items() for row in names if row not in kept[section]
    ]
    if not unknown:
        return study
    named = "', '".join(map(str, unknown))
    _warn(f"the display names '{named}' are replaced by those of their rows")
    return replace(study, labels=kept)


def _warn(found: str) -> None:
    log.warning("no font has the characters: in figures, %s; %s", found, REMEDY)
