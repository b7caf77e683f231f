"""All real films, listed by a service with every quirk, held against their file film by film and field by field."""

import io
import json
import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import yaml
from PIL import Image

from demo_data.replica.faults import Quirks
from demo_data.replica.replica import Replica
from humancentric.core import schemas, tables
from humancentric.core.hashing import shard_of, split_of
from humancentric.sources.tmdb.discover import GENRES
from running import copy_project, plan, snakemake

TARGET = "results/films/samples.parquet"
TOKEN = "s3cret-token-0123456789"
SHARDS, TEST = 3, 0.25
WHOLE = {"title": "Whole", "overview": "A plot.", "genre_ids": [35, 18], "original_language": "fr"}
# What is wrong with a film, and where and why it is rejected; None: it is not even listed.
PLANTED = {
    "no-poster": ({"poster_path": None}, ("image", "missing")),
    "empty-path": ({"poster_path": ""}, ("image", "missing")),
    "poster-nowhere": ({"poster_path": "/nowhere.jpg"}, ("image", "not-found")),
    "path-out-of-the-folder": ({"poster_path": "/../../x.jpg"}, ("image", "bad-path")),
    "path-elsewhere": ({"poster_path": "https://example.org/x.jpg"}, ("image", "bad-path")),
    "path-with-a-query": ({"poster_path": "/whole.jpg?size=1"}, ("image", "bad-path")),
    "poster-cut-short": ({"poster_path": "/cut.jpg"}, ("image", "unreadable")),
    "poster-of-text": ({"poster_path": "/text.jpg"}, ("image", "unreadable")),
    "poster-tiny": ({"poster_path": "/tiny.jpg"}, ("image", "too-small")),
    "no-overview": ({"overview": ""}, ("listing", "empty-text")),
    "null-overview": ({"overview": None}, ("listing", "empty-text")),
    "blank-title": ({"title": " \t "}, ("listing", "empty-text")),
    "no-genre": ({"genre_ids": []}, ("listing", "no-label")),
    "retired-genre": ({"genre_ids": [10769]}, ("listing", "no-label")),
    "everything": (
        {"genre_ids": [], "overview": "", "poster_path": None},
        ("listing", "no-label"),
    ),
    "no-date": ({"release_date": ""}, None),
    "too-late": ({"release_date": "2101-01-01"}, None),
    "adult": ({"adult": True}, None),
    "video": ({"video": True}, None),
    "retired-and-known-genre": ({"genre_ids": [10769, 53, 28]}, ()),  # is used
    "grey": ({"poster_path": "/grey.jpg"}, ()),
}


