"""Draw and caption film posters, and write the demo's catalogue of films with them.

A film's genres determine colours, patterns and shapes of its poster, with noise.
"""

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from demo_data.defects import DEFECTS, Defect, do_all, jpeg
from demo_data.films import Film, films, spoken
from demo_data.picture_text import letter
from humancentric.core import files
from humancentric.core.hashing import chance, generator, pick, several, weighted
from humancentric.masking.audit.backdrops import TEXTURES, backdrop, grained
from humancentric.masking.audit.looks import LOOKS, borrowed
from humancentric.masking.audit.pens import SMOOTH, Palette, Pen, mix, varied
from humancentric.masking.audit.shapes import SHAPES

LAYOUTS = {"scene": 5, "emblem": 3, "panels": 2, "framed": 2}
SILENT = 0.13  # probability that the poster omits a genre after the first
STRAY = 0.12  # probability of one wrong genre on the poster
BORROWED = 0.25  # probability of colours from a random genre


@dataclass(frozen=True)
class Design:
    """Content of a poster, decided before drawing so that captions can describe it."""

    layout: str  # one of LAYOUTS
    shown: tuple[str, ...]  # genres the poster shows
    tint: Palette
    textures: tuple[str, ...]
    land: str | None
    shapes: tuple[tuple[str, str], ...]  # (shape, role); roles: emblems, ground, sky

    @property
    def visible(self) -> tuple[str, ...]:
        """Return the names of everything visible."""
        return (*(name for name, _ in self.shapes), *((self.land,) if self.land else ()), *self.textures)


def design(film: Film) -> Design:
    """Return the content of the poster of `film`, a pure function of its seed, index and genres."""
    rng = generator(film.seed, "design", film.index)
    shown = spoken(rng, film.genres, SILENT, STRAY)
    looks = [LOOKS[genre] for genre in shown]
    tint = pick(rng, looks[0]["palettes"])
    if len(looks) > 1:
        tint = tint.towards(pick(rng, looks[1]["palettes"]), rng.uniform(0.1, 0.45))
    tint = borrowed(rng, tint, LOOKS, BORROWED)
    layout = weighted(rng, list(LAYOUTS), list(LAYOUTS.values()))
    shapes: list[tuple[str, str]] = []
    for position, look in enumerate(looks):
        fills = position == 0 and layout in ("emblem", "framed")
        role = "emblems" if fills else pick(rng, ("ground", "ground", "sky"))
        if layout == "panels":
            role = "emblems"
        if role == "sky" and (not look["sky"] or any(other == "sky" for _, other in shapes)):
            role = "ground"
        shapes.append((pick(rng, look[role]), role))
        if role != "emblems" and position == 0 and chance(rng, 0.6):
            other = "sky" if role == "ground" and look["sky"] else "ground"
            shapes.append((pick(rng, look[other]), other))
        if layout == "panels" and len(looks) == 1:
            shapes = [(name, role) for name in several(rng, (*look["emblems"], *look["ground"]), 3)]
    lands = [name for look in looks for name in look["land"]]
    textures = [pick(rng, look["textures"]) for look in looks if chance(rng, 0.62)]
    return Design(
        layout=layout,
        shown=tuple(shown),
        tint=varied(rng, tint),
        textures=tuple(several(rng, list(dict.fromkeys(textures)), 2)),
        land=pick(rng, lands) if lands and layout == "scene" and chance(rng, 0.75) else None,
        shapes=tuple(dict(reversed(shapes)).items())[::-1],
    )


def _scene(pen: Pen, rng: np.random.Generator, plan: Design) -> None:
    tint, tall = plan.tint, pen.height / pen.width
    horizon = rng.uniform(0.62, 0.72) * tall
    for name, role in plan.shapes:
        if role == "sky":
            with pen.at(rng.uniform(0.28, 0.72), rng.uniform(0.24, 0.36) * tall, rng.uniform(0.16, 0.27)):
                SHAPES[name](pen, rng, tint)
    if plan.land:
        with pen.at(0.5, horizon - 0.12, 0.5, flip=chance(rng, 0.5)):
            SHAPES[plan.land](pen, rng, tint)
    base = horizon + rng.uniform(0.1, 0.16)
    floor = mix(tint.low, tint.dark, 0.75)
    edge = [
        (2 * x - 1, 2 * (base - tall / 2) + 0.05 * np.sin(5 * x + horizon * 9)) for x in np.linspace(0, 1, 12)
    ]
    pen.polygon([*edge, (1, 2), (-1, 2)], floor)
    standing = [name for name, role in plan.shapes if role != "sky"]
    for position, name in enumerate(standing):
        size = rng.uniform(0.2, 0.28) / (1 + 0.12 * (len(standing) - 1))
        x = (position + 0.5) / len(standing) * 0.84 + 0.08 + rng.uniform(-0.06, 0.06)
        with pen.at(x, base + 0.07 - size + rng.uniform(0, 0.04), size, flip=chance(rng, 0.5)):
            SHAPES[name](pen, rng, tint)


def _emblem(pen: Pen, rng: np.random.Generator, plan: Design) -> None:
    tall = pen.height / pen.width
    (main, _), *rest = plan.shapes
    for position, (name, _) in enumerate(rest):
        x, y = (0.2, 0.8, 0.5)[position % 3], (0.78, 0.75, 0.17)[position % 3] * tall
        with pen.at(x + rng.uniform(-0.04, 0.04), y, rng.uniform(0.13, 0.18), flip=chance(rng, 0.5)):
            SHAPES[name](pen, rng, plan.tint)
    with pen.at(0.5, rng.uniform(0.44, 0.52) * tall, rng.uniform(0.27, 0.36), turn=rng.uniform(-8, 8)):
        SHAPES[main](pen, rng, plan.tint)


