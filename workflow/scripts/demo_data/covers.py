"""Generate the demo's book covers: images, titles and listings in the raw layout of Book Covers, Task 1."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from demo_data.defects import do_all, jpeg, truncated
from demo_data.picture_text import ALL, EFFECTS, FAMILIES, brightness, fitted, lines_of, set_lines
from humancentric.core import files
from humancentric.core.hashing import chance, generator, pick, several
from humancentric.masking.audit.backdrops import TEXTURES, backdrop, grained
from humancentric.masking.audit.looks import Look, borrowed, first_name, full_name, place_name, read_looks
from humancentric.masking.audit.pens import SMOOTH, WHITE, Palette, Pen, mix, varied
from humancentric.masking.audit.shapes import SHAPES

COVERS = read_looks(__file__)  # category as text -> its look
CATEGORIES = {int(number): look["name"] for number, look in COVERS.items()}
SIZE = (224, 224)
TEST_EVERY = 4  # every fourth book of a category is a test book
SLIP = 0.2  # probability that a title or image follows another category
HINT = 0.6  # share of titles with a subtitle of their category
LISTED_TWICE, NO_IMAGE, TRUNCATED = 5, 10, 15  # indices of books with defects
DAMAGED_EVERY = 40  # every 40th book has damaged bytes in title or author
DAMAGE = b"\x81\x45"


@dataclass(frozen=True)
class Book:
    """One book: the fields of its row, and the generator's own (`seed`, `index`)."""

    seed: int
    index: int
    asin: str  # ten characters
    title: str
    author: str  # often empty
    category: int

    @property
    def filename(self) -> str:
        """Return the file name of the image: the full ASIN, including leading zeros."""
        return f"{self.asin}.jpg"

    @property
    def test(self) -> bool:
        """Return whether the book belongs to the test split."""
        return self.index // len(CATEGORIES) % TEST_EVERY == TEST_EVERY - 1

    def row(self) -> bytes:
        """Return the book's line of the listing: seven quoted fields, the ASIN without leading zeros."""
        url = f"http://images.example.com/images/I/{self.asin[::-1]}L.jpg"
        fields = (self.asin.lstrip("0"), self.filename, url, self.title, self.author, str(self.category),
            CATEGORIES[self.category])  # fmt: skip
        line = ",".join('"' + field.replace('"', '""') + '"' for field in fields).encode("utf-8")
        if self.index % DAMAGED_EVERY == DAMAGED_EVERY - 1:
            name = (self.author or self.title).encode("utf-8")
            line = line.replace(name, name[:3] + DAMAGE + name[3:])
        return line


def _look(rng: np.random.Generator, category: int) -> Look:
    return COVERS[pick(rng, list(COVERS)) if chance(rng, SLIP) else str(category)]


def _title(rng: np.random.Generator, category: int) -> str:
    look = _look(rng, category)
    title = pick(rng, look["titles"]).replace("{topic}", pick(rng, look["topics"]))
    if chance(rng, HINT):
        title = f"{title}: {pick(rng, look['subtitles'])}"
    title = title.format(Town=place_name(rng), Name=first_name(rng))
    return title[0].upper() + title[1:]


def book(seed: int, index: int) -> Book:
    """Return book number `index` of `seed`, a pure function of both."""
    rng = generator(seed, "book", index)
    number = 10_000 * (7 + index) + int(rng.integers(10_000))  # different for every index
    zeros = pick(rng, (1, 2)) if chance(rng, 0.46) else 0
    leading = "0" * zeros if zeros else str(int(rng.integers(1, 10)))
    asin = f"{leading}{number:0{9 - len(leading)}d}"
    category = list(CATEGORIES)[index % len(CATEGORIES)]
    author = "" if chance(rng, 0.12) else full_name(rng)
    return Book(seed, index, asin + pick(rng, "0123456789X"), _title(rng, category), author, category)


def books(count: int, seed: int) -> Iterator[Book]:
    """Yield the first `count` books of `seed`."""
    return (book(seed, index) for index in range(count))


