"""Generate the demo's tweets, with sentiments planted in text and image, in the raw layout of MVSA-Multiple."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from demo_data.dirt import do_all
from demo_data.plot_words import entries
from humancentric.core import files
from humancentric.core.hashing import chance, generator, pick, several, weighted
from humancentric.masking.audit.backdrops import TEXTURES, backdrop, grained
from humancentric.masking.audit.pens import SMOOTH, Palette, Pen, palette, varied
from humancentric.masking.audit.shapes import SHAPES


@dataclass(frozen=True)
class Mood:
    """Phrases, hashtags, and the colours, patterns and shapes of the images of one sentiment."""

    says: tuple[str, ...]
    about: tuple[str, ...]
    tags: tuple[str, ...]
    palettes: tuple[Palette, ...]
    textures: tuple[str, ...]
    shapes: tuple[str, ...]
    land: tuple[str, ...]


def mood(says: str, about: str, tags: str, palettes: str, textures: str, shapes: str, land: str) -> Mood:
    """Return the mood given by texts whose entries are separated by semicolons."""
    return Mood(
        entries(says),
        entries(about),
        entries(tags),
        tuple(palette(text) for text in entries(palettes)),
        entries(textures),
        entries(shapes),
        entries(land),
    )


MOODS = {
    "positive": mood(
        says="""
            So happy about {about}!; Best day ever with {about}; I love {about} so much; What a wonderful
            morning, thanks to {about}; Can't stop smiling, {about} made my week; Feeling blessed and
            grateful for {about}; Proud of {about} today; {about} is simply beautiful; Congratulations to
            {about}, you are awesome; Excited to see {about} again""",
        about="""
            this little puppy; my amazing team; the new baby; our holiday by the sea; these gorgeous
            flowers; grandma's birthday cake; the sunshine; my best friends; the winners; a perfect cup of
            coffee""",
        tags="#happy; #love; #blessed; #sunshine; #winning; #smile",
        palettes="""
            78d2ff fff0a0 325a8c ff8c3c ffffff; ffd250 ff9678 5a283c fa466e fffff0; a0f0be fff5b4 285a46
            ff6e8c ffffff""",
        textures="rays; confetti; soft lights; dots",
        shapes="a smile; a heart; balloons; a dog; a low sun; a family hand in hand; a rose; a couple",
        land="hills; the sea; mountains",
    ),
    "neutral": mood(
        says="""
            The schedule for {about} is online; Photo of {about}, taken at noon; Here is an update on
            {about}; {about}, seen from the station; Reading an article about {about}; Meeting on {about}
            at 3 pm; New post: notes on {about}; Somebody asked me about {about}; Part two of the report
            on {about}; Currently looking at {about}""",
        about="""
            the road works; the city council; platform four; the weather chart; a new bus line; the
            museum's opening hours; page 12; the spring catalogue; office furniture; the second half""",
        tags="#news; #photo; #update; #today; #city; #monday",
        palettes="""
            aab4be d2d2cd 46505a 78919b f0f0eb; b4aa96 dcd7c8 50483c 96825f f5f2e8; 9bafaf d7dcdc 3c4b4b
            64878c f5f8f8""",
        textures="a grid; film frames; old paper; stripes",
        shapes="the globe; photographs; a window; a television; a fast car; a compass; a house; a strip of film",
        land="a city skyline; mountains; the sea",
    ),
    "negative": mood(
        says="""
            So sad about {about}; I hate {about}; Worst night ever because of {about}; Can't believe
            {about}, heartbroken; {about} is a disgrace; Sick and tired of {about}; Crying over {about}
            again; Angry at {about}, this has to stop; Scared after {about}; Terrible news about {about}""",
        about="""
            the accident on the bridge; this awful traffic; losing my job; the flood; the fire downtown;
            my broken phone; another cancelled train; the funeral; all these lies; a stolen bike""",
        tags="#sad; #fail; #angry; #heartbroken; #rip; #ugh",
        palettes="""
            1e232d 464b55 0a0c10 aa3228 c8cdd2; 281e1e 5f4641 0c0808 be4628 d7cdc3; 1e2a28 3c504b 0a100e
            8c3232 c8d2cd""",
        textures="rain; fog; broken glass; blinds",
        shapes="a frown; a skull; gravestones; bare branches; an explosion; bloody scratches; a lone figure; a gun",
        land="a city skyline; the sea",
    ),
}
URLS = ("http://t.co/", "https://t.co/")
HANDLES = tuple(
    [
        "@mara_k",
        "@dailyherring",
        "@tobinsays",
        "@ostford_fm",
        "@leifonline",
        "@nadiaw",
        "@thefenpost",
        "@quinbaker",
    ]
)
EXOTIC = {"gb18030": "“{text}”… 你好", "latin-1": "{text} à la café déjà vu"}


SENTIMENTS = {"positive": 0.50, "neutral": 0.22, "negative": 0.28}
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
    mood = MOODS[sentiment]
    words = pick(rng, mood.says).format(about=pick(rng, MOODS[_another(rng, sentiment, 0.25)].about))
    words = words[0].upper() + words[1:]
    if chance(rng, 0.6):
        words += " " + " ".join(
            several(rng, MOODS[_another(rng, sentiment, 0.25)].tags, int(rng.integers(1, 3)))
        )
    if chance(rng, 0.35):
        words = f"{pick(rng, HANDLES)} {words}"
    if chance(rng, 0.25):
        words = f"RT {pick(rng, HANDLES)}: {words}"
    if chance(rng, 0.7):
        words += f" {pick(rng, URLS)}" + "".join(
            rng.choice(list("abcdefghkmnpqrstuvwxyzABCDEFG0123456789"), 10)
        )
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
    tint = pick(rng, mood.palettes)
    if chance(rng, 0.35):
        tint = tint.towards(pick(rng, MOODS[pick(rng, list(MOODS))].palettes), rng.uniform(0.3, 0.8))
    tint = varied(rng, tint, 18)
    size = pick(rng, SIZES)
    tall = size[1] / size[0]
    picture = backdrop(rng, tint, size, rng.uniform(0.3, 1.5), rng.uniform(0.1, 0.6))
    pen = Pen(picture)
    if chance(rng, 0.65):
        TEXTURES[pick(rng, mood.textures)](pen, rng, tint)
    if chance(rng, 0.5):
        with pen.at(0.5, tall - 0.22, 0.5, flip=chance(rng, 0.5)):
            SHAPES[pick(rng, mood.land)](pen, rng, tint)
    for position, name in enumerate(several(rng, mood.shapes, int(rng.integers(1, 4)))):
        reach = rng.uniform(0.26, 0.4) * min(tall, 1) / (1 + 0.4 * position)
        x = (0.5, 0.2, 0.8)[position] + rng.uniform(-0.08, 0.08)
        with pen.at(x, tall - reach - rng.uniform(0, 0.15) * tall, reach, flip=chance(rng, 0.5)):
            SHAPES[name](pen, rng, tint)
    return grained(rng, picture.reduce(SMOOTH), rng.uniform(3, 11), rng.uniform(0.1, 0.5), 0)


def picture_bytes(one: Tweet) -> bytes:
    """Return the bytes of an image file: a JPEG, empty or truncated for tweets with defects."""
    buffer = BytesIO()
    draw_picture(one).save(buffer, "JPEG", quality=int(78 + one.index % 15))
    data = buffer.getvalue()
    return {EMPTY_PICTURE: b"", TRUNCATED_PICTURE: data[: len(data) // 3]}.get(one.index, data)


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
