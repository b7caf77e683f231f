"""Votes of films from a replica of TMDb: who is listed, what the columns hold, and the code of other crawls."""

from datetime import date

from demo_data.replica.replica import Replica
from humancentric.core.download_cache import DownloadCache
from humancentric.runtime import code_fingerprint
from humancentric.sources.tmdb.api import Client
from humancentric.sources.tmdb.crawl import list_slice
from humancentric.sources.tmdb.votes import votes_at_least, with_votes
from project import ROOT
from tmdb_films import film, write

SOURCE = {"kind": "tmdb", "min_votes": 50}


def test_films_with_enough_votes_have_their_mean_vote_and_its_weight(tmp_path):
    films = [
        *(film(n, f"2000-01-{n:02d}", vote_average=n / 4, vote_count=40 + n) for n in range(1, 29)),
        film(40, vote_average=6, vote_count=900),
        film(41, vote_average="high", vote_count=900),
        film(42),
    ]
    with Replica(*write(tmp_path / "films", films)) as replica:
        options = {"token": "t", "requests_per_second": None, "attempts": 2, "stamped": False}
        with Client(replica.api_url, replica.image_url, sleep=lambda _: None, **options) as client:
            cache, span = DownloadCache(tmp_path / "spool"), (date(2000, 1, 1), date(2000, 12, 31))
            listing, counts = list_slice(client, *span, cache, filters=votes_at_least(SOURCE))
    rows = {row["id"]: row for row in with_votes(listing, cache).to_pylist()}
    assert set(rows) == {str(n) for n in range(10, 29)} | {"40", "41"}
    assert counts["films"] == counts["total_results"] == 21
    assert (rows["10"]["vote_average"], rows["10"]["vote_count"]) == ("2.5", "50")
    assert rows["40"]["vote_average"] == "6"
    assert rows["41"]["vote_average"] is None


def test_other_crawls_do_not_read_the_module_of_votes(tmp_path):
    scripts = ROOT / "workflow" / "scripts"
    library = code_fingerprint.read(scripts)
    found = {
        name: code_fingerprint.write_closure(
            scripts / f"{name}.py", folder=tmp_path, library=library
        ).read_text()
        for name in ("crawl_slice", "crawl_votes")
    }
    assert "tmdb.votes" in found["crawl_votes"]
    assert "tmdb.votes" not in found["crawl_slice"]
