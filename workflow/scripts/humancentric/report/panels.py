"""Draw the shared parts of figures: panels, legends, colours and markers by encoder; save without dates.

An encoder keeps its colour and marker in every figure and study; both are readable in grey. matplotlib is imported
when something is drawn: a plan reads the specs of figures, and the import takes half a second.
"""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from humancentric.core.files import atomic
from humancentric.report.numbers import Unit
from humancentric.report.report_inputs import Scores
from humancentric.study.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

# Okabe and Ito's colours without the yellow, which is too light on white, and four of Paul Tol's muted ones.
BLUE, ORANGE, RED, GREEN, PINK, SKY = "#0072B2", "#E69F00", "#D55E00", "#009E73", "#CC79A7", "#56B4E9"
OLIVE, WINE, GREY, INDIGO = "#999933", "#882255", "#666666", "#332288"
COLOURS = (BLUE, ORANGE, RED, GREEN, PINK, SKY, OLIVE, WINE, GREY, INDIGO)
LABEL_COLOURS = (
    BLUE,
    ORANGE,
    GREEN,
    WINE,
    SKY,
    RED,
    INDIGO,
    PINK,
    OLIVE,
)  # of maps, where no encoder is drawn
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", "p", ">")
# By the name of the row; of a model with two towers by that of its image encoder. Encoders that are compared in one
# study, such as the paper's, differ in lightness, too.
LOOKS = {
    **{"rn50": (ORANGE, "s"), "bit-m": (GREEN, "D"), "clip": (BLUE, "o")},
    **{"bert-base": (PINK, "^"), "bert-large": (INDIGO, "v")},
    **{
        "efficientnet-lite0": (RED, "^"),
        "clip-demo": (SKY, "o"),
        "minilm": (WINE, "D"),
        "random": (GREY, "X"),
    },
    **{"rn50-canonical": (ORANGE, "p"), "bit-m-canonical": (GREEN, "P")},
    **{"clip-yfcc15m": (SKY, "<"), "clip-cc12m": (INDIGO, ">"), "clip-unprojected": (BLUE, "p")},
    **{"clip-unprojected-t": (BLUE, "P")},
    **{"clip-vit-b32": (WINE, "o"), "clip-vit-b16": (PINK, "o"), "clip-vit-l14": (INDIGO, "o")},
    **{"metaclip": (OLIVE, "<"), "siglip2": (RED, "P"), "mobileclip2": (PINK, ">")},
    **{"dinov2": (OLIVE, "D"), "convnext": (WINE, "s")},
    **{"all-minilm": (RED, "v"), "mpnet": (GREEN, "^"), "e5": (ORANGE, "X")},
    **{"pixels": (GREY, "s"), "tfidf": (GREY, "P")},
}
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
    "text.parse_math": False,  # a $ in a name is a $
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "lines.markersize": 6,
    "pdf.fonttype": 42,
    "svg.hashsalt": "humancentric",
}


@dataclass(frozen=True)
class Look:
    """How one encoder is drawn."""

    colour: str
    marker: str

    def style(self, filled: bool = True, **further: Any) -> dict[str, Any]:
        """Return arguments of matplotlib for a line with markers, which are white inside unless `filled`."""
        fill = self.colour if filled else "white"
        return {"color": self.colour, "marker": self.marker, "mfc": fill, **further}


def looks(study: Study) -> dict[str, Look]:
    """Return the look of every encoder of the catalogue; it depends on the name, not on the other rows.

    Both towers of a model share a look. A row added by a user gets a look that no row of ours has, chosen by a hash of
    its name; if two rows collide, the later one takes the next look.
    """
    free = [(c, m) for m in MARKERS for c in COLOURS if (c, m) not in LOOKS.values()]
    found: dict[str, Look] = {}
    taken: set[tuple[str, str]] = set()
    for name in study.encoders:
        family = study.encoders[name].family
        if family not in found:
            found[family] = Look(
                *(LOOKS.get(family) or _own(family, [look for look in free if look not in taken]))
            )
            taken.add((found[family].colour, found[family].marker))
    return {name: found[study.encoders[name].family] for name in study.encoders}


