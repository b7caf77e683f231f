"""Generate the demo's tweets, with sentiments planted in text and image, in the raw layout of MVSA-Multiple."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from demo_data.defects import do_all, jpeg, truncated
from humancentric.core import files
from humancentric.core.hashing import chance, generator, pick, several, weighted
from humancentric.masking.audit.backdrops import TEXTURES, backdrop, grained
from humancentric.masking.audit.looks import borrowed, read_looks
from humancentric.masking.audit.pens import SMOOTH, Pen, varied
from humancentric.masking.audit.shapes import SHAPES

MOODS = read_looks(__file__)
SENTIMENTS = {name: mood["frequency"] for name, mood in MOODS.items()}
LETTERS = list("abcdefghkmnpqrstuvwxyzABCDEFG0123456789")  # of a shortened URL
URLS = ("http://t.co/", "https://t.co/")
HANDLES = (
    *("@mara_k", "@dailyherring", "@tobinsays", "@ostford_fm"),
    *("@leifonline", "@nadiaw", "@thefenpost", "@quinbaker"),
)
EXOTIC = {"gb18030": "“{text}”… 你好", "latin-1": "{text} à la café déjà vu"}
FIRST_ID = 2499  # first id of MVSA-Multiple
TEXT_SLIP, PICTURE_SLIP = 0.08, 0.14  # probability that a part shows another sentiment than the whole
ANNOTATOR_SLIP = 0.12  # probability of a wrong judgement
SIZES = ((480, 360), (360, 480), (400, 400), (512, 288))
HEADER = "ID\ttext,image\ttext,image\ttext,image\n"
EMPTY_TEXT, EMPTY_PICTURE, NO_PICTURE, TRUNCATED_PICTURE = 4, 8, 12, 16  # indices of tweets with defects
ENCODINGS = {7: "gb18030", 13: "latin-1"}  # non-UTF-8 tweets, by index modulo twenty


@dataclass(frozen=True)
class Tweet:
    """One tweet; only the generator knows `seed`, `index` and the three sentiments."""

    seed: int
    index: int
    id: int
    sentiment: str  # planted in the tweet as a whole
    text_mood: str  # sentiment of the text
    picture_mood: str  # sentiment of the image
    text: str
    encoding: str
    judgements: tuple[tuple[str, str], ...]  # (text, image) of three annotators

    def row(self) -> str:
        """Return the tweet's line of `labelResultAll.txt`."""
        return "\t".join([str(self.id), *(f"{text},{image}" for text, image in self.judgements)]) + "\n"


def _another(rng: np.random.Generator, sentiment: str, slip: float) -> str:
    return pick(rng, [name for name in SENTIMENTS if name != sentiment]) if chance(rng, slip) else sentiment


def _text(rng: np.random.Generator, sentiment: str) -> str:
    words = pick(rng, MOODS[sentiment]["says"])
    words = words.format(about=pick(rng, MOODS[_another(rng, sentiment, 0.25)]["about"]))
    words = words[0].upper() + words[1:]
    if chance(rng, 0.6):
        tags = MOODS[_another(rng, sentiment, 0.25)]["tags"]
        words = " ".join([words, *several(rng, tags, int(rng.integers(1, 3)))])
    if chance(rng, 0.35):
        words = f"{pick(rng, HANDLES)} {words}"
    if chance(rng, 0.25):
        words = f"RT {pick(rng, HANDLES)}: {words}"
    if chance(rng, 0.7):
        words += f" {pick(rng, URLS)}" + "".join(rng.choice(LETTERS, 10))
    return words


def tweet(seed: int, index: int) -> Tweet:
    """Return tweet number `index` of `seed`, a pure function of both."""
    rng = generator(seed, "tweet", index)
    sentiment = weighted(rng, list(SENTIMENTS), list(SENTIMENTS.values()))
    text_mood, picture_mood = _another(rng, sentiment, TEXT_SLIP), _another(rng, sentiment, PICTURE_SLIP)
    judgements = tuple(
        (_another(rng, text_mood, ANNOTATOR_SLIP), _another(rng, picture_mood, ANNOTATOR_SLIP))
        for _ in range(3)
    )
    number = FIRST_ID + 3 * index + int(rng.integers(3))
    text = _text(rng, text_mood)
    encoding = ENCODINGS.get(index % 20, "utf-8")
    text = "" if index == EMPTY_TEXT else EXOTIC.get(encoding, "{text}").format(text=text)
    return Tweet(seed, index, number, sentiment, text_mood, picture_mood, text, encoding, judgements)


def tweets(count: int, seed: int) -> Iterator[Tweet]:
    """Yield the first `count` tweets of `seed`."""
    return (tweet(seed, index) for index in range(count))


def draw_picture(one: Tweet) -> Image.Image:
    """Return the image of a tweet in RGB, in one of `SIZES`."""
    rng = generator(one.seed, "picture", one.index)
    mood = MOODS[one.picture_mood]
    tint = varied(rng, borrowed(rng, pick(rng, mood["palettes"]), MOODS, 0.35), 18)
    size = pick(rng, SIZES)
    tall = size[1] / size[0]
    picture = backdrop(rng, tint, size, rng.uniform(0.3, 1.5), rng.uniform(0.1, 0.6))
    pen = Pen(picture)
    if chance(rng, 0.65):
        TEXTURES[pick(rng, mood["textures"])](pen, rng, tint)
    if chance(rng, 0.5):
        with pen.at(0.5, tall - 0.22, 0.5, flip=chance(rng, 0.5)):
            SHAPES[pick(rng, mood["land"])](pen, rng, tint)
    for position, name in enumerate(several(rng, mood["shapes"], int(rng.integers(1, 4)))):
        reach = rng.uniform(0.26, 0.4) * min(tall, 1) / (1 + 0.4 * position)
        x = (0.5, 0.2, 0.8)[position] + rng.uniform(-0.08, 0.08)
        with pen.at(x, tall - reach - rng.uniform(0, 0.15) * tall, reach, flip=chance(rng, 0.5)):
            SHAPES[name](pen, rng, tint)
    return grained(rng, picture.reduce(SMOOTH), rng.uniform(3, 11), rng.uniform(0.1, 0.5), 0)


def picture_bytes(one: Tweet) -> bytes:
    """Return the bytes of an image file: a JPEG, empty or truncated for tweets with defects."""
    data = jpeg(draw_picture(one), 78 + one.index % 15)
    return {EMPTY_PICTURE: b"", TRUNCATED_PICTURE: truncated(data)}.get(one.index, data)


def text_bytes(one: Tweet) -> bytes:
    """Return the bytes of a text file: one line in the tweet's encoding, or nothing."""
    return f"{one.text}\n".encode(one.encoding) if one.text else b""


def _write_tweet(one: Tweet, folder: Path) -> None:
    files.write_bytes(folder / f"{one.id}.txt", text_bytes(one))
    if one.index != NO_PICTURE:
        files.write_bytes(folder / f"{one.id}.jpg", picture_bytes(one))


def write_tweets(folder: str | Path, count: int, seed: int, threads: int = 1) -> None:
    """Write `labelResultAll.txt` and `data/` with the first `count` tweets of `seed` to `folder`."""
    folder = Path(folder)
    made = list(tweets(count, seed))
    (folder / "data").mkdir(parents=True, exist_ok=True)
    do_all(partial(_write_tweet, folder=folder / "data"), made, threads, "tweets")
    files.write_text(folder / "labelResultAll.txt", HEADER + "".join(one.row() for one in made))
