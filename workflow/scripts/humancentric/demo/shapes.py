"""All shapes by the words that captions use for them; each is drawn into a pen's frame."""

from humancentric.demo.shapes_danger import DANGERS
from humancentric.demo.shapes_home import HOMELY
from humancentric.demo.shapes_land import LAND
from humancentric.demo.shapes_media import MEDIA
from humancentric.demo.shapes_people import PEOPLE
from humancentric.demo.shapes_wonder import WONDERS

SHAPES = LAND | PEOPLE | DANGERS | WONDERS | HOMELY | MEDIA
