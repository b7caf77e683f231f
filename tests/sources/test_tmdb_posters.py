import io
import re
from datetime import UTC, datetime

import pytest
from PIL import Image

from demo_data.replica.faults import Fault
from demo_data.replica.replica import Replica
from demo_data.replica.server import Reply
from humancentric.core import tables
from humancentric.core.download_cache import DownloadCache
from humancentric.core.errors import UserError
from humancentric.core.hashing import shard_names, shard_of
from humancentric.core.images import decode
from humancentric.core.schemas import IMAGES, REJECTS
from humancentric.sources.tmdb.api import Client
from humancentric.sources.tmdb.posters import Limits, fetch
from humancentric.sources.tmdb.posters import write as write_shard
from tmdb_films import film, jpeg, write

SIZES = ["w600_and_h900_bestv2", "w780"]


def fetched(folder, films, posters, shard="0", shards=1, faults=(), stamped=False, max_age=1e9, **limits):
    """Return images, rejects and the request log of fetching one shard into `folder`."""
    folder.mkdir(exist_ok=True)
    paths = folder / "films" / "catalogue.jsonl", folder / "films" / "posters"
    if not paths[0].exists():
        write(folder / "films", films, posters)
    images, rejects = folder / "images.parquet", folder / "rejects.parquet"
    spool, limits = DownloadCache(folder / "spool", max_age=max_age), Limits(**limits)
    wanted = [(str(entry["id"]), entry["poster_path"]) for entry in films]
    wanted = [(name, path) for name, path in wanted if shard_of(name, shards) == shard]
    options = {"requests_per_second": None, "attempts": 2, "sleep": lambda _: None, "stamped": stamped}
    with (
        Replica(*paths, faults=faults) as replica,
        Client(replica.api_url, replica.image_url, **options) as client,
    ):
        images.unlink(missing_ok=True)  # as the engine does before a job
        write_shard(fetch(client, wanted, SIZES, spool, limits), images, rejects, spool, limits)
    request_log = [asked.path for asked in replica.request_log]
    return tables.read(images, IMAGES), tables.read(rejects, REJECTS), request_log


def reasons(rejects):
    return dict(zip(rejects["id"].to_pylist(), rejects["reason"].to_pylist(), strict=True))


def test_posters_are_kept_as_received(tmp_path):
    posters = {"p1.jpg": jpeg(80, 120), "p2.jpg": jpeg(100, 90, "L"), "p3.jpg": jpeg(70, 70, "CMYK")}
    images, rejects, request_log = fetched(tmp_path, [film(1), film(2), film(3)], posters)
    assert images.to_pylist() == [
        {"id": "1", "image": posters["p1.jpg"], "width": 80, "height": 120},
        {"id": "2", "image": posters["p2.jpg"], "width": 100, "height": 90},
        {"id": "3", "image": posters["p3.jpg"], "width": 70, "height": 70},
    ]
    assert len(rejects) == 0
    assert sorted(request_log) == [f"/t/p/{SIZES[0]}/p{n}.jpg" for n in (1, 2, 3)]


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

    images, rejects, request_log = fetched(tmp_path, films, posters, faults=broken, max_pixels=100_000)
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
    assert "127.0.0.1" not in str(rejects["detail"].to_pylist())  # the same wherever the replica was
    assert not [path for path in request_log if "secret" in path]


def test_the_next_size_is_tried_where_the_first_is_missing(tmp_path):
    def only_w780(asked, _):
        return Fault(reply=Reply(404, b"")) if SIZES[0] in asked.path else None

    images, rejects, request_log = fetched(tmp_path, [film(1)], {"p1.jpg": jpeg()}, faults=only_w780)
    assert (len(images), len(rejects)) == (1, 0)
    assert request_log == [f"/t/p/{size}/p1.jpg" for size in SIZES]


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
    images, rejects, request_log = fetched(tmp_path, [], {})
    assert (len(images), len(rejects), request_log) == (0, 0, [])


def test_what_is_in_the_spool_is_not_asked_for_again(tmp_path):
    films, posters = [film(1), film(2), film(3)], {"p1.jpg": jpeg(), "p2.jpg": b"broken"}
    first = fetched(tmp_path, films, posters)
    again = fetched(tmp_path, films, posters)
    assert first[0] == again[0]
    assert first[1] == again[1]
    assert len(first[2]) == 4
    assert again[2] == []