def jpeg(mode: str, size: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise(size, 60).convert(mode).save(buffer, "JPEG")
    return buffer.getvalue()


def plant(posters: Path) -> dict[str, dict]:
    """Return the dirty films by what is wrong with them, their posters written."""
    whole = jpeg("RGB", (120, 180))
    pictures = {
        "whole.jpg": whole,
        "cut.jpg": whole[: len(whole) // 2],
        "text.jpg": b"not a picture at all, but long enough to be one" * 40,
        "tiny.jpg": jpeg("RGB", (40, 60)),
        "grey.jpg": jpeg("L", (100, 150)),
    }
    for name, data in pictures.items():
        (posters / name).write_bytes(data)
    fields = {"release_date": "1987-06-05", "poster_path": "/whole.jpg"}
    return {
        name: {**WHOLE, **fields, "id": 900_000_000 + number, "original_title": f"Film {number}", **wrong}
        for number, (name, (wrong, _)) in enumerate(PLANTED.items())
    }


@pytest.fixture(scope="module")
def crawled(tmp_path_factory) -> tuple[Path, Path, dict[str, dict], dict[str, dict]]:
    """Return the project, the posters, the real films by id and the planted ones by what is wrong with them."""
    data, folder = (
        Path(os.environ["HUMANCENTRIC_REAL_DATA"]).resolve() / "movies",
        tmp_path_factory.mktemp("films"),
    )
    with (data / "movies.jsonl").open() as lines:
        films = {str(film["id"]): film for film in map(json.loads, lines)}
    posters = folder / "posters"
    posters.mkdir()
    for film in films.values():
        (posters / film["poster_path"][1:]).symlink_to(data / "posters" / film["poster_path"][1:])
    planted = plant(posters)
    twice = [*list(films.values())[5::400], *planted.values()]
    rows = [*films.values(), *planted.values(), *twice]
    (folder / "films.jsonl").write_text("".join(json.dumps(film) + "\n" for film in rows))
    project = copy_project(folder / "project", results=False)
    quirks = Quirks(uneven=True, repeated=3, hidden=4, unsteady=True, clamped=True)
    with Replica(folder / "films.jsonl", posters, token=TOKEN, quirks=quirks) as replica:
        (project / "films.yaml").write_text(yaml.safe_dump(overlay(replica)))
        snakemake(project, TARGET, "--cores", "all", "--configfile", "films.yaml", TMDB_TOKEN=TOKEN)
        assert plan(project, TARGET, "--configfile", "films.yaml") == {}
    return project, posters, films, planted


def overlay(replica: Replica) -> dict:
    """Return the overlay of the config that asks the replica for all films."""
    views = {
        "standard": {"modality": "image"},
        "title": {"modality": "text"},
        "plot": {"modality": "text", "column": "overview"},
    }
    released = {"from": "1880-01-01", "to": "2100-12-31"}
    films = {
        "source": {"kind": "tmdb", "released": released, "years_per_slice": 60},
        "task": "multi-label",
        "human_centric": True,
        "views": views,
        "split": {"test": TEST},
        "shards": SHARDS,
    }
    urls = {"api_url": replica.api_url, "image_url": replica.image_url, "requests_per_second": 1000}
    return {"tmdb": urls, "datasets": {"films": films}}


def rows_of(project: Path, name: str, schema: schemas.TableSchema) -> dict[str, dict]:
    """Return the rows of a table of the dataset by id; ids are unique."""
    rows = pl.from_arrow(tables.read(project / "results" / "films" / f"{name}.parquet", schema)).to_dicts()
    assert len({row["id"] for row in rows}) == len(rows)
    return {row["id"]: row for row in rows}


def labels_of(film: dict) -> list[str]:
    return [GENRES[number] for number in sorted(set(film["genre_ids"])) if number in GENRES]


def expected(films: dict, planted: dict) -> dict[str, tuple[str, str] | tuple[()]]:
    """Return where and why each listed film is rejected; an empty pair for those that are used."""
    why = {}
    for name, film in films.items():
        if not labels_of(film):
            why[name] = ("listing", "no-label")
        elif not (film["title"] or "").strip() or not (film["overview"] or "").strip():
            why[name] = ("listing", "empty-text")
        else:
            why[name] = ()
    for name, film in planted.items():
        if PLANTED[name][1] is not None:
            why[str(film["id"])] = PLANTED[name][1]
    return why


def test_every_film_is_listed_with_every_field(crawled):
    project, _, films, planted = crawled
    listing = rows_of(project, "listing", schemas.LISTING)
    assert set(listing) == set(expected(films, planted))
    for film in [*films.values(), *planted.values()]:
        row = listing.get(str(film["id"]))
        if row is None:
            continue
        assert row["title"] == film["title"]
        assert row["overview"] == film["overview"]
        assert row["labels"] == labels_of(film)
        assert row["release_date"] == date.fromisoformat(film["release_date"])
        assert row["image_source"] == film["poster_path"]
        assert row["source_original_title"] == (film["original_title"] or film["title"])
        assert row["source_original_language"] == film["original_language"]


def test_what_was_counted_adds_up(crawled):
    project, _, films, planted = crawled
    counts = tables.read_metadata(project / "results" / "films" / "listing.parquet")
    assert counts["films"] == len(expected(films, planted))
    assert counts["shortfall"] == counts["malformed"] == 0
    assert counts["repeated"] >= len(list(films)[5::400])


def test_every_reject_has_its_reason_and_nothing_else_is_rejected(crawled):
    project, _, films, planted = crawled
    why = expected(films, planted)
    rejects = rows_of(project, "rejects", schemas.REJECTS)
    assert {name: (row["stage"], row["reason"]) for name, row in rejects.items()} == {
        name: reason for name, reason in why.items() if reason
    }
    assert set(rows_of(project, "samples", schemas.SAMPLES)) == {
        name for name, reason in why.items() if not reason
    }


def test_every_sample_has_its_texts_labels_date_and_side(crawled):
    project, _, films, planted = crawled
    given = films | {str(film["id"]): film for film in planted.values()}
    for name, row in rows_of(project, "samples", schemas.SAMPLES).items():
        film = given[name]
        assert (row["title"], row["overview"]) == (film["title"], film["overview"])
        assert row["labels"] == labels_of(film)
        assert row["release_date"] == date.fromisoformat(film["release_date"])
        assert row["split"] == split_of(name, TEST)


def test_every_poster_is_stored_as_it_was_served_with_its_size(crawled):
    project, posters, films, planted = crawled
    folder = project / "results" / "films" / "images" / "standard"
    given = films | {str(film["id"]): film for film in planted.values()}
    stored = set()
    for shard in range(SHARDS):
        for row in tables.read(folder / f"{shard}.parquet", schemas.IMAGES).to_pylist():
            film = given[row["id"]]
            assert shard_of(row["id"], SHARDS) == str(shard)
            assert row["image"] == (posters / film["poster_path"][1:]).read_bytes()
            if "poster_width" in film:
                assert (row["width"], row["height"]) == (film["poster_width"], film["poster_height"])
            stored.add(row["id"])
    assert stored >= set(films)
    unused = {name for name, reason in expected(films, planted).items() if reason and reason[0] == "image"}
    assert not stored & unused