def draw_cover(one: Book, size: tuple[int, int] = SIZE) -> Image.Image:
    """Draw the cover of a book as an RGB image of `size` (width, height)."""
    rng = generator(one.seed, "cover", one.index)
    look = _look(rng, one.category)
    tint = varied(rng, borrowed(rng, pick(rng, look["palettes"]), COVERS, 0.35))
    picture = backdrop(rng, tint, size, rng.uniform(0.1, 0.9), rng.uniform(0.0, 0.5))
    pen = Pen(picture)
    if chance(rng, 0.7):
        TEXTURES[pick(rng, look["textures"])](pen, rng, tint)
    upper = chance(rng, 0.6)  # title above the drawing, or below it
    names = several(rng, look["shapes"], 2 if chance(rng, 0.35) else 1)
    for position, name in enumerate(names):
        x = 0.5 if len(names) == 1 else (0.3, 0.7)[position]
        size_of = rng.uniform(0.24, 0.3) if len(names) == 1 else rng.uniform(0.17, 0.22)
        with pen.at(x + rng.uniform(-0.05, 0.05), 0.63 if upper else 0.37, size_of, flip=chance(rng, 0.5)):
            SHAPES[name](pen, rng, tint)
    picture = grained(rng, picture.reduce(SMOOTH), rng.uniform(1, 5), rng.uniform(0, 0.25), 0)
    _letter(picture, rng, one, tint, look["letters"], upper)
    return picture


def _letter(
    picture: Image.Image, rng: np.random.Generator, one: Book, tint: Palette, letters: str, upper: bool
) -> None:
    width, height = picture.size
    name = pick(rng, FAMILIES[letters]) if chance(rng, 0.6) else pick(rng, ALL)
    main, _, sub = one.title.partition(": ")
    lines = lines_of(main, int(rng.integers(12, 20)))
    typeface = fitted(lines, name, width * 0.86, int(rng.integers(22, 34)), 10)
    tall = typeface.size * 1.14 * len(lines) + (18 if sub else 0)
    top = height * 0.06 if upper else height * 0.96 - tall
    bright = brightness(picture, (10, int(top), width - 10, min(height, int(top) + 40))) < 130
    ink = pick(rng, (tint.light, WHITE)) if bright else tint.dark
    shade = mix(tint.dark, (0, 0, 0), 0.5) if bright else WHITE
    effect = pick(rng, EFFECTS)
    end = set_lines(picture, lines, typeface, width / 2, top, ink, shade, effect)
    if sub:
        small = fitted([sub], name, width * 0.8, 14, 8)
        set_lines(picture, [sub], small, width / 2, end + 2, ink, shade, "shadow")
    if one.author:
        y = height - 24 if upper else height * 0.04
        ink = WHITE if brightness(picture, (20, int(y), width - 20, int(y) + 18)) < 130 else (20, 20, 24)
        small = fitted([one.author], pick(rng, ALL), width * 0.7, 16, 9)
        set_lines(picture, [one.author], small, width / 2, y, ink)


def cover_bytes(one: Book) -> bytes:
    """Return the bytes of a cover file: a JPEG, truncated for one book."""
    data = jpeg(draw_cover(one), 90)
    return truncated(data) if one.index == TRUNCATED else data


def _write_cover(one: Book, folder: Path) -> None:
    files.write_bytes(folder / one.filename, cover_bytes(one))


def write_covers(folder: str | Path, count: int, seed: int, threads: int = 1) -> None:
    """Write listings, labels and `images/` of the first `count` books of `seed` to `folder`."""
    folder = Path(folder)
    made = list(books(count, seed))
    (folder / "images").mkdir(parents=True, exist_ok=True)
    pictured = [one for one in made if one.index != NO_IMAGE]
    do_all(partial(_write_cover, folder=folder / "images"), pictured, threads, "covers")
    for split in ("train", "test"):
        listed = [one for one in made if one.test == (split == "test")]
        listed += [one for one in listed if one.index == LISTED_TWICE]
        rows, labels = [one.row() for one in listed], [f"{one.filename} {one.category}\n" for one in listed]
        files.write_bytes(folder / f"book30-listing-{split}.csv", b"".join(row + b"\n" for row in rows))
        files.write_text(folder / f"bookcover30-labels-{split}.txt", "".join(labels))