def _own(name: str, free: list[tuple[str, str]]) -> tuple[str, str]:
    """Return a look for a name without one: the first free look in an order seeded by the name."""

    def rank(look: tuple[str, str]) -> bytes:
        return hashlib.sha256(f"{name}:{look}".encode()).digest()

    return min(free or [(c, m) for c in COLOURS for m in MARKERS], key=rank)


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


def new_figure(
    width: float, height: float, layout: Literal["constrained", "compressed"] = "constrained"
) -> Figure:
    """Return an empty figure of a size in inches, which arranges its panels itself.

    The layout "compressed" is for panels of fixed shape, which would otherwise have empty bands between them.
    """
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout=layout)


def handle(**style: Any) -> Line2D:
    """Return a line without points for a legend."""
    from matplotlib.lines import Line2D

    return Line2D([], [], **style)


def halo() -> list:
    """Return the effect that keeps words readable above lines."""
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
    # Without ticks would be without those of the panels that share an axis with this one.
    axes.tick_params(which="both", bottom=False, left=False, labelbottom=False, labelleft=False)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def hole(axes: Axes, names: Sequence[str], right: bool = False) -> None:
    """List the missing cells of a panel in its upper left or right corner."""
    if names:
        words = textwrap.fill(f"not run: {', '.join(names)}", 44)
        corner: dict[str, Any] = {"xy": (0.98 if right else 0.02, 0.98), "ha": "right" if right else "left"}
        position: dict[str, Any] = {**corner, "xycoords": "axes fraction", "va": "top", "zorder": 5}
        axes.annotate(words, **position, fontsize=7.5, color=QUIET, style="italic", path_effects=halo())


def legend(figure: Figure, handles: Mapping[str, Line2D], columns: int = 4) -> None:
    """Add one legend below all panels, in at most `columns` columns and no more than fit the figure."""
    if handles:
        widest = LEGEND / 72 * (0.6 * max(map(len, handles)) + 5)  # inches: text, marker and gap
        fitting = max(1, min(columns, int(figure.get_figwidth() / widest)))
        style: dict[str, Any] = {"loc": "outside lower center", "ncols": fitting, "fontsize": LEGEND}
        figure.legend(list(handles.values()), list(handles), **style)


def spread_apart(values: Sequence[float], gap: float) -> list[float]:
    """Return label positions at least `gap` apart, in the order of `values` and as close to them as possible."""
    from scipy.optimize import isotonic_regression

    order = np.argsort(values, kind="stable")
    steps = gap * np.arange(len(order))
    heights = np.empty(len(order))
    heights[order] = (
        isotonic_regression(np.asarray(values, float)[order] - steps).x + steps if len(order) else []
    )
    return heights.tolist()


def settle(figure: Figure) -> None:
    """Freeze the layout of a figure: computing it again for every file would double the time."""
    layout = figure.get_layout_engine()
    if layout is not None:
        layout.execute(figure)
        figure.set_layout_engine(None)


def save(figure: Figure, path: Path) -> None:
    """Write a figure to `path`, atomically and without a date, so that equal numbers give equal files."""
    kind = path.suffix[1:]
    with atomic(path) as temporary:
        figure.savefig(temporary, format=kind, dpi=200, facecolor="white", metadata=METADATA[kind])


def floor(panel: Axes, scores: Scores, study: Study, dataset: str, unit: Unit, left: bool = False) -> None:
    """Draw the best input-free baseline as a dotted line with its name at the right (or left) end."""
    for cell in list(scores.blind(study, dataset).values())[:1]:
        height = cell.mean * unit.scale
        panel.axhline(height, color=QUIET, ls=(0, (1, 2)), lw=1.2)
        position = (0.01 if left else 0.99, height)
        style: dict[str, Any] = {"fontsize": 7.5, "color": QUIET, "va": "bottom", "path_effects": halo()}
        style["ha"] = "left" if left else "right"
        panel.text(*position, "best blind baseline", transform=panel.get_yaxis_transform(), **style)
