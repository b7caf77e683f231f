import json
from io import BytesIO

import pytest
from PIL import Image, UnidentifiedImageError

from demo_data.defects import DEFECTS
from demo_data.film_posters import poster_bytes, write_catalogue
from demo_data.films import films

FIELDS = {
    "adult", "genre_ids", "id", "original_language", "original_title", "overview", "popularity", "poster_path",
    "release_date", "title", "video", "vote_average", "vote_count",
}  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    folder = tmp_path_factory.mktemp("movies")
    write_catalogue(folder, 41, 7)
    return folder


def records(folder):
    return [json.loads(line) for line in (folder / "catalogue.jsonl").read_text("utf-8").splitlines()]


def test_records_carry_what_the_lists_of_tmdb_give_and_no_more(catalogue):
    assert all(set(record) == FIELDS for record in records(catalogue))


def test_every_defect_is_in_a_catalogue_of_forty():
    assert sorted(film.defect for film in films(41, 7) if film.defect) == sorted(DEFECTS)


def test_records_of_dirty_films_show_their_defect(catalogue):
    dirty = {film.defect: film for film in films(41, 7) if film.defect}
    of = {kind: [r for r in records(catalogue) if r["id"] == film.id] for kind, film in dirty.items()}
    assert of["no-poster"][0]["poster_path"] is None
    assert of["empty-overview"][0]["overview"] == ""
    assert of["no-genre"][0]["genre_ids"] == []
    assert of["retired-genre"][0]["genre_ids"] == [10769]
    assert of["blank-title"][0]["title"].strip() == ""
    assert of["no-date"][0]["release_date"] == ""
    assert [len(of[kind]) for kind in sorted(of)] == [
        2 if kind == "listed-twice" else 1 for kind in sorted(of)
    ]


def test_posters_of_dirty_films_are_broken_as_described(catalogue):
    files = {
        f.defect: catalogue / "posters" / f.poster_name for f in films(41, 7) if f.defect and f.poster_name
    }
    with pytest.raises(OSError, match="truncated"):
        Image.open(files["broken-poster"]).load()
    with pytest.raises(UnidentifiedImageError):
        Image.open(files["web-page-poster"])
    assert files["web-page-poster"].read_bytes().startswith(b"<!DOCTYPE html>")
    assert Image.open(files["tiny-poster"]).size == (20, 30)


def test_every_other_poster_is_a_whole_jpeg_of_the_right_size(catalogue):
    clean = [film for film in films(41, 7) if not film.defect]
    for film in clean:
        with Image.open(catalogue / "posters" / film.poster_name) as picture:
            picture.load()
            assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (400, 600))
    assert len(list((catalogue / "posters").iterdir())) == 40


def test_files_are_the_same_for_any_number_of_processes(catalogue, tmp_path):
    write_catalogue(tmp_path, 12, 7, threads=2)
    for path in (tmp_path / "posters").iterdir():
        assert path.read_bytes() == (catalogue / "posters" / path.name).read_bytes()
    assert records(tmp_path) == records(catalogue)[:12]


def test_another_seed_gives_other_pictures():
    one, other = (poster_bytes(next(films(1, seed))) for seed in (1, 2))
    assert one != other
    assert Image.open(BytesIO(one)).size == Image.open(BytesIO(other)).size
