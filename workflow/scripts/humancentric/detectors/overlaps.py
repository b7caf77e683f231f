"""Boxes that see the same text: a detector that looks twice, or at a line and at its words, finds it more than once."""

from collections.abc import Sequence

import numpy as np

from humancentric.detectors.boxes import Box

SAME = 0.5  # share of the smaller box's area that two boxes of one piece of text have in common at least


def pieces(boxes: Sequence[Box]) -> list[list[Box]]:
    """Return the boxes grouped by piece of text, in the order of each piece's first box.

    Two boxes belong together if they share at least half of the smaller one, or if a chain of others links them so.
    """
    if not boxes:
        return []
    x, y, w, h = np.array([box[:4] for box in boxes], dtype=np.int64).T
    across = np.minimum.outer(x + w, x + w) - np.maximum.outer(x, x)
    down = np.minimum.outer(y + h, y + h) - np.maximum.outer(y, y)
    shared = np.maximum(across, 0) * np.maximum(down, 0)
    linked = shared >= SAME * np.minimum.outer(w * h, w * h)
    piece = np.arange(len(boxes))
    while True:  # every box takes the lowest number among its neighbours until nothing changes
        lowest = np.where(linked, piece, len(boxes)).min(axis=1)
        if (lowest == piece).all():
            break
        piece = lowest
    return [[boxes[i] for i in np.flatnonzero(piece == number)] for number in np.unique(piece)]
