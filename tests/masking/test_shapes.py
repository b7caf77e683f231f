"""Shapes: a drawing in text equals the calls of a pen, and every shape leaves something on the picture."""

import numpy as np
import pytest
from PIL import Image

from humancentric.masking.audit.backdrops import TEXTURES
from humancentric.masking.audit.pens import Palette, Pen, arc, clear, draw, mix, points, star
from humancentric.masking.audit.shapes import SHAPES

TINT = Palette((10, 20, 30), (40, 50, 60), (70, 80, 90), (200, 30, 40), (240, 230, 220))


def picture(*steps) -> np.ndarray:
    """Return a grey picture after the `steps`, each of which gets a pen."""
    image = Image.new("RGB", (120, 180), (90, 100, 110))
    for step in steps:
        step(Pen(image))
    return np.asarray(image)


@pytest.mark.parametrize(
    ("stroke", "call"),
    [
        ("polygon dark -.5,-.5 .5,-.5 0,.5", lambda pen: pen.polygon([(-0.5, -0.5), (0.5, -0.5), (0, 0.5)], TINT.dark)),
        ("line #102030 .1 0,0 .5,.5", lambda pen: pen.line([(0, 0), (0.5, 0.5)], 0.1, (16, 32, 48))),
        ("box white/50% -.5,-.2 .5,.2", lambda pen: pen.box(-0.5, -0.2, 0.5, 0.2, clear((255, 255, 255), 0.5))),
        ("oval accent+25%light 0,0 .4", lambda pen: pen.oval(0, 0, 0.4, fill=mix(TINT.accent, TINT.light, 0.25))),
        ("oval sky 0,0 .4,.2", lambda pen: pen.oval(0, 0, 0.4, 0.2, TINT.sky)),
        ("ring black .1,0 .4 .05", lambda pen: pen.ring(0.1, 0, 0.4, 0.05, (16, 14, 18))),
        ("person dark .1 1.5 .2 1", lambda pen: pen.person(0.1, 1.5, 0.2, skirt=1, fill=TINT.dark)),
    ],
)  # fmt: skip
def test_a_stroke_equals_the_call_of_a_pen(stroke, call):
    drawn = picture(lambda pen: draw(pen, np.random.default_rng(0), TINT, stroke))
    assert (drawn == picture(call)).all()
    assert (drawn != picture()).any()


def test_strokes_are_drawn_in_order():
    strokes = "box dark -.5,-.5 .5,.5; oval light 0,0 .3"
    drawn = picture(lambda pen: draw(pen, np.random.default_rng(0), TINT, strokes))
    calls = (
        lambda pen: pen.box(-0.5, -0.5, 0.5, 0.5, TINT.dark),
        lambda pen: pen.oval(0, 0, 0.3, fill=TINT.light),
    )
    assert (drawn == picture(*calls)).all()


def test_points_may_be_curves():
    assert points("0,1 arc:0,0,.5,.4,0,90 star:0,0,5,1,.4") == [
        (0.0, 1.0),
        *arc(0, 0, 0.5, 0.4, 0, 90),
        *star(0, 0, 5, 1, 0.4),
    ]


@pytest.mark.parametrize(("name", "shape"), [*SHAPES.items(), *TEXTURES.items()])
def test_every_shape_and_texture_changes_the_picture_and_is_repeatable(name, shape):
    first, second = (picture(lambda pen: shape(pen, np.random.default_rng(1), TINT)) for _ in range(2))
    assert (first == second).all()
    assert (first != picture()).any()