def test_a_damaged_shard_is_mended_by_removing_it(tmp_path):
    films, posters = [film(1), film(2)], {"p1.jpg": jpeg(), "p2.jpg": jpeg(90, 90)}
    fetched(tmp_path, films, posters)
    damaged = bytearray((tmp_path / "images.parquet").read_bytes())
    damaged[len(damaged) // 3] ^= 1
    with (tmp_path / "images.parquet").open("r+b") as file:  # in place, as a disk would: the spool has a link
        file.write(damaged)
    (tmp_path / "images.parquet").unlink()
    images, rejects, request_log = fetched(tmp_path, films, posters)
    assert (images["image"].to_pylist(), len(rejects)) == (list(posters.values()), 0)
    assert len(request_log) == 2


def test_more_films_cost_only_the_new_ones(tmp_path):
    films = [film(n) for n in range(1, 8)]
    posters = {f"p{n}.jpg": jpeg(70 + n, 90) for n in range(1, 5)} | {
        "p5.jpg": b"broken",
        "p6.jpg": jpeg(20, 20),
    }
    fetched(tmp_path, films[::2], posters)
    images, rejects, request_log = fetched(tmp_path, films, posters)
    whole = fetched(tmp_path / "at-once", films, posters)
    assert (images, rejects) == whole[:2]
    assert {path.rsplit("/", 1)[1] for path in request_log} == {"p2.jpg", "p4.jpg", "p6.jpg"}


def test_a_looser_limit_asks_again_for_what_was_refused(tmp_path):
    films, posters = [film(1), film(2)], {"p1.jpg": jpeg(), "p2.jpg": jpeg(40, 40)}
    fetched(tmp_path, films, posters)
    images, _, request_log = fetched(tmp_path, films, posters, min_side=32)
    assert images["id"].to_pylist() == ["1", "2"]
    assert [path.rsplit("/", 1)[1] for path in request_log] == ["p2.jpg"]
    images, rejects, request_log = fetched(tmp_path, films, posters, min_side=50)
    assert (images["id"].to_pylist(), reasons(rejects), request_log) == (["1"], {"2": "too-small"}, [])


def test_posters_that_are_too_old_are_asked_for_again(tmp_path):
    films, posters = [film(1), film(2)], {"p1.jpg": jpeg(), "p2.jpg": jpeg()}
    images, _, _ = fetched(tmp_path, films, posters, stamped=True)
    stamps = tables.read_metadata(tmp_path / "images.parquet")["fetched"]
    assert len(stamps) == 2
    assert datetime.fromisoformat(stamps[0]) <= datetime.now(UTC)
    arrivals = tmp_path / "spool" / ".sealed.arrivals.json"
    told = re.sub(r"20\d\d-\d\d-\d\dT", "2001-01-01T", arrivals.read_text())
    arrivals.write_text(told)
    DownloadCache(tmp_path / "spool").commit(
        **{"images.parquet": tmp_path / "images.parquet", "arrivals.json": arrivals}
    )
    assert fetched(tmp_path, films, posters, stamped=True)[2] == []
    assert len(fetched(tmp_path, films, posters, stamped=True, max_age=1000)[2]) == 2
    assert images["id"].to_pylist() == ["1", "2"]


def test_a_replica_s_posters_have_no_time(tmp_path):
    fetched(tmp_path, [film(1)], {"p1.jpg": jpeg()})
    assert tables.read_metadata(tmp_path / "images.parquet") == {"fetched": []}


def test_many_bytes_are_too_large_and_not_asked_for_twice(tmp_path):
    posters = {"p1.jpg": jpeg(), "p2.jpg": jpeg() + b"x" * 5000}
    for _ in range(2):
        images, rejects, request_log = fetched(tmp_path, [film(1), film(2)], posters, max_bytes=3000)
        assert images["id"].to_pylist() == ["1"]
        assert reasons(rejects) == {"2": "too-large"}
    assert request_log == []


def exif(width, height, turned):
    picture, tags = Image.new("RGB", (width, height), 90), Image.Exif()
    tags[0x0112] = turned
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", exif=tags, progressive=True)
    return buffer.getvalue()


def png(mode):
    buffer = io.BytesIO()
    Image.new(mode, (70, 80)).save(buffer, "PNG")
    return buffer.getvalue()


def test_every_kind_of_picture_is_kept_byte_by_byte_and_reads_as_rgb(tmp_path):
    posters = {
        "p1.jpg": exif(70, 90, turned=6),
        "p2.jpg": png("P"),
        "p3.jpg": png("RGBA"),
        "p4.jpg": png("LA"),
        "p5.jpg": jpeg(70, 80, "CMYK"),
    }
    images, rejects, _ = fetched(tmp_path, [film(n) for n in range(1, 6)], posters)
    assert len(rejects) == 0
    assert images["image"].to_pylist() == list(posters.values())
    assert images["width"].to_pylist() == [90, 70, 70, 70, 70]  # the first lies on its side
    assert all(decode(data).shape[2] == 3 for data in images["image"].to_pylist())


def test_bombs_are_refused_by_their_header(tmp_path, monkeypatch):
    buffer = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(buffer, "PNG")

    def explode(*_):
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", explode)
    _, rejects, _ = fetched(tmp_path, [film(1)], {"p1.jpg": buffer.getvalue()})
    assert reasons(rejects) == {"1": "too-large"}


def test_a_web_page_with_status_200_is_no_poster(tmp_path):
    page = Fault(reply=Reply(200, b"<html>maintenance</html>", "text/html"))
    images, _, request_log = fetched(tmp_path, [film(1)], {"p1.jpg": jpeg()}, faults=[page])
    assert (len(images), len(request_log)) == (1, 2)
    _, rejects, _ = fetched(tmp_path / "always", [film(1)], {"p1.jpg": jpeg()}, faults=lambda *_: page)
    assert reasons(rejects) == {"1": "download-failed"}
    images, _, _ = fetched(tmp_path / "always", [film(1)], {})  # a failure is not for ever
    assert len(images) == 1


def test_a_new_poster_path_is_fetched_anew(tmp_path):
    posters = {"p1.jpg": jpeg(), "new.jpg": jpeg(90, 90)}
    fetched(tmp_path, [film(1)], posters)
    images, _, request_log = fetched(tmp_path, [film(1, poster_path="/new.jpg")], posters)
    assert images["width"].to_pylist() == [90]
    assert len(request_log) == 1


def test_a_service_out_of_order_stops_the_job(tmp_path):
    films = [film(n) for n in range(1, 200)]
    with pytest.raises(
        UserError, match=r"4 posters could not be fetched, .* run again: what has been downloaded is kept"
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
