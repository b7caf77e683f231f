"""Colours of a picture, and how they vary."""

from dataclasses import dataclass

import numpy as np

from humancentric.demo.pens import Colour, mix


@dataclass(frozen=True)
class Palette:
    """Colours as RGB: background above and below, silhouettes, the eye-catcher, the lightest."""

    sky: Colour
    low: Colour
    dark: Colour
    accent: Colour
    light: Colour

    def towards(self, other: "Palette", share: float) -> "Palette":
        """Return the palette that has `share` of `other`."""
        return Palette(*(mix(a, b, share) for a, b in zip(self.colours, other.colours, strict=True)))

    @property
    def colours(self) -> tuple[Colour, ...]:
        """Return the five colours in order."""
        return (self.sky, self.low, self.dark, self.accent, self.light)


def palette(text: str) -> Palette:
    """Return the palette written as five hexadecimal colours."""
    return Palette(*(tuple(bytes.fromhex(word)) for word in text.split()))


def varied(rng: np.random.Generator, tint: Palette, spread: float = 14) -> Palette:
    """Return `tint` with every colour a little off."""
    return Palette(
        *(
            tuple(int(v) for v in np.clip(np.array(c) + rng.normal(0, spread, 3), 0, 255))
            for c in tint.colours
        )
    )
