"""Films for the crawl's faults: real ones where HUMANCENTRIC_REAL_DATA names them, else drawn ones, and some dirt."""

import json
import os
from pathlib import Path

import pytest
from crawling import Crawl

from demo_data.film_posters import write_catalogue

REAL, DRAWN = 300, 90  # films
DIRTY = [
    {"title": "No poster", "poster_path": None},
    {"title": "No such poster", "poster_path": "/nowhere.jpg"},
    {"title": "A path out of the folder", "poster_path": "/../../x.jpg"},
    {"title": "A poster elsewhere", "poster_path": "https://example.org/x.jpg"},
    {"title": "No plot", "overview": ""},
    {"title": "  "},
    {"title": "A retired genre", "genre_ids": [10769]},
    {"title": "No genre", "genre_ids": []},
    {"title": "Cut short", "poster_path": "/cut.jpg"},
]


def real_films(data: Path) -> list[dict]:
    """Return an even sample of the real films."""
    with (data / "movies.jsonl").open() as lines:
        films = [json.loads(line) for line in lines]
    return films[:: len(films) // REAL][:REAL]


def is_web_page(posters: Path, path: str | None) -> bool:
    """Return whether a film's poster is a page for people."""
    return path is not None and (posters / path[1:]).read_bytes().startswith(b"<")


@pytest.fixture(scope="session")
def films(tmp_path_factory) -> tuple[Path, Path]:
    """Return the catalogue and the posters that every crawl here is served from."""
    folder, data = tmp_path_factory.mktemp("films"), os.environ.get("HUMANCENTRIC_REAL_DATA")
    if data:
        chosen = real_films(Path(data) / "movies")
        (folder / "posters").mkdir()
        for film in chosen:
            name = film["poster_path"].lstrip("/")
            (folder / "posters" / name).symlink_to(Path(data).resolve() / "movies" / "posters" / name)
    else:
        write_catalogue(folder, DRAWN, seed=3)
        drawn = [json.loads(line) for line in (folder / "catalogue.jsonl").read_text().splitlines()]
        # A web page in place of a poster is asked for again by itself; here only faults should cause that.
        chosen = [film for film in drawn if not is_web_page(folder / "posters", film["poster_path"])]
    whole = (folder / "posters" / chosen[0]["poster_path"][1:]).read_bytes()
    (folder / "posters" / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    dirty = []
    for number, lacking in enumerate(DIRTY):
        name = f"dirty{number}.jpg"
        (folder / "posters" / name).write_bytes(whole)
        film = {"overview": "A plot.", "genre_ids": [18], "poster_path": f"/{name}"} | lacking
        dirty.append(film | {"id": 90_000_000 + number, "release_date": f"{1950 + 10 * number}-07-01"})
    lines = [json.dumps(film) for film in [*chosen, *dirty, chosen[7], dirty[5]]]
    (folder / "catalogue.jsonl").write_text("\n".join(lines))
    return folder / "catalogue.jsonl", folder / "posters"


@pytest.fixture
def crawl(tmp_path, films):
    """Yield a crawl that has not begun, with its replica running."""
    made = Crawl(tmp_path, films)
    with made.replica:
        yield made


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory, films) -> Crawl:
    """Return a crawl that nothing went wrong with."""
    made = Crawl(tmp_path_factory.mktemp("undisturbed"), films)
    with made.replica:
        assert made.run() == 0, made.told
    assert [request for request, count in made.answered().items() if count > 1] == []
    assert made.leftovers() == []
    return made