def _panels(pen: Pen, rng: np.random.Generator, plan: Design) -> None:
    tall = pen.height / pen.width
    count = max(2, len(plan.shapes))
    top, bottom = 0.2 * tall, 0.86 * tall
    for position in range(count):
        name, _ = plan.shapes[position % len(plan.shapes)]
        shade = plan.tint.towards(pick(rng, LOOKS[plan.shown[position % len(plan.shown)]]["palettes"]), 0.5)
        y0, y1 = top + (bottom - top) * position / count, top + (bottom - top) * (position + 1) / count
        fill = mix(shade.low, shade.light, rng.uniform(0, 0.35))
        pen.box(-0.9, 2 * y0 - tall + 0.015, 0.9, 2 * y1 - tall - 0.015, fill)
        size = min(0.46 * (y1 - y0), 0.3)
        with pen.at(rng.uniform(0.28, 0.72), (y0 + y1) / 2, size, flip=chance(rng, 0.5)):
            SHAPES[name](pen, rng, shade)


def _framed(pen: Pen, rng: np.random.Generator, plan: Design) -> None:
    _emblem(pen, rng, plan)
    border, tall = rng.uniform(0.05, 0.09), pen.height / pen.width
    fill = mix(plan.tint.dark, plan.tint.light, 0.0 if sum(plan.tint.sky) > 330 else 0.9)
    pen.box(-1, -tall, 1, -tall + border, fill)
    pen.box(-1, tall - border * 3, 1, tall, fill)
    pen.box(-1, -tall, -1 + border, tall, fill)
    pen.box(1 - border, -tall, 1, tall, fill)


DRAWN = {"scene": _scene, "emblem": _emblem, "panels": _panels, "framed": _framed}


def draw_poster(film: Film, size: tuple[int, int] = (400, 600), writing: bool = True) -> Image.Image:
    """Draw the poster of `film` as an RGB image of `size` (width, height), with or without its writing.

    The image is deterministic for a film.
    """
    plan = design(film)
    rng = generator(film.seed, "poster", film.index)
    picture = backdrop(rng, plan.tint, size, rng.uniform(0.3, 1.3), rng.uniform(0.1, 0.6))
    pen = Pen(picture)
    for name in plan.textures:
        TEXTURES[name](pen, rng, plan.tint)
    DRAWN[plan.layout](pen, rng, plan)
    picture = picture.reduce(SMOOTH)
    faded = max(0.0, (1985 - film.year) / 25) * 0.35 * rng.random()
    picture = grained(rng, picture, rng.uniform(3, 9), rng.uniform(0.15, 0.5), faded)
    if writing:
        letter(picture, generator(film.seed, "letters", film.index), film, plan.shown, plan.tint, plan.layout)
    return picture


FORMS = (
    "a poster of {genres} film with {things}",
    "{things} on the poster of {genres} movie",
    "{genres} film: {things}",
    "the poster of {genres} film called {title}, showing {things}",
    "{things}; {genres} picture from {year}",
    "{title}, {genres} film",
    "a film poster showing {things}",
)


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _with_article(text: str) -> str:
    return f"{'an' if text[0] in 'aeiou' else 'a'} {text}"


def caption(film: Film, variant: int = 0) -> str:
    """Return a caption of the poster of `film` that names genres and objects; variants differ in wording.

    The genres follow the film's labels, the objects follow the poster.
    """
    rng = generator(film.seed, "caption", film.index, variant)
    genres = several(rng, film.genres, 3 if chance(rng, 0.6) else 1)
    things = several(rng, design(film).visible, int(rng.integers(1, 4)))
    title = film.title.strip() or "an untitled film"
    named = _with_article(" ".join(genre.lower() for genre in genres).replace("tv", "TV"))
    return pick(rng, FORMS).format(genres=named, things=_listed(things), title=title, year=film.year)


def lines(film: Film) -> list[str]:
    """Return the catalogue's lines of a film: one, or two with different popularity if it is listed twice."""
    records = [film.record()]
    if DEFECTS.get(film.defect or "", Defect()).twice:
        records.append(records[0] | {"popularity": round(records[0]["popularity"] * 0.9, 3)})
    return [json.dumps(record, ensure_ascii=False) for record in records]


def poster_bytes(film: Film) -> bytes:
    """Return the bytes of the poster's file: a JPEG, altered if the film has a defect."""
    data = jpeg(draw_poster(film), 86 + film.index % 9)
    spoil = DEFECTS.get(film.defect or "", Defect()).spoil
    return spoil(data) if spoil else data


def _write_poster(film: Film, folder: Path) -> None:
    files.write_bytes(folder / str(film.poster_name), poster_bytes(film))


def write_catalogue(folder: str | Path, count: int, seed: int, threads: int = 1) -> None:
    """Write `catalogue.jsonl` and `posters/` of the first `count` films of `seed` to `folder`.

    The bytes depend on `count` and `seed` only, not on `threads`; the catalogue is written last.
    """
    folder = Path(folder)
    (folder / "posters").mkdir(parents=True, exist_ok=True)
    made = list(films(count, seed))
    pictured = [film for film in made if film.poster_name]
    do_all(partial(_write_poster, folder=folder / "posters"), pictured, threads, "posters")
    files.write_text(
        folder / "catalogue.jsonl", "".join(f"{line}\n" for film in made for line in lines(film))
    )
