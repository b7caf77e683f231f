import json
import os
from datetime import UTC, datetime

import pytest

from humancentric.core import tables
from humancentric.core.download_cache import DownloadCache
from humancentric.core.schemas import IMAGES, LISTING, REJECTS
from humancentric.core.tables import stream
from humancentric.sources.tmdb.discover import table_of
from humancentric.sources.tmdb.expiry import expired, remove
from tmdb_films import film

OLD, NEW = "2026-01-01T00:00:00+00:00", "2026-06-01T00:00:00+00:00"
LIMIT = datetime(2026, 3, 1, tzinfo=UTC)


def records(path, *stamps):
    films = [film(number, fetched_at=stamp) for number, stamp in enumerate(stamps)]
    tables.write(path, table_of(films), LISTING, {"fetched": []})


def posters(path, *stamps):
    with stream(path, IMAGES) as table:
        for number, _ in enumerate(stamps):
            table.append({"id": str(number), "image": b"x", "width": 1, "height": 1})
        table.describe({"fetched": [min(stamps), max(stamps)] if stamps else []})


def touch(*paths):
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


@pytest.fixture
def results(tmp_path):
    """Return a folder with a crawled dataset of which a part is too old, one that is new, and others."""
    results = tmp_path / "results"  # reports are looked for beside it
    old = results / "old"
    records(old / "crawl" / "1999.parquet", OLD, OLD, NEW)
    records(old / "crawl" / "2000.parquet", NEW)
    records(old / "listing.parquet", OLD, OLD, NEW, NEW)
    posters(old / "images" / "standard" / "0.parquet", OLD, NEW)
    posters(old / "images" / "standard" / "1.parquet", NEW, NEW)
    tables.write(old / "rejects" / "0.parquet", REJECTS.empty(), REJECTS)
    touch(old / "images" / "masked" / "0.parquet", old / "masks" / "0.parquet", old / "samples.parquet")
    touch(old / "embeddings" / "title.clip-t" / "train.parquet", old / "hashes" / "0.parquet")
    touch(old / "ids.parquet", old / "transfer.fair" / "title.clip-t" / "scores.json", old / "card.md")
    for name, year in (("1999", 2026), ("2000", 2027)):
        spool = DownloadCache(old / "spool" / "crawl" / name)
        spool.put("page", b"x")
        for path in spool.folder.iterdir():
            os.utime(path, (datetime(year, 1, 1, tzinfo=UTC).timestamp(),) * 2)
    records(results / "new" / "crawl" / "1999.parquet", NEW)
    touch(results / "new" / "samples.parquet")
    records(results / "subset" / "listing.parquet", OLD)
    posters(results / "subset" / "images" / "standard" / "0.parquet")
    records(results / "replica" / "crawl" / "1999.parquet", None)
    records(results / "replica" / "listing.parquet", None)
    touch(results / "covers" / "samples.parquet", results / "generated" / "movies" / "catalogue.jsonl")
    touch(results / "figures" / "masking-old.png", results / "figures" / "masking-new.png")
    touch(results / "figures" / "fewshot.png", results / "report.html", results / "scores.parquet")
    return results


def test_what_is_too_old_is_listed_with_its_records(results):
    told = {
        str(item.path.relative_to(results)): (item.records, item.oldest) for item in expired(results, LIMIT)
    }
    assert told == {
        "old/crawl/1999.parquet": (2, OLD),
        "old/listing.parquet": (2, OLD),
        "old/images/standard/0.parquet": (2, OLD),
        "old/spool/crawl/1999": (1, "2026-01-01T00:00:00"),
        "old/rejects/0.parquet": (0, ""),
        "old/images/masked/0.parquet": (0, ""),
        "old/masks/0.parquet": (0, ""),
        "old/hashes/0.parquet": (0, ""),
        "old/samples.parquet": (0, ""),
        "old/embeddings/title.clip-t/train.parquet": (0, ""),
        "figures/masking-old.png": (0, ""),
        "report.html": (0, ""),
        "subset/listing.parquet": (1, OLD),
        "subset/images/standard/0.parquet": (0, ""),
    }
    lines = [str(item) for item in expired(results, LIMIT)]
    assert f"{results}/old/crawl/1999.parquet: 2 records, fetched from {OLD} on" in lines
    assert f"{results}/old/samples.parquet: made from these" in lines


def test_what_is_removed_is_what_was_listed(results):
    before = {path for path in results.rglob("*") if path.is_file()}
    found = expired(results, LIMIT)
    remove(found)
    after = {path for path in results.rglob("*") if path.is_file()}
    gone = {path for item in found for path in before if path == item.path or item.path in path.parents}
    assert before - after == gone
    kept = {str(path.relative_to(results)) for path in after if path.is_relative_to(results / "old")}
    assert kept == {
        "old/crawl/2000.parquet",
        "old/images/standard/1.parquet",
        "old/ids.parquet",
        "old/card.md",
        "old/transfer.fair/title.clip-t/scores.json",
        "old/spool/crawl/2000/page",
        "old/spool/crawl/2000/.origin.json",
        "old/spool/crawl/2000/.sha256",
    }
    assert expired(results, LIMIT) == []


def test_nothing_crawled_nothing_expired(tmp_path):
    assert expired(tmp_path / "results", LIMIT) == []
    touch(tmp_path / "results" / "covers" / "samples.parquet")
    assert expired(tmp_path / "results", LIMIT) == []


@pytest.mark.parametrize(("stamp", "found"), [(OLD, 1), (None, 0)])
def test_the_pages_of_a_crawl_that_never_finished_expire_too(tmp_path, stamp, found):
    spool = DownloadCache(tmp_path / "results" / "films" / "spool" / "crawl" / "1999")
    spool.put("page.json", json.dumps({"results": [], "fetched_at": stamp}).encode())
    for path in spool.folder.iterdir():
        os.utime(path, (datetime(2026, 1, 1, tzinfo=UTC).timestamp(),) * 2)
    assert len(expired(tmp_path / "results", LIMIT)) == found
