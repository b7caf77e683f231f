import pytest

from humancentric import tables
from humancentric.errors import UserError
from humancentric.schemas import IMAGES, REJECTS
from humancentric.shards import shard_names, shard_of
from humancentric.spool import Spool
from humancentric.tmdb_client import Client
from humancentric.tmdb_listing import table_of
from humancentric.tmdb_posters import fetch
from humancentric.tmdb_replica import Fault, Replica, Reply
from tmdb_films import film, jpeg, write

SIZES = ["w600_and_h900_bestv2", "w780"]


def fetched(folder, films, posters, shard="0", shards=1, faults=(), **limits):
    """Return images, rejects and the ledger of fetching one shard."""
    folder.mkdir(exist_ok=True)
    paths = folder / "films" / "catalogue.jsonl", folder / "films" / "posters"
    if not paths[0].exists():
        write(folder / "films", films, posters)
    with (
        Replica(*paths, faults=faults) as replica,
        Client(
            replica.api_url, replica.image_url, requests_per_second=None, attempts=2, sleep=lambda _: None
        ) as client,
    ):
        images, rejects = fetch(
            client, table_of(films), shard, shards, SIZES, Spool(folder / "spool"), **limits
        )
    tables.check(images.schema, IMAGES, "images")
    tables.check(rejects.schema, REJECTS, "rejects")
    return images, rejects, [asked.path for asked in replica.ledger]


def reasons(rejects):
    return dict(zip(rejects["id"].to_pylist(), rejects["reason"].to_pylist(), strict=True))


def test_posters_are_kept_as_received(tmp_path):
    posters = {"p1.jpg": jpeg(80, 120), "p2.jpg": jpeg(100, 90, "L"), "p3.jpg": jpeg(70, 70, "CMYK")}
    images, rejects, ledger = fetched(tmp_path, [film(1), film(2), film(3)], posters)
    assert images.to_pylist() == [
        {"id": "1", "image": posters["p1.jpg"], "width": 80, "height": 120},
        {"id": "2", "image": posters["p2.jpg"], "width": 100, "height": 90},
        {"id": "3", "image": posters["p3.jpg"], "width": 70, "height": 70},
    ]
    assert len(rejects) == 0
    assert sorted(ledger) == [f"/t/p/{SIZES[0]}/p{n}.jpg" for n in (1, 2, 3)]


def test_every_reason_to_reject(tmp_path):
    whole = jpeg(300, 300)
    films = [
        film(1),
        film(2, poster_path=None),
        film(3, poster_path="/../../secret.jpg"),
        film(4),  # named, but not there
        film(5),
        film(6),
        film(7),
        film(8),
        film(9),
        film(10, poster_path=""),
    ]
    posters = {
        "p1.jpg": jpeg(64, 64),
        "p5.jpg": b"no picture",
        "p6.jpg": whole[: len(whole) // 2],
        "p7.jpg": jpeg(63, 200),
        "p8.jpg": jpeg(400, 400),
        "p9.jpg": jpeg(64, 64),
    }

    def broken(asked, _):
        return Fault(reply=Reply(500, b"")) if asked.path.endswith("p9.jpg") else None

    images, rejects, ledger = fetched(tmp_path, films, posters, faults=broken, max_pixels=100_000)
    assert images["id"].to_pylist() == ["1"]
    assert reasons(rejects) == {
        "2": "missing",
        "3": "bad-path",
        "4": "not-found",
        "5": "unreadable",
        "6": "unreadable",
        "7": "too-small",
        "8": "too-large",
        "9": "download-failed",
        "10": "missing",
    }
    assert set(rejects["stage"].to_pylist()) == {"image"}
    assert all(rejects["detail"].to_pylist())
    assert not [path for path in ledger if "secret" in path]


def test_the_next_size_is_tried_where_the_first_is_missing(tmp_path):
    def only_w780(asked, _):
        return Fault(reply=Reply(404, b"")) if SIZES[0] in asked.path else None

    images, rejects, ledger = fetched(tmp_path, [film(1)], {"p1.jpg": jpeg()}, faults=only_w780)
    assert (len(images), len(rejects)) == (1, 0)
    assert ledger == [f"/t/p/{size}/p1.jpg" for size in SIZES]


def test_shards_share_the_films(tmp_path):
    films = [film(n) for n in range(1, 21)]
    posters = {f"p{n}.jpg": jpeg() for n in range(1, 21, 2)}
    seen = []
    for shard in shard_names(3):
        images, rejects, _ = fetched(tmp_path / shard, films, posters, shard, 3)
        offered = images["id"].to_pylist() + rejects["id"].to_pylist()
        assert {shard_of(number, 3) for number in offered} <= {shard}
        seen += offered
    assert sorted(seen, key=int) == [str(n) for n in range(1, 21)]


def test_an_empty_shard_is_two_empty_tables(tmp_path):
    images, rejects, ledger = fetched(tmp_path, [], {})
    assert (len(images), len(rejects), ledger) == (0, 0, [])


def test_what_is_in_the_spool_is_not_asked_for_again(tmp_path):
    films, posters = [film(1), film(2), film(3)], {"p1.jpg": jpeg(), "p2.jpg": b"broken"}
    first = fetched(tmp_path, films, posters)
    again = fetched(tmp_path, films, posters)
    assert first[0] == again[0]
    assert first[1] == again[1]
    assert len(first[2]) == 4
    assert again[2] == []


def test_a_new_poster_path_is_fetched_anew(tmp_path):
    posters = {"p1.jpg": jpeg(), "new.jpg": jpeg(90, 90)}
    fetched(tmp_path, [film(1)], posters)
    images, _, ledger = fetched(tmp_path, [film(1, poster_path="/new.jpg")], posters)
    assert images["width"].to_pylist() == [90]
    assert len(ledger) == 1


def test_a_service_out_of_order_stops_the_job(tmp_path):
    films = [film(n) for n in range(1, 200)]
    with pytest.raises(
        UserError, match=r"4 posters could not be fetched, .* run again: what arrived is kept"
    ):
        fetched(tmp_path, films, {}, faults=lambda *_: Fault(reply=Reply(503, b"")))


def test_few_failures_among_many_are_rejects(tmp_path):
    films = [film(n) for n in range(1, 13)]
    posters = {f"p{n}.jpg": jpeg() for n in range(1, 13)}

    def three(asked, _):
        return Fault(reset=True) if asked.path.endswith(("p1.jpg", "p5.jpg", "p9.jpg")) else None

    images, rejects, _ = fetched(tmp_path, films, posters, faults=three)
    assert len(images) == 9
    assert reasons(rejects) == dict.fromkeys(["1", "5", "9"], "download-failed")
