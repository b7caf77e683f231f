import datetime
import unicodedata

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo_data.replica.replica import Replica
from humancentric.core import tables
from humancentric.core.download_cache import DownloadCache
from humancentric.core.errors import UserError
from humancentric.core.hashing import shard_of, sources_of_shard
from humancentric.core.schemas import IDS, IMAGES, RESOLVED
from humancentric.sources.source_kind import listing_table
from humancentric.sources.subset import imdb_ids, pictures, read_ids, resolve, select
from humancentric.sources.tmdb.api import Client
from tmdb_films import film, write


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ids.txt", "# films\n603\n\n tt0133093 # the same\n603\n"),
        ("ids", "\ufeff603\r\ntt0133093\r\n"),
        ("ids.csv", "title,tmdb_id\nOne,603\nTwo,tt0133093\nNone,\n"),
        ("ids.tsv", "anything\n603\ntt0133093\n"),
        ("ids.jsonl", '{"id": "603", "split": "test"}\n{"id": "tt0133093", "split": "train"}\n'),
    ],
)
def test_lists_of_ids_in_the_forms_that_people_have(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert read_ids(tmp_path / name) == ["603", "tt0133093"]


def test_ids_of_another_lab_are_a_list_of_ids(tmp_path):
    table = IDS.table({"id": ["5", "6"], "split": ["train", "test"], "sha256": ["a", None]})
    tables.write(tmp_path / "ids.parquet", table, IDS)
    assert read_ids(tmp_path / "ids.parquet") == ["5", "6"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "title,imdb_id\nOne,133093\nTwo,0133093\nThree,TT10872600\nFour,\n"),
        ("a.jsonl", '{"imdb_id": 133093}\n{"imdb_id": null}\n{"imdb_id": 10872600}\n'),
        ("a.tsv", "imdb_id\n133093.0\n10872600.0\n"),
    ],
)
def test_numbers_in_a_column_of_imdb_ids_are_imdb_ids(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert read_ids(tmp_path / name) == ["tt0133093", "tt10872600"]


def test_numbers_are_kept_where_they_are_the_ids_of_own_data(tmp_path):
    (tmp_path / "a.csv").write_text("imdb_id\n0133093\n")
    assert read_ids(tmp_path / "a.csv", of_tmdb=False) == ["0133093"]


def test_imdb_numbers_among_missing_ones_in_parquet(tmp_path):
    pl.DataFrame({"imdb_id": [133093.0, float("nan"), None]}).write_parquet(tmp_path / "a.parquet")
    assert read_ids(tmp_path / "a.parquet") == ["tt0133093"]


def test_whole_numbers_among_missing_ones_have_no_point(tmp_path):
    pl.DataFrame({"id": [603.0, None, float("nan"), 11.0]}).write_parquet(tmp_path / "ids.parquet")
    assert read_ids(tmp_path / "ids.parquet") == ["603", "11"]


def test_ids_in_another_normal_form_are_the_same(tmp_path):
    (tmp_path / "ids.txt").write_text(unicodedata.normalize("NFD", "café") + "\ncafé\n", encoding="utf-8")
    assert read_ids(tmp_path / "ids.txt") == ["café"]


def test_ids_of_which_none_is_a_sample_stop_the_stage():
    whole = listing_table([{"id": name, "labels": ["a"]} for name in ("f1", "f2", "f3")], [])
    resolved = RESOLVED.table({"given": ["tt1", "tt2", "tt3"], "id": ["1", None, "3"]})
    error = (
        "none of 2 ids are samples of films: the list has 'tt1', 'tt2' and others, films has 'f1', 'f2'; name"
    )
    samples = pa.table({"id": ["f1", "f2"], "split": ["train", "test"], "labels": [["a"], ["a"]]})
    with pytest.raises(UserError, match=error):
        select(whole, samples, resolved, "films")
    assert select(whole, samples, resolved, "films", 0)[0]["source_split"].null_count == 3


@pytest.mark.parametrize(("given", "samples", "stops"), [(40, 100, True), (40, 30, False), (30, 100, False)])
def test_the_share_of_ids_is_that_of_the_shorter_list(given, samples, stops):
    ids = [f"f{number}" for number in range(samples)]
    whole = listing_table([{"id": name, "labels": ["a"]} for name in ids], [])
    wanted = [*ids[:3], *(f"g{number}" for number in range(given - 3))]
    resolved = RESOLVED.table({"given": wanted, "id": wanted})
    known = pa.table({"id": ids, "split": ["train"] * samples, "labels": [["a"]] * samples})
    if stops:
        with pytest.raises(UserError, match=r"only 3 of 40 ids .*, or lower study.min_match \(0.1\)"):
            select(whole, known, resolved, "films")
    else:
        assert select(whole, known, resolved, "films")[1]["ids_not_listed"] == given - 3


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("ids.txt", None, "ids.txt: file is missing; put a list of TMDb or IMDb ids there, one a line"),
        ("ids.txt", "# nothing\n", "ids.txt: no id in it"),
        ("ids.csv", "film,year\n603,1999\n", "ids.csv: no column of ids; name it id, tmdb_id or imdb_id"),
    ],
)
def test_a_list_that_cannot_be_used_is_one_line(tmp_path, name, text, message):
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(UserError, match=message):
        read_ids(tmp_path / name)


