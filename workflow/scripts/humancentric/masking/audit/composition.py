"""Compose synthetic pictures with text for which the ink of every letter is known."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from humancentric.core.rng import generator, pick
from humancentric.masking.audit.backgrounds import Size, background
from humancentric.masking.audit.drawing.pens import Colour
from humancentric.masking.audit.drawing.person_names import TAGLINES, full_name
from humancentric.masking.audit.factor_grid import Setting, colour
from humancentric.masking.audit.lettering import Lettering, lettering, size_of

log = logging.getLogger("humancentric")

MARGIN = 3  # pixels between a line and the edge of the picture, and between lines
TRIES = 60  # places that are looked at for a line before it goes to the next picture
CHOICES = 8  # free places of which the first with enough contrast is taken
CONTRAST = 80  # levels between ink and picture that are enough


class Letter(NamedTuple):
    """A letter that stands on a picture."""

    text: str
    setting: Setting
    line: int
    difference: (
        float  # levels between its ink and what lay under it: their mean in the channel that differs most
    )


class Sheet(NamedTuple):
    """A picture (height, width, 3) uint8 with text, the same without, and whose ink each pixel is."""

    number: int
    kind: str  # of the background
    rgb: np.ndarray
    clear: np.ndarray
    labels: np.ndarray  # (height, width) int32: 0 no ink, k the k-th of `letters`
    letters: list[Letter]


class _Canvas:
    """A picture on which lines are set, one after the other."""

    def __init__(self, clear: np.ndarray) -> None:
        self.rgb = clear.astype(np.float32)
        self.taken = np.zeros(clear.shape[:2], bool)
        self.labels = np.zeros(clear.shape[:2], np.int32)
        self.letters: list[Letter] = []

    def place(self, rng: np.random.Generator, line: Lettering, ink: Colour) -> tuple[slice, slice] | None:
        """Return where the line can stand without touching another, where its ink shows if there is such a place."""
        height, width = line.ink.shape
        rows, columns = self.taken.shape[0] - height - MARGIN, self.taken.shape[1] - width - MARGIN
        needed, found = _reach(line), []
        for _ in range(TRIES if rows >= MARGIN and columns >= MARGIN else 0):
            y, x = (int(rng.integers(MARGIN, end + 1)) for end in (rows, columns))
            window = slice(y, y + height), slice(x, x + width)
            if self.taken[window][needed].any():
                continue
            shown = float(np.abs(self.rgb[window][needed].mean(axis=0) - ink).max())
            found.append((shown, window))
            if shown >= CONTRAST or len(found) == CHOICES:
                break
        return max(found, key=lambda one: one[0])[1] if found else None

    def write(
        self, number: int, line: Lettering, setting: Setting, ink: Colour, at: tuple[slice, slice]
    ) -> None:
        """Set the line `number` at a place; its colour goes `setting.contrast` of the way from what lies under it."""
        shade = np.array((0, 0, 0) if sum(ink) > 3 * 127 else (255, 255, 255), np.float32)
        behind, alpha = line.behind[..., None], line.ink[..., None]
        under = self.rgb[at] * (1 - behind) + shade * behind
        new = line.labels > 0
        ground = under[new].mean(axis=0)
        after = under * (1 - alpha) + (ground + setting.contrast * (np.array(ink) - ground)) * alpha
        shown = np.abs(np.rint(after) - np.rint(under))[new]
        owner = line.labels[new]
        levels = [np.bincount(owner, channel) / np.bincount(owner).clip(1) for channel in shown.T]
        self.labels[at][new] = owner + len(self.letters)
        for text, *differences in zip(line.letters, *(channel[1:] for channel in levels), strict=True):
            self.letters.append(Letter(text, setting, number, float(max(differences))))
        self.rgb[at] = after
        self.taken[at] |= _reach(line)


def _reach(line: Lettering) -> np.ndarray:
    touched = ((line.ink > 0) | (line.behind > 0)).astype(np.uint8)
    return cv2.dilate(touched, np.ones((2 * MARGIN + 1,) * 2, np.uint8)) > 0


def wording(rng: np.random.Generator) -> str:
    """Return a line such as posters have: a slogan or a name, every other time in capitals."""
    text = pick(rng, TAGLINES) if rng.random() < 0.5 else full_name(rng)
    return text.upper() if rng.random() < 0.5 else text


def _fitting(rng: np.random.Generator, setting: Setting, size: Size) -> Lettering:
    """Return a line that fits into a picture: words are left out at its end, then letters."""
    text, look = wording(rng), (setting.typeface, setting.letters, setting.rotation)
    while len(text) > 1:
        width, height = size_of(text, *look)
        if width + 2 * MARGIN <= size[0] and height + 2 * MARGIN <= size[1]:
            break
        text = text.rsplit(" ", 1)[0] if " " in text else text[:-1]
    return lettering(text, *look, setting.effect)


def sheets(
    settings: Sequence[Setting],
    size: Size,
    row: Mapping[str, Any],
    own: Sequence[Path] = (),
    seed: int = 0,
) -> Iterator[Sheet]:
    """Yield pictures of `size` (width, height) until each of `settings` has its line on one of them.

    `row` is the config's ``audit.ink``: at most ``lines_a_picture`` go on one picture; a line that finds no free
    place goes to the next, and is left out, which is logged, if it is larger than a whole picture. The same seed
    gives the same pictures, whatever is done with them.
    """
    inks = {name: colour(value) for name, value in row["colours"].items()}
    number = done = 0
    while done < len(settings):
        kind, clear = background(number, size, row["backgrounds"], own, seed)
        canvas, first = _Canvas(clear), done
        while done < min(len(settings), first + row["lines_a_picture"]):
            setting = settings[done]
            rng = generator(seed, "audit", "line", *size, done)
            line = _fitting(rng, setting, size)
            at = canvas.place(rng, line, inks[setting.colour])
            if at is None and done > first:
                break
            if at is None:
                log.warning("letters of %d pixels do not fit on %d x %d: left out", setting.letters, *size)
            else:
                canvas.write(done, line, setting, inks[setting.colour], at)
            done += 1
        rgb = np.clip(np.rint(canvas.rgb), 0, 255).astype(np.uint8)
        yield Sheet(number, kind, rgb, clear, canvas.labels, canvas.letters)
        number += 1
