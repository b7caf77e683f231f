"""Looks of the figures: one colour, marker and stroke an encoder, always the same, readable in grey."""

from dataclasses import dataclass

from humancentric.reporting import study
from humancentric.reporting.study import Config

# Okabe and Ito's colours without their yellow, which is too light on white, and four of Paul Tol's muted ones.
COLOURS = (
    *("#0072B2", "#E69F00", "#D55E00", "#009E73", "#CC79A7"),
    *("#56B4E9", "#999933", "#882255", "#666666", "#332288"),
)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", "p", ">")
STROKES = ("-", (0, (6, 1.5)), (0, (4, 1.5, 1, 1.5)), (0, (1, 1)))
INK, QUIET, GRID = "#22272e", "#6b7280", "#e5e7eb"

STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
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
    stroke: str | tuple


def looks(config: Config) -> dict[str, Look]:
    """Return the look of every encoder of the catalogue, by the place of its model in the catalogue.

    Both towers of one model look alike. Rows that a user adds come last, so they leave the others as they are.
    """
    families = {name: study.family(config, name) for name in config["encoders"]}
    places = {family: place for place, family in enumerate(dict.fromkeys(families.values()))}
    found = {}
    for name, family in families.items():
        turn, index = divmod(places[family], len(COLOURS))
        marker = MARKERS[(index + turn) % len(MARKERS)]
        found[name] = Look(COLOURS[index], marker, STROKES[turn % len(STROKES)])
    return found