def test_a_subset_has_the_records_and_splits_of_the_whole_and_a_reason_for_every_other_id():
    whole = listing_table(
        [
            {
                "id": "1",
                "labels": ["War"],
                "title": "One",
                "image_source": "/1.jpg",
                "release_date": datetime.date(1999, 1, 2),
            },
            {"id": "2", "labels": ["War", "Drama"], "title": "Two", "source_extra": "kept"},
            {"id": "3", "labels": [], "title": "Three"},
        ],
        ["title", "source_extra"],
    )
    samples = pa.table(
        {"id": ["1", "2"], "split": ["train", "test"], "labels": [["Drama", "War"], ["War", "Drama"]]}
    )
    given = {"given": ["tt02", "2", "1", "9", "3", "tt05"], "id": ["2", "2", "1", "9", "3", None]}
    listing, counts = select(whole, samples, RESOLVED.table(given), "films")
    rows = {row.pop("id"): row for row in listing.to_pylist()}
    assert list(rows) == ["2", "1", "9", "3", "tt05"]
    assert rows["1"]["labels"] == ["Drama", "War"]  # of the sample, whose rows in the listing were merged
    assert rows["1"]["release_date"] == datetime.date(1999, 1, 2)
    assert (rows["2"]["labels"], rows["2"]["source_extra"]) == (["War", "Drama"], "kept")
    assert {name: (row["source_split"], row["source_problem"]) for name, row in rows.items()} == {
        "2": ("test", None),
        "1": ("train", None),
        "9": (None, "not in films"),
        "3": (None, "rejected in films"),
        "tt05": (None, "TMDb knows no film of this id"),
    }
    assert counts == {"ids_given": 6, "ids_unknown": 1, "ids_not_listed": 1}


def test_pictures_are_the_bytes_of_the_whole_dataset(tmp_path):
    for name, ids in (("0", ["a", "b"]), ("1", ["c", "d"])):
        rows = {
            "id": ids,
            "image": [f"bytes of {x}".encode() for x in ids],
            "width": [1, 2],
            "height": [3, 4],
        }
        tables.write(tmp_path / name, IMAGES.table(rows), IMAGES)
    found = pictures([tmp_path / "0", tmp_path / "1"], {"d", "a", "elsewhere"})
    assert found.to_pydict() == {
        "id": ["a", "d"],
        "image": [b"bytes of a", b"bytes of d"],
        "width": [1, 2],
        "height": [3, 4],
    }
    assert pictures([], {"a"}).num_rows == 0


@given(st.text(min_size=1), st.integers(1, 40), st.integers(1, 40))
def test_a_sample_lies_where_its_subset_looks_for_it(sample, shards, whole):
    own, theirs = int(shard_of(sample, shards)), int(shard_of(sample, whole))
    assert theirs in sources_of_shard(own, shards, whole)


def test_only_the_shards_that_can_hold_a_sample_are_read():
    assert sources_of_shard(1, 4, 16) == [1, 5, 9, 13]
    assert sources_of_shard(1, 3, 4) == [0, 1, 2, 3]


def test_imdb_ids_are_looked_up_once_and_others_stay(tmp_path):
    films = [film(603, imdb_id="tt0133093"), film(604)]
    spool = DownloadCache(tmp_path / "spool")
    ids = ["tt0133093", "604", "tt9999999"]
    assert imdb_ids(ids) == ["tt0133093", "tt9999999"]
    with (
        Replica(*write(tmp_path / "replica", films)) as replica,
        Client(replica.api_url, replica.image_url, token="t", requests_per_second=None) as client,
    ):
        first = resolve(client, ids, spool)
        asked = [str(request) for request in replica.request_log]
        again = resolve(client, ids, spool)
        assert len(replica.request_log) == len(asked) == 2
    assert sorted(asked)[0] == "GET /3/find/tt0133093?external_source=imdb_id"
    assert first.to_pydict() == again.to_pydict() == {"given": ids, "id": ["603", "604", None]}


def test_without_a_client_every_id_means_itself():
    assert resolve(None, ["tt0133093", "B00"]).to_pydict() == {
        "given": ["tt0133093", "B00"],
        "id": ["tt0133093", "B00"],
    }
