"""Films for the fault tests of the crawl: real ones from HUMANCENTRIC_REAL_DATA or generated ones, some defective."""

import json
import os
from pathlib import Path

import pytest
from crawling import Crawl

from demo_data.film_posters import write_catalogue

REAL, GENERATED = 300, 90  # numbers of films
DEFECTS = [
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
    """Return whether a film's poster is an HTML page instead of an image."""
    return path is not None and (posters / path[1:]).read_bytes().startswith(b"<")


@pytest.fixture(scope="session")
def films(tmp_path_factory) -> tuple[Path, Path]:
    """Return the paths of the catalogue and the posters that the replica serves in all crawls of this folder."""
    folder, data = tmp_path_factory.mktemp("films"), os.environ.get("HUMANCENTRIC_REAL_DATA")
    if data:
        chosen = real_films(Path(data) / "movies")
        (folder / "posters").mkdir()
        for film in chosen:
            name = film["poster_path"].lstrip("/")
            (folder / "posters" / name).symlink_to(Path(data).resolve() / "movies" / "posters" / name)
    else:
        write_catalogue(folder, GENERATED, seed=3)
        generated = [json.loads(line) for line in (folder / "catalogue.jsonl").read_text().splitlines()]
        # The client retries when a poster is a web page; in these tests, only faults may cause retries.
        chosen = [film for film in generated if not is_web_page(folder / "posters", film["poster_path"])]
    whole = (folder / "posters" / chosen[0]["poster_path"][1:]).read_bytes()
    (folder / "posters" / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    defective = []
    for number, defect in enumerate(DEFECTS):
        name = f"dirty{number}.jpg"
        (folder / "posters" / name).write_bytes(whole)
        film = {"overview": "A plot.", "genre_ids": [18], "poster_path": f"/{name}"} | defect
        defective.append(film | {"id": 90_000_000 + number, "release_date": f"{1950 + 10 * number}-07-01"})
    lines = [json.dumps(film) for film in [*chosen, *defective, chosen[7], defective[5]]]
    (folder / "catalogue.jsonl").write_text("\n".join(lines))
    return folder / "catalogue.jsonl", folder / "posters"


@pytest.fixture
def crawl(tmp_path, films):
    """Yield a crawl that has not started, with its replica running."""
    idle = Crawl(tmp_path, films)
    with idle.replica:
        yield idle


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory, films) -> Crawl:
    """Return a finished crawl without any fault."""
    finished = Crawl(tmp_path_factory.mktemp("undisturbed"), films)
    with finished.replica:
        assert finished.run() == 0, finished.stderr
    assert [request for request, count in finished.answered().items() if count > 1] == []
    assert finished.leftovers() == []
    return finished
