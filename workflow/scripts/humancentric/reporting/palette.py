"""Looks of the figures: one colour and marker an encoder, the same in every figure and study, readable in grey."""

import hashlib
from dataclasses import dataclass

from humancentric.reporting import study
from humancentric.reporting.study import Config

# Okabe and Ito's colours without their yellow, which is too light on white, and four of Paul Tol's muted ones.
BLUE, ORANGE, RED, GREEN, PINK, SKY = "#0072B2", "#E69F00", "#D55E00", "#009E73", "#CC79A7", "#56B4E9"
OLIVE, WINE, GREY, INDIGO = "#999933", "#882255", "#666666", "#332288"
COLOURS = (BLUE, ORANGE, RED, GREEN, PINK, SKY, OLIVE, WINE, GREY, INDIGO)
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
DASHED = (0, (3, 1.5))  # lines of views that are made from another one

STYLE = {
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


def looks(config: Config) -> dict[str, Look]:
    """Return the look of every encoder of the catalogue: that of its name, whatever else the catalogue has.

    Both towers of one model look alike. A row that a user adds gets a look of no row of ours, chosen by a hash of its
    name; of two that would get the same one the later takes the next.
    """
    free = [(c, m) for m in MARKERS for c in COLOURS if (c, m) not in LOOKS.values()]
    found: dict[str, Look] = {}
    taken: set[tuple[str, str]] = set()
    for name in config["encoders"]:
        family = study.family(config, name)
        if family not in found:
            found[family] = Look(
                *(LOOKS.get(family) or _own(family, [look for look in free if look not in taken]))
            )
            taken.add((found[family].colour, found[family].marker))
    return {name: found[study.family(config, name)] for name in config["encoders"]}


def _own(name: str, free: list[tuple[str, str]]) -> tuple[str, str]:
    """Return the look of a name that has none: the first of those left in an order of its own."""

    def rank(look: tuple[str, str]) -> bytes:
        return hashlib.sha256(f"{name}:{look}".encode()).digest()

    return min(free or [(c, m) for c in COLOURS for m in MARKERS], key=rank)
