"""The demo's objects: small pictures of everyday things."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from humancentric.demo.backdrops import TEXTURES
from humancentric.demo.draws import chance, generator, pick
from humancentric.demo.palettes import Palette
from humancentric.demo.pens import Pen, mix
from humancentric.demo.shapes import SHAPES

SIDE, DRAWN = 32, 96  # pixels of a picture; of the drawing that is shrunk to it
# class -> the shape that shows it; some look alike on purpose
CLASSES = {
    "car": "a fast car",
    "tank": "a tank",
    "ship": "a sailing ship",
    "rocket": "a rocket",
    "house": "a house",
    "castle": "a castle",
    "tree": "a tree",
    "cactus": "a cactus",
    "guitar": "a guitar",
    "umbrella": "an umbrella",
}
NAMES = tuple(CLASSES)
TEST_EVERY = 3  # of every class, each third picture is a test picture
SLIP = 0.06  # pictures that show a thing of another class


@dataclass(frozen=True)
class Thing:
    """One picture; `shown` is what only the generator knows."""

    seed: int
    index: int
    name: str  # its class
    shown: str  # the class that is really drawn

    @property
    def test(self) -> bool:
        """Return whether the picture belongs to the test batch."""
        return self.index // len(NAMES) % TEST_EVERY == TEST_EVERY - 1


def thing(seed: int, index: int) -> Thing:
    """Return picture number `index` of `seed`; it depends on nothing else."""
    rng = generator(seed, "thing", index)
    name = NAMES[index % len(NAMES)]
    return Thing(seed, index, name, pick(rng, NAMES) if chance(rng, SLIP) else name)


def things(count: int, seed: int) -> Iterator[Thing]:
    """Yield the first `count` pictures of `seed`; the classes take turns."""
    return (thing(seed, index) for index in range(count))


def _colour(rng: np.random.Generator, low: int, high: int) -> tuple[int, ...]:
    return tuple(int(level) for level in rng.integers(low, high, 3))


def _palette(rng: np.random.Generator) -> Palette:
    bright = _colour(rng, 110, 256)
    return Palette(
        bright, mix(bright, _colour(rng, 60, 256), 0.6), _colour(rng, 0, 90), _colour(rng, 40, 256),
        _colour(rng, 190, 256),
    )  # fmt: skip


def draw_thing(one: Thing) -> np.ndarray:
    """Return the picture, (32, 32, 3) uint8: one thing anywhere, of any size and colour, on any ground, noisy."""
    rng = generator(one.seed, "picture", one.index)
    tint = _palette(rng)
    down = np.linspace(0, 1, DRAWN)[:, None, None]
    ground = np.array(tint.sky) + (np.array(tint.low) - np.array(tint.sky)) * down
    picture = Image.fromarray(np.broadcast_to(ground, (DRAWN, DRAWN, 3)).astype(np.uint8).copy())
    pen = Pen(picture)
    if chance(rng, 0.5):
        TEXTURES[pick(rng, ("dots", "rays", "stripes", "confetti", "soft lights", "a grid", "camouflage"))](
            pen, rng, tint
        )
    x, y = 0.5 + rng.uniform(-0.2, 0.2, 2)
    with pen.at(x, y, rng.uniform(0.17, 0.38), flip=chance(rng, 0.5), turn=float(rng.normal(0, 16))):
        SHAPES[CLASSES[one.shown]](pen, rng, tint)
    small = np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BOX), np.float32)
    noise = rng.normal(0, rng.uniform(4, 22), small.shape)
    return np.clip(small * rng.uniform(0.7, 1.1) + noise, 0, 255).astype(np.uint8)
