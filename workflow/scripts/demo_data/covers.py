"""Generate the demo's book covers: images, titles and listings in the raw layout of Book Covers, Task 1."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from demo_data.dirt import do_all
from demo_data.picture_text import ALL, FAMILIES, brightness, fitted, lines_of, set_lines
from demo_data.plot_words import entries
from humancentric.core import files
from humancentric.core.hashing import chance, generator, pick, several
from humancentric.masking.audit.backdrops import TEXTURES, backdrop, grained
from humancentric.masking.audit.looks import first_name, full_name, place_name
from humancentric.masking.audit.pens import SMOOTH, Palette, Pen, mix, palette, varied
from humancentric.masking.audit.shapes import SHAPES


@dataclass(frozen=True)
class CoverLook:
    """One category: colours, patterns, shapes by name, words of titles, and revealing subtitles."""

    palettes: tuple[Palette, ...]
    textures: tuple[str, ...]
    shapes: tuple[str, ...]
    letters: str
    topics: tuple[str, ...]
    titles: tuple[str, ...]  # templates with {topic}, {Town}, {Name}
    subtitles: tuple[str, ...]


def look(
    palettes: str, textures: str, shapes: str, letters: str, topics: str, titles: str, subtitles: str
) -> CoverLook:
    """Return the look given by texts whose entries are separated by semicolons."""
    return CoverLook(
        tuple(palette(text) for text in entries(palettes)),
        entries(textures),
        entries(shapes),
        letters,
        entries(topics),
        entries(titles),
        entries(subtitles),
    )


# Ids are those of the 30 categories of Book Covers, Task 1. The demo's twelve are chosen so that the readings with
# 30 and with 28 classes (which drops 20 and merges 9 with 21) differ.
CATEGORIES = {
    4: "Children's Books",
    6: "Computers & Technology",
    7: "Cookbooks, Food & Wine",
    9: "Christian Books & Bibles",
    12: "History",
    17: "Mystery, Thriller & Suspense",
    20: "Reference",
    21: "Religion & Spirituality",
    22: "Romance",
    24: "Science Fiction & Fantasy",
    26: "Sports & Outdoors",
    29: "Travel",
}

COVERS = {
    4: look(
        "78d2fa fff0a0 503c8c ff6478 ffffff; ffd278 ffa0b4 5a3278 50c8b4 fffff0",
        "dots; confetti", "a cartoon creature; balloons; a dog; a house", "round",
        "the Little Bear; Five Ducklings; the Sleepy Moon; Grandma's Hat; the Brave Snail; Bedtime Animals; "
        "the Jumping Frog",
        "{Name} and {topic}; Goodnight, {topic}; Where Is {topic}?; {topic} Goes to School; Counting with {topic}",
        "A Picture Book; A Lift-the-Flap Book; Ages 3 to 6; First Words",
    ),
    6: look(
        "f0f4f8 d2dce6 1e3246 1e8cd2 ffffff; 14283c 1e5a78 0a1420 3cdca0 e6f5ff",
        "a grid; stripes", "a computer screen; a computer screen; a robot; a keyhole", "mono",
        "Python; Databases; Network Security; Machine Learning; Cloud Servers; Web Design; Spreadsheets; Compilers",
        "Programming {topic}; {topic} in Practice; Mastering {topic}; {topic} Cookbook; Learning {topic}; "
        "Beginning {topic}",
        "A Hands-On Guide; Second Edition; From Beginner to Professional; Covers Version 7",
    ),
    7: look(
        "fff5e1 f5d2a0 502814 dc4628 fffaf0; f0f5dc c8dc96 32461e e68c28 ffffff",
        "dots; soft lights", "a cooking pot; a glass of wine; a banana", "script",
        "Soups; Sourdough; Vegetables; the Slow Cooker; Pasta; Cheese and Wine; Cakes; Mediterranean Suppers",
        "The Joy of {topic}; {topic} for Every Day; The {Town} Kitchen: {topic}; A Year of {topic}; Simply {topic}",
        "100 Recipes; Delicious Recipes for the Whole Family; From My Kitchen to Yours; Easy Weeknight Dinners",
    ),
    9: look(
        "c8dcf0 faf0d7 3c3223 c8963c fffff5; 5a7896 e6d7b4 28231e dcb464 fffaf0",
        "rays; soft lights; old paper", "a cross; a cross; a low sun; a crown", "classic",
        "Grace; the Gospel; Prayer; the Psalms; God's Promise; Discipleship; the Good Shepherd",
        "Walking in {topic}; The Power of {topic}; {topic} for Today; A Study of {topic}; Living {topic}",
        "A 40-Day Devotional; Bible Study Guide; A Christian Journey; Finding God's Will",
    ),
    12: look(
        "c8aa78 e6d7af 46321e 963c28 faf5dc; 826e55 d2be96 281e14 b48232 faf0dc",
        "old paper; camouflage", "a temple; a crown; a sailing ship; soldiers", "classic",
        "the Empire; the Revolution; the Siege of {Town}; the Crusades; the Great War; Ancient Trade; the Dynasty",
        "A History of {topic}; The Fall of {topic}; {topic}: 1789-1815; The World of {topic}; Voices of {topic}",
        "A Military History; The Untold Story; From Antiquity to the Present; A Narrative History",
    ),
    17: look(
        "0a1420 3c5064 04080c dc321e e6ebf0; 141414 5a3c3c 0a0808 f0c83c f5f0e6",
        "fog; rain; blinds; broken glass", "a man in a hat; a gun; an eye; a lit door; a running man", "narrow",
        "the Silent Witness; a Killer; the Drowned Girl; Midnight; the Last Alibi; Cold Blood; the Missing",
        "Death at {Town}; {topic}; The {Town} Murders; In {topic}; Before {topic}; Run from {topic}",
        "A Thriller; A Detective {Name} Novel; A Novel of Suspense; Book Three",
    ),
    20: look(
        "f0ebdc e6dcc8 32281e 1e508c ffffff; d2d7dc f0f0f0 1e1e28 b41e32 ffffff",
        "stripes; a grid", "the globe; a compass; a keyhole", "plain",
        "English Usage; Quotations; World Facts; Synonyms; Etiquette; Abbreviations; Symbols",
        "Dictionary of {topic}; The Pocket Guide to {topic}; Encyclopedia of {topic}; The {topic} Handbook; "
        "Almanac of {topic}",
        "Revised Edition; Over 10,000 Entries; The Complete Desk Reference; Volume I",
    ),
    21: look(
        "b478b4 fad2a0 3c1e46 f0b43c fff5e6; 46788c dce6c8 1e2d37 e6a05a faffff",
        "rays; a spiral; soft lights", "a low sun; a tree; magic sparkles; a temple; a full moon", "classic",
        "the Inner Light; Stillness; Meditation; the Soul; Karma; the Sacred Circle; Mindful Breath",
        "The Path to {topic}; {topic} and the Self; Awakening {topic}; The Book of {topic}; A Return to {topic}",
        "Wisdom for a Troubled World; Teachings of a Master; Spiritual Practices; A Guide to the Soul",
    ),
    22: look(
        "fac8be f082a0 64233c e63c64 fff5f5; 8c3250 e696a0 321423 f5d26e fff0f0",
        "soft lights; dots", "a couple; a heart; a rose", "script",
        "the Duke; Desire; a Cowboy; the Highlander; Forever; the Billionaire; Surrender",
        "Kissing {topic}; The Bride of {topic}; {topic} in {Town}; Seduced by {topic}; Always {topic}",
        "A Romance; A {Town} Love Story; The Wedding Series; She Never Meant to Fall",
    ),
    24: look(
        "0a0f2d 3c2878 050514 3cdcf0 e6f0ff; 1e0f3c 8c46a0 0a0519 f0be50 fff0ff",
        "stars; a grid; fog", "a ringed planet; a rocket; a castle; a sword; a flying saucer", "heavy",
        "the Star Gate; Dragons; the Void; the Last Mage; Shadows; the Iron Moon; Orion",
        "Children of {topic}; The Blade of {topic}; {topic} Rising; War for {topic}; Beyond {topic}",
        "Book One of the {Town} Saga; A Galactic Novel; The Chronicles of {Town}; Volume Two",
    ),
    26: look(
        "50a0dc b4dc82 1e3c28 f07828 ffffff; 2d7850 dce696 142d1e fadc32 ffffff",
        "stripes; rays", "a running man; mountains; a fast car; a tree", "heavy",
        "Marathon Running; Fly Fishing; Climbing; Golf; Wilderness Survival; Cycling; Soccer",
        "The Complete Book of {topic}; {topic} Basics; {topic}: My Life in the Game; Trail Guide: {topic}; "
        "Better {topic}",
        "Training Plans for Every Level; Tips from the Pros; The Season That Changed Everything; Outdoor Skills",
    ),
    29: look(
        "3c9bc8 fae1aa 1e3c46 e6503c ffffff; 5ab4aa fff0c8 28463c f0963c ffffff",
        "film frames; rays", "a sailing ship; a compass; the globe; a city skyline; a low sun", "plain",
        "Northern Lapland; {Town}; the Coast of {Town}; Lisbon; the Silk Road; Kyoto; the Greek Islands",
        "Lonely Roads of {topic}; {topic} on Foot; {topic} Travel Guide; A Weekend in {topic}; Hidden {topic}",
        "With Pull-Out Map; Hotels, Food and Sights; The Rough Companion; Updated Every Year",
    ),
}  # fmt: skip


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


def _spoken(rng: np.random.Generator, category: int) -> int:
    return pick(rng, list(CATEGORIES)) if chance(rng, SLIP) else category


def _title(rng: np.random.Generator, category: int) -> str:
    look = COVERS[_spoken(rng, category)]
    title = pick(rng, look.titles).replace("{topic}", pick(rng, look.topics))
    if chance(rng, HINT):
        title = f"{title}: {pick(rng, look.subtitles)}"
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
    look = COVERS[_spoken(rng, one.category)]
    tint = pick(rng, look.palettes)
    if chance(rng, 0.35):
        tint = tint.towards(pick(rng, COVERS[pick(rng, list(COVERS))].palettes), rng.uniform(0.3, 0.8))
    tint = varied(rng, tint)
    picture = backdrop(rng, tint, size, rng.uniform(0.1, 0.9), rng.uniform(0.0, 0.5))
    pen = Pen(picture)
    if chance(rng, 0.7):
        TEXTURES[pick(rng, look.textures)](pen, rng, tint)
    upper = chance(rng, 0.6)  # title above the drawing, or below it
    names = several(rng, look.shapes, 2 if chance(rng, 0.35) else 1)
    for position, name in enumerate(names):
        x = 0.5 if len(names) == 1 else (0.3, 0.7)[position]
        size_of = rng.uniform(0.24, 0.3) if len(names) == 1 else rng.uniform(0.17, 0.22)
        with pen.at(x + rng.uniform(-0.05, 0.05), 0.63 if upper else 0.37, size_of, flip=chance(rng, 0.5)):
            SHAPES[name](pen, rng, tint)
    picture = grained(rng, picture.reduce(SMOOTH), rng.uniform(1, 5), rng.uniform(0, 0.25), 0)
    _letter(picture, rng, one, tint, look.letters, upper)
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
    ink = pick(rng, (tint.light, (255, 255, 255))) if bright else tint.dark
    shade = mix(tint.dark, (0, 0, 0), 0.5) if bright else (255, 255, 255)
    end = set_lines(
        picture, lines, typeface, width / 2, top, ink, shade, pick(rng, ("plain", "shadow", "outline", "box"))
    )
    if sub:
        end = set_lines(
            picture, [sub], fitted([sub], name, width * 0.8, 14, 8), width / 2, end + 2, ink, shade, "shadow"
        )
    if one.author:
        y = height - 24 if upper else height * 0.04
        light = brightness(picture, (20, int(y), width - 20, int(y) + 18)) < 130
        set_lines(picture, [one.author], fitted([one.author], pick(rng, ALL), width * 0.7, 16, 9), width / 2,
            y, (255, 255, 255) if light else (20, 20, 24))  # fmt: skip


def cover_bytes(one: Book) -> bytes:
    """Return the bytes of a cover file: a JPEG, truncated for one book."""
    buffer = BytesIO()
    draw_cover(one).save(buffer, "JPEG", quality=90)
    data = buffer.getvalue()
    return data[: len(data) // 3] if one.index == TRUNCATED else data


def _write_cover(one: Book, folder: Path) -> None:
    files.write_bytes(folder / one.filename, cover_bytes(one))


def write_covers(folder: str | Path, count: int, seed: int, threads: int = 1) -> None:
    """Write listings, labels and `images/` of the first `count` books of `seed` to `folder`."""
    folder = Path(folder)
    made = list(books(count, seed))
    (folder / "images").mkdir(parents=True, exist_ok=True)
    do_all(
        partial(_write_cover, folder=folder / "images"),
        [one for one in made if one.index != NO_IMAGE],
        threads,
        "covers",
    )
    for split in ("train", "test"):
        listed = [one for one in made if one.test == (split == "test")]
        listed += [one for one in listed if one.index == LISTED_TWICE]
        rows, labels = [one.row() for one in listed], [f"{one.filename} {one.category}\n" for one in listed]
        files.write_bytes(folder / f"book30-listing-{split}.csv", b"".join(row + b"\n" for row in rows))
        files.write_text(folder / f"bookcover30-labels-{split}.txt", "".join(labels))
