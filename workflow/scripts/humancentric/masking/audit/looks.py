"""The look of each genre of film on a poster, and the names and slogans on it."""

from dataclasses import dataclass

import numpy as np

from humancentric.core.hashing import pick
from humancentric.masking.audit.pens import Palette, palette


@dataclass(frozen=True)
class Look:
    """The look of one genre; shapes and textures are names in `shapes.SHAPES` and `backdrops.TEXTURES`."""

    palettes: tuple[Palette, ...]
    textures: tuple[str, ...]
    emblems: tuple[str, ...]  # shapes that can fill the centre
    ground: tuple[str, ...]  # shapes that stand on the ground
    sky: tuple[str, ...]  # shapes that hang in the sky
    land: tuple[str, ...]  # landscapes, as wide as the picture
    letters: str  # family of typefaces
    taglines: tuple[str, ...]  # lines that name the genre


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("; ") if part)


def look(
    palettes: str, textures: str, emblems: str, ground: str, sky: str, land: str, letters: str, taglines: str
) -> Look:
    """Return the look whose entries are separated by semicolons."""
    things = _parts(textures), _parts(emblems), _parts(ground), _parts(sky), _parts(land)
    return Look(tuple(map(palette, _parts(palettes))), *things, letters, _parts(taglines))


# Colours of a palette: sky, low, dark, accent, light.
LOOKS = {
    "Action": look(
        "1c1410 d8641e 120c0a ff9a1e ffe2a0; 0e1a26 c8501e 0a0e14 ffb432 fff0c8; 3a0e08 f07818 180604 ffd23c fff4d2",
        "stripes; broken glass", "an explosion; a fast car; a crosshair",
        "a running man; a fast car; an explosion", "a helicopter; an explosion",
        "a city skyline", "heavy", "The action event of the year; Non-stop action; All action, no brakes",
    ),
    "Adventure": look(
        "2a86b4 f0d28c 1e3c32 e8962e fff2cc; 187a82 f6c05c 14322e f0e068 fff6dc; 4a9ac0 e4e0a0 2c4628 d2682a fffae0",
        "rays; old paper", "a compass; a sailing ship", "a sailing ship; a lone figure",
        "a low sun; a compass", "mountains; the sea",
        "classic", "The adventure of a lifetime; An epic adventure; Adventure awaits",
    ),
    "Animation": look(
        "3cc8f0 a0f0a0 5028a0 ff5aa0 fffac8; ffb43c ff7896 5a2882 3cdcc8 fffff0; a078ff ffb4f0 3c3c96 ffe650 ffffff",
        "dots; confetti", "a cartoon creature", "a cartoon creature; a robot", "balloons; a low sun", "hills",
        "round", "An animated delight; The cartoon comes alive; Animation at its brightest",
    ),
    "Comedy": look(
        "ffdc3c ffb41e 32281e e63c32 fffff0; 5ad2e6 fff08c 283246 ff6e28 ffffff; ff8c78 ffdc96 3c2828 1eaab4 fffff5",
        "rays; dots; confetti", "a grinning face; a banana", "a banana; a grinning face; a dog", "a grinning face", "",
        "round", "The funniest comedy of the year; A comedy of errors; A very silly comedy",
    ),
    "Crime": look(
        "14161c 4a4640 0a0a0c c83c28 e6dcc8; 1a1e28 78643c 0c0e10 dca028 f0e6d2; 262626 5a5a5a 0a0a0a be1e1e f0f0f0",
        "blinds; rain", "a gun; handcuffs", "a man in a hat; a gun", "handcuffs", "a city skyline",
        "narrow", "A crime story; The perfect crime; Crime always pays",
    ),
    "Documentary": look(
        "b4b4ac dcdad0 32343a 6e8c96 f5f3ec; 8c969b c8c8be 2d2f32 aa825a f0eee6; 6e7a78 b4b4a0 282a28 8ca0aa ebebe1",
        "film frames", "the globe; photographs; a strip of film", "a strip of film; photographs", "the globe", "",
        "plain", "A documentary; The documentary everyone talks about; A true documentary",
    ),
    "Drama": look(
        "4a5a6e a08c7d 1e2228 c8967d ebe1d2; 5f5550 c8a582 281e1c aa6e55 f0e6d7; 6e7d8c c3c3b9 262c34 7d96a5 f0f0ea",
        "rain", "a face in profile; a window", "a lone figure; a tree; an umbrella", "", "the sea",
        "classic", "A moving drama; A family drama; The drama of the year",
    ),
    "Family": look(
        "78c8fa ffebaa 325078 f5783c ffffff; 96dcb4 fff0b4 3c5a46 f05a5a fffff5; fac878 ffe6d2 5a4632 46a0dc ffffff",
        "dots; confetti", "balloons; a dog; a house", "a family hand in hand; a dog; a house", "balloons", "hills",
        "round", "Fun for the whole family; A film for the family; The family film of the summer",
    ),
    "Fantasy": look(
        "281450 8c50b4 140a2d 50e6d2 f5e6ff; 0f3250 3ca0a0 081e32 dcb450 e6fff5; 46147d dc6eaa 1e0a3c ffd76e fff0ff",
        "stars; soft lights", "a sword; magic sparkles; a castle", "a castle; a sword",
        "magic sparkles; a full moon", "mountains",
        "classic", "A fantasy beyond imagination; A fantasy epic; Enter the realm of fantasy",
    ),
    "History": look(
        "c8a064 e6d2a0 46301a a03c28 faf0d2; 826e50 d2b982 32230f c8963c faf0dc; a07850 dcbe8c 3c2319 5a6e8c fff5e1",
        "old paper", "a crown; a temple", "a temple; a crown", "a crown", "",
        "classic", "History was written here; The greatest story of history; A page of history",
    ),
    "Horror": look(
        "08060c 3c0a0e 020204 c8141e e6dcc8; 0a1210 28322a 020403 b41414 d2dcc8; 140408 780c10 050102 f03c28 fadcc8",
        "fog", "a skull; bloody scratches; a full moon", "bare branches; gravestones; a haunted house",
        "a full moon; bloody scratches", "",
        "narrow", "A new kind of horror; Horror has a name; The horror begins",
    ),
    "Music": look(
        "32145a e63c8c 140a28 ffd23c fff5fa; 0f1e46 1eb4dc 080f28 ff6eb4 f0fdff; 461414 fa8c32 1e0808 ffe678 fff8e6",
        "soft lights; rays", "a record; a guitar; a microphone", "a guitar; a microphone",
        "musical notes; a record", "",
        "heavy", "A musical sensation; Feel the music; The music never stops",
    ),
    "Mystery": look(
        "14283c 50697d 0a121c d2b464 dceaf0; 1e1e37 64648c 0c0c1a e6c878 e6e6fa; 1c3230 648278 0a1614 dcaa50 e6f0e6",
        "fog; a spiral", "a keyhole; a magnifying glass; a lit door", "a lit door; a man in a hat",
        "a magnifying glass; a keyhole", "",
        "classic", "A mystery in seven rooms; The mystery deepens; A fog of mystery",
    ),
    "Romance": look(
        "ffb496 ffdcc8 782d41 f04664 fff5f0; f596af fadcd2 6e2846 d2325f fff0f5; fac8a0 f08296 64233c e65078 fffaf0",
        "soft lights", "a heart; a rose", "a couple; a rose", "a heart; a low sun", "the sea",
        "script", "A love story; The romance of the year; A romance for all seasons",
    ),
    "Science Fiction": look(
        "040818 143c6e 02040c 28dcff dcf5ff; 0a0428 5a1e8c 04020f ff3cc8 f5e6ff; 02140f 0a5a50 010806 50ffaa dcfff0",
        "stars; a grid", "a ringed planet; a robot; a flying saucer", "a rocket; a robot",
        "a ringed planet; a flying saucer", "",
        "mono", "A science fiction odyssey; Science fiction becomes fact; The future of science fiction",
    ),
    "TV Movie": look(
        "8cb4d2 e6eef5 28465a d22d37 ffffff; b43c3c f0c8b4 46141e f0d264 fffaf0; 6e96a0 fae6c8 2d3c41 be3c32 ffffff",
        "snow", "a television; a wreath", "snowy firs; a television; a house", "a wreath", "",
        "script", "The television event; A holiday movie special; A TV movie",
    ),
    "Thriller": look(
        "0a1c28 286478 04080c dceb50 dcf0f5; 101418 505a64 060708 f03c1e e6ebf0; 0c2420 2d7864 040a08 f0dc3c e6faf0",
        "broken glass; a spiral; rain", "an eye; a crosshair", "a running man; a lone figure",
        "an eye; a crosshair", "a city skyline",
        "narrow", "The thriller of the year; A thriller without mercy; A razor-sharp thriller",
    ),
    "War": look(
        "787355 b4a578 28281c a0502d ebe6d2; 5f6450 96916e 1e1e16 c88c32 e6e1c8; 6e6e6e a0967d 1e1e1c b4552d e6e1d7",
        "camouflage", "fighter planes; a tank", "soldiers; a tank; barbed wire", "fighter planes", "",
        "stencil", "A story of war; War has no winners; The war to end it all",
    ),
    "Western": look(
        "f0963c fad28c 3c1e0f c83c1e fff0c8; dc6432 f5be6e 321408 f0dc82 fff5d7; e6b464 f5e1af 46230f aa3219 fffae6",
        "old paper; rays", "a cowboy; a sheriff's star; a wagon wheel", "a cactus; a cowboy; a wagon wheel",
        "a low sun", "desert rocks",
        "slab", "A western; The last western; Once in the old west",
    ),
}  # fmt: skip

