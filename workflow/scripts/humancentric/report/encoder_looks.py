"""Choose a colour and a marker for every encoder, the same in all figures and studies and readable in greyscale."""

import hashlib
from dataclasses import dataclass
from typing import Any

from humancentric.study.study import Study

# Okabe and Ito's colours without the yellow, which is too light on white, and four of Paul Tol's muted ones.
BLUE, ORANGE, RED, GREEN, PINK, SKY = "#0072B2", "#E69F00", "#D55E00", "#009E73", "#CC79A7", "#56B4E9"
OLIVE, WINE, GREY, INDIGO = "#999933", "#882255", "#666666", "#332288"
COLOURS = (BLUE, ORANGE, RED, GREEN, PINK, SKY, OLIVE, WINE, GREY, INDIGO)
# For labels in maps of embeddings, where no encoder is drawn.
LABEL_COLOURS = (BLUE, ORANGE, GREEN, WINE, SKY, RED, INDIGO, PINK, OLIVE)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", "p", ">")
# By name of the encoder; models with two towers have the name of their image encoder. Encoders that are compared in one
# study, such as the paper's, also differ in lightness.
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


@dataclass(frozen=True)
class Look:
    """The colour and marker of one encoder."""

    colour: str
    marker: str

    def style(self, filled: bool = True, **further: Any) -> dict[str, Any]:
        """Return matplotlib arguments for a line with markers, which are white inside unless `filled`."""
        fill = self.colour if filled else "white"
        return {"color": self.colour, "marker": self.marker, "mfc": fill, **further}


def looks(study: Study) -> dict[str, Look]:
    """Return the look of every encoder of the catalogue; it depends on the name, not on the other encoders.

    Both towers of a model share a look. An encoder added by a user gets a look that none of `LOOKS` has, chosen by a
    hash of its name; if two encoders collide, the later one takes the next look.
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
