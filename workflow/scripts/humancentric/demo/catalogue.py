"""The demo's catalogue of films on disk: one record a line, and a folder of posters."""

import json
from functools import partial
from io import BytesIO
from pathlib import Path

from humancentric import files
from humancentric.demo.dirt import DIRT, Dirt
from humancentric.demo.films import Film, films
from humancentric.demo.pools import do_all
from humancentric.demo.posters import draw_poster


def lines(film: Film) -> list[str]:
    """Return the catalogue's lines of a film: one, or two where it is listed twice, as popularity moves."""
    records = [film.record()]
    if DIRT.get(film.dirt or "", Dirt()).twice:
        records.append(records[0] | {"popularity": round(records[0]["popularity"] * 0.9, 3)})
    return [json.dumps(record, ensure_ascii=False) for record in records]


def poster_bytes(film: Film) -> bytes:
    """Return the poster's file: a JPEG, or what is left of it where the film is dirty."""
    buffer = BytesIO()
    draw_poster(film).save(buffer, "JPEG", quality=86 + film.index % 9)
    spoil = DIRT.get(film.dirt or "", Dirt()).spoil
    return spoil(buffer.getvalue()) if spoil else buffer.getvalue()


def _write_poster(film: Film, folder: Path) -> None:
    files.write_bytes(folder / str(film.poster_name), poster_bytes(film))


def write_catalogue(folder: str | Path, count: int, seed: int, threads: int = 1) -> None:
    """Write `catalogue.jsonl` and `posters/` of the first `count` films of `seed` into `folder`.

    The same arguments give the same bytes, whatever `threads`; the catalogue is written last.
    """
    folder = Path(folder)
    (folder / "posters").mkdir(parents=True, exist_ok=True)
    made = list(films(count, seed))
    pictured = [film for film in made if film.poster_name]
    do_all(partial(_write_poster, folder=folder / "posters"), pictured, threads, "posters")
    files.write_text(
        folder / "catalogue.jsonl", "".join(f"{line}\n" for film in made for line in lines(film))
    )
