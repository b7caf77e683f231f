"""Write captions of the demo's posters, and its catalogue of films: one record per line and a poster folder."""

import json
from functools import partial
from io import BytesIO
from pathlib import Path

from demo_data.dirt import DIRT, Dirt, do_all
from demo_data.film_posters import design, draw_poster
from demo_data.films import Film, films
from humancentric.core import files
from humancentric.core.hashing import chance, generator, pick, several

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
    if DIRT.get(film.dirt or "", Dirt()).twice:
        records.append(records[0] | {"popularity": round(records[0]["popularity"] * 0.9, 3)})
    return [json.dumps(record, ensure_ascii=False) for record in records]


def poster_bytes(film: Film) -> bytes:
    """Return the bytes of the poster's file: a JPEG, altered if the film has a defect."""
    buffer = BytesIO()
    draw_poster(film).save(buffer, "JPEG", quality=86 + film.index % 9)
    spoil = DIRT.get(film.dirt or "", Dirt()).spoil
    return spoil(buffer.getvalue()) if spoil else buffer.getvalue()


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
