"""All shapes by the words that captions use for them; each is drawn into a pen's frame."""

from humancentric.masking.audit.drawing.shapes_figures import MEDIA, PEOPLE
from humancentric.masking.audit.drawing.shapes_moods import DANGERS, WONDERS
from humancentric.masking.audit.drawing.shapes_places import HOMELY, LAND

SHAPES = LAND | PEOPLE | DANGERS | WONDERS | HOMELY | MEDIA
