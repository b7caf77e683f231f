"""Looks of the figures: one colour, marker and stroke an encoder, always the same, readable in grey."""

from dataclasses import dataclass

from humancentric.reporting.study import Config

# Okabe and Ito's colours without their yellow, which is too light on white, and one dark red.
COLOURS = ("#0072B2", "#E69F00", "#D55E00", "#009E73", "#CC79A7", "#666666", "#56B4E9", "#882255")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<")
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
    """Return the look of every encoder of the catalogue, by its place among the encoders of its modality.

    Rows that a user adds come last in the catalogue, so they leave the looks of the others as they are.
    """
    found: dict[str, Look] = {}
    counts: dict[str, int] = {}
    for name, row in config["encoders"].items():
        place = counts.setdefault(row["modality"], 0)
        counts[row["modality"]] += 1
        turn, index = divmod(place, len(COLOURS))
        found[name] = Look(
            COLOURS[index], MARKERS[(index + turn) % len(MARKERS)], STROKES[turn % len(STROKES)]
        )
    return found
