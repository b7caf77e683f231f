"""All shapes by the words that captions use for them; each is drawn into a pen's frame.

Shapes that are always the same are drawings in the notation of `pens.draw`; those with random parts are functions.
"""

import tomllib
from functools import partial
from pathlib import Path

from humancentric.masking.audit.pens import Shapes, draw
from humancentric.masking.audit.shapes_figures import FIGURES
from humancentric.masking.audit.shapes_nature import NATURE

DRAWINGS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
SHAPES = Shapes({name: partial(draw, drawing=text) for name, text in DRAWINGS.items()}) | FIGURES | NATURE