# Parts of invented names of persons and towns.
FIRST = """
    Mara Tobin Elsa Ivo Nadia Caspar Linnea Rufus Odile Marek Junia Anselm Petra Dario Wilma Osric
    Tamsin Leif Noor Quentin Zoë Bruno Hedda Milo Saskia Fabian Ines Corin Ada Jarek Lucía Emeric Freya
    Soren Talia Viggo"""
LAST_HEADS = "Har Vel Brim Ost Kal Thorn Wes Lind Mor Fen Gal Dray Ash Cor Pell Rav Stan Quin"
LAST_TAILS = "wick lund mere berg low field stad combe worth ova ander sley quist mont dale ner"
PLACE_TAILS = "haven ford bridge moor port ton gate cliff bury mouth"
TAGLINES = (
    "Every secret has a price",
    "This time it is personal",
    "Some doors should stay closed",
    "You will never look back",
    "One night changes everything",
    "Nobody is who they seem",
    "The wait is over",
    "They said it could not be done",
)


def first_name(rng: np.random.Generator) -> str:
    """Return a given name."""
    return pick(rng, FIRST.split())


def last_name(rng: np.random.Generator) -> str:
    """Return a made-up family name."""
    return pick(rng, LAST_HEADS.split()) + pick(rng, LAST_TAILS.split())


def full_name(rng: np.random.Generator) -> str:
    """Return a given and a family name."""
    return f"{first_name(rng)} {last_name(rng)}"


def place_name(rng: np.random.Generator) -> str:
    """Return a made-up town."""
    return pick(rng, LAST_HEADS.split()) + pick(rng, PLACE_TAILS.split())
